import { QueueCounters } from '../memory/counters.js';
import { AWAKE, CELL, PARKED } from '../memory/layout.js';

/**
 * The sleeping readers of a queue that has several: each sleeps on a word of its own, and one shared word of hints
 * says whether anybody may be asleep, so that a writer that finds everyone awake pays one load.
 *
 *     hints    bit s mod 32 is set: a reader with such a slot s has announced that it sleeps
 *     word s   PARKED while reader s sleeps, or is about to
 *
 * No wake-up is lost. A reader stores PARKED, sets its hint, then looks once more at the queue, then sleeps. A waker
 * changes the queue, then looks at the hints. All accesses are sequentially consistent: if the waker misses the
 * hint, the reader's second look comes after the change. If the waker finds the hint it clears it and changes PARKED
 * to AWAKE, and a reader that had not gone to sleep by then cannot any more.
 *
 * A hint may be out of date (its reader was awake already, or died); that costs its finder one look.
 *
 * One waker wakes one reader. A woken reader that takes records and leaves some behind wakes the next one before it
 * goes to work: waking costs the waker 16 to 68 microseconds, and so the readers pay for each other in parallel
 * instead of the writer for all of them.
 */
export class Sleepers {
  readonly #words: Int32Array;
  readonly #hints: number;
  readonly #first: number;
  readonly #count: number;
  readonly #counters: QueueCounters;

  /**
   * @param hints index of the word of hints.
   * @param first index of the word of reader 0; the others follow, one cell apart.
   * @param count how many readers there are at most.
   * @param counters where this thread's sleeps and wake-ups are counted.
   */
  constructor(
    words: Int32Array,
    hints: number,
    first: number,
    count: number,
    counters = new QueueCounters(),
  ) {
    this.#words = words;
    this.#hints = hints;
    this.#first = first;
    this.#count = count;
    this.#counters = counters;
  }

  /** True if somebody may be asleep. */
  get any(): boolean {
    return Atomics.load(this.#words, this.#hints) !== 0; // pairs with the or in announce()
  }

  /** Wakes one sleeping reader, if there is one. Call after the change that readers wait for is visible. */
  wakeOne(): void {
    if (Atomics.load(this.#words, this.#hints) !== 0) this.#wakeOne(); // pairs with the or in announce()
  }

  #wakeOne(): void {
    for (;;) {
      const hints = Atomics.load(this.#words, this.#hints); // pairs with the or in announce()
      if (hints === 0) return;
      const bit = hints & -hints;
      // pairs with the or in announce(): a reader that sets the bit after this has its second look still to come
      if ((Atomics.and(this.#words, this.#hints, ~bit) & bit) === 0) continue;
      let woken = 0;
      for (let slot = 31 - Math.clz32(bit); slot < this.#count; slot += 32) woken += this.#ring(slot);
      // Nobody woken: the hint was old, its reader was just going to sleep and now will not, or it is dead. A dead
      // one must not swallow the wake-up, so the next one gets it too.
      if (woken > 0) return;
    }
  }

  #ring(slot: number): number {
    const at = this.#first + slot * CELL;
    // pairs with the store in announce() and the wait in sleep(): only one of several wakers pays for the notify
    if (Atomics.compareExchange(this.#words, at, PARKED, AWAKE) !== PARKED) return 0;
    const woken = Atomics.notify(this.#words, at); // pairs with the wait in sleep() and sleepAsync()
    this.#counters.notified(woken);
    return woken;
  }

  /** Wakes everyone, also a reader whose waker died between its two steps. */
  wakeAll(): void {
    Atomics.store(this.#words, this.#hints, 0); // pairs with the or in announce()
    for (let slot = 0; slot < this.#count; slot++) {
      const at = this.#first + slot * CELL;
      Atomics.store(this.#words, at, AWAKE); // pairs with the wait in sleep(): it refuses to sleep now
      // pairs with the wait in sleep() and sleepAsync()
      this.#counters.notified(Atomics.notify(this.#words, at));
    }
  }

  /** Says that reader `slot` is about to sleep. Look again at what you wait for before you do. */
  announce(slot: number): void {
    Atomics.store(this.#words, this.#first + slot * CELL, PARKED); // pairs with the compareExchange in #ring()
    Atomics.or(this.#words, this.#hints, 1 << (slot & 31)); // pairs with the load in wakeOne()
  }

  /** Takes the announcement back. */
  retract(slot: number): void {
    Atomics.store(this.#words, this.#first + slot * CELL, AWAKE); // pairs with the compareExchange in #ring()
  }

  /** Sleeps until woken, or `milliseconds` have passed. Returns at once if woken already. */
  sleep(slot: number, milliseconds: number): void {
    // pairs with the notify in #ring() and wakeAll()
    this.#counters.waited(Atomics.wait(this.#words, this.#first + slot * CELL, PARKED, milliseconds));
  }

  /** The same on an event loop; undefined if woken already. No timeout: a timed wait leaks until its time is up. */
  sleepAsync(slot: number): Promise<unknown> | undefined {
    // pairs with the notify in #ring() and wakeAll()
    const wait = Atomics.waitAsync(this.#words, this.#first + slot * CELL, PARKED);
    return this.#counters.waitedAsync(wait);
  }
}
