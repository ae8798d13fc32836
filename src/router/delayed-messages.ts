import type { Clock } from './clock.js';
import type { Timers } from './timers.js';

/** Messages that are held for some milliseconds: by a delayed exchange, or on their way back to a queue. */
export class DelayedMessages {
  /** Bytes of the messages held. */
  bytes = 0;
  readonly #clock: Clock;
  readonly #timers: Timers;

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
  }

  /** Gives `words` to `then` when the time has come. */
  add(words: Int32Array, milliseconds: number, then: (words: Int32Array) => void): void {
    this.bytes += words.byteLength;
    this.#timers.schedule(this.#clock.now + milliseconds, () => {
      this.bytes -= words.byteLength;
      then(words);
    });
  }
}
