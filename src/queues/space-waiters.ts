import { QueueCounters } from '../memory/counters.js';
import { SPACE_BELL, SPACE_WRITER } from '../memory/layout.js';

/** What the announcements count in; the bits below it are SPACE_WRITER and SPACE_BELL. */
const ANNOUNCEMENT = 4;
const REQUESTS = SPACE_WRITER | SPACE_BELL;

/**
 * The writers that wait for space in a queue: one word with the bits SPACE_WRITER and SPACE_BELL, and a count of
 * the announcements above them.
 *
 * No wake-up is lost. A writer sets its bit, then looks once more for space, then sleeps on the value it set; a
 * reader gives space back, then looks at the bits. All accesses are sequentially consistent, so one of the two sees
 * the other. The count makes the value of every announcement a new one: a writer that was slow to fall asleep
 * cannot mistake a later writer's request for its own.
 */
export class SpaceWaiters {
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #counters: QueueCounters;

  /** @param counters where this thread's sleeps and wake-ups are counted */
  constructor(words: Int32Array, index: number, counters = new QueueCounters()) {
    this.#words = words;
    this.#index = index;
    this.#counters = counters;
  }

  /** True if somebody asked to be told. Call after the space that was given back is visible. */
  get any(): boolean {
    return (Atomics.load(this.#words, this.#index) & REQUESTS) !== 0; // pairs with the or in request()
  }

  /** Wakes every writer that sleeps for space: each looks for itself whether there is enough. Returns the requests. */
  announce(): number {
    for (;;) {
      const value = Atomics.load(this.#words, this.#index); // pairs with the or in request()
      const next = ((value & ~REQUESTS) + ANNOUNCEMENT) | 0;
      // pairs with the or in request() and the wait in sleep(): only one of several readers answers a request
      if (Atomics.compareExchange(this.#words, this.#index, value, next) !== value) continue;
      // Always: whoever announced before may have died between the two steps.
      // pairs with the wait in sleep() and sleepAsync()
      this.#counters.notified(Atomics.notify(this.#words, this.#index));
      return value & REQUESTS;
    }
  }

  /** Asks to be told: SPACE_WRITER or SPACE_BELL. Returns what to sleep on, once there proved to be no space. */
  request(bit: number): number {
    return Atomics.or(this.#words, this.#index, bit) | bit; // pairs with the load in any and announce()
  }

  /** Sleeps until announce(), or `milliseconds` have passed; returns at once if the word changed already. */
  sleep(value: number, milliseconds: number): void {
    // pairs with the notify in announce()
    this.#counters.waited(Atomics.wait(this.#words, this.#index, value, milliseconds));
  }

  /** The same on an event loop; undefined if the word changed already. */
  sleepAsync(value: number): Promise<unknown> | undefined {
    // pairs with the notify in announce()
    const wait = Atomics.waitAsync(this.#words, this.#index, value);
    return this.#counters.waitedAsync(wait);
  }
}
