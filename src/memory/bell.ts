import { QueueCounters } from './counters.js';
import { AWAKE, PARKED } from './layout.js';

/**
 * One word on which one thread sleeps and any thread may wake it.
 *
 * The sleeper announces, looks once more at what it waits for, and only then sleeps; the waker changes what the
 * sleeper waits for, and only then looks at the word. All four accesses are sequentially consistent, so at least
 * one of the two sees the other: either the sleeper's second look finds the change, or the waker finds PARKED.
 * A waker that finds AWAKE pays one load (10 ns) instead of a wake (16 to 68 microseconds).
 */
export class Bell {
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #counters: QueueCounters;

  /** @param counters where this thread's sleeps and wake-ups are counted */
  constructor(words: Int32Array, index: number, counters = new QueueCounters()) {
    this.#words = words;
    this.#index = index;
    this.#counters = counters;
  }

  /** Wakes the sleeper, if it announced that it sleeps. Call after the change that it waits for is visible. */
  ring(): void {
    // pairs with the store in announce()
    // mutant drop-true: equivalent, the compare-exchange in #answer() looks again; it only costs more
    if (Atomics.load(this.#words, this.#index) === PARKED) this.#answer();
  }

  #answer(): void {
    // pairs with sleep(): only one of several wakers pays for the notify
    if (Atomics.compareExchange(this.#words, this.#index, PARKED, AWAKE) === PARKED) {
      // All, although only one thread sleeps: a wait that it gave up must not swallow the wake-up of the next.
      // pairs with the wait in sleep() and sleepAsync()
      this.#counters.notified(Atomics.notify(this.#words, this.#index));
    }
  }

  /**
   * Wakes the sleeper whatever the word says: a waker may have died between its two steps, and then every later one
   * finds AWAKE. For whoever reports a death or ends the queue.
   */
  wake(): void {
    Atomics.store(this.#words, this.#index, AWAKE); // pairs with the wait in sleep(): it refuses to sleep now
    // pairs with the wait in sleep() and sleepAsync()
    this.#counters.notified(Atomics.notify(this.#words, this.#index));
  }

  /** Says that this thread is about to sleep. Look again at what you wait for before you do. */
  announce(): void {
    Atomics.store(this.#words, this.#index, PARKED); // pairs with the load in ring()
  }

  /** Takes the announcement back: the second look found something. */
  retract(): void {
    Atomics.store(this.#words, this.#index, AWAKE); // pairs with the load in ring()
  }

  /** Sleeps until the bell is rung, or `milliseconds` have passed. Returns at once if it was rung already. */
  sleep(milliseconds = Number.POSITIVE_INFINITY): void {
    // pairs with the notify in #answer() and wake()
    this.#counters.waited(Atomics.wait(this.#words, this.#index, PARKED, milliseconds));
  }

  /**
   * The same on an event loop; undefined if the bell was rung already. There is no timeout on purpose: a timed
   * wait that is notified early keeps its memory until its time is up. The promise keeps no event loop alive.
   */
  sleepAsync(): Promise<unknown> | undefined {
    // pairs with the notify in #answer() and wake()
    const wait = Atomics.waitAsync(this.#words, this.#index, PARKED);
    return this.#counters.waitedAsync(wait);
  }
}
