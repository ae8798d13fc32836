import { now } from '../../comparison/clock.js';

/**
 * Every so many acquisitions one is timed: its readings of the clock (40 ns each) then cost 2 ns an acquisition. A prime,
 * so that it meets no pattern of batches again and again.
 */
const EVERY = 61;
/** Holds that a thread writes down in the trace. */
const TRACED = 4096;

/** What a thread had to do with a lock so far, in milliseconds. */
export interface LockTimes {
  readonly acquisitions: number;
  readonly timed: number;
  /** Of those timed: until the lock was had, and with it. */
  readonly waited: number;
  readonly held: number;
}

/** Counts one thread's acquisitions of a lock, and times some of them. Plain fields: nothing is shared. */
export class LockClock {
  /** True: every hold is timed and written down. */
  tracing = false;
  #left = EVERY;
  #acquisitions = 0;
  #timed = 0;
  #waited = 0;
  #held = 0;
  #asked = 0;
  #since = 0;
  /** True while a hold is timed. */
  #timing = false;
  readonly #trace = new Float64Array(TRACED * 2);
  #traced = 0;

  /** The thread asks for the lock. */
  ask(): void {
    this.#acquisitions++;
    if (--this.#left > 0 && !this.tracing) return;
    this.#left = EVERY;
    this.#timing = true;
    this.#asked = now();
  }

  /** It has the lock. */
  grant(): void {
    if (!this.#timing) return;
    this.#since = now();
    this.#waited += this.#since - this.#asked;
  }

  /** It is about to give the lock back. */
  give(): void {
    if (!this.#timing) return;
    const until = now();
    this.#timing = false;
    this.#timed++;
    this.#held += until - this.#since;
    if (!this.tracing || this.#traced === TRACED) return;
    this.#trace[this.#traced * 2] = this.#since;
    this.#trace[this.#traced * 2 + 1] = until;
    this.#traced++;
  }

  get times(): LockTimes {
    return {
      acquisitions: this.#acquisitions,
      timed: this.#timed,
      waited: this.#waited,
      held: this.#held,
    };
  }

  /** From and to of each hold written down, in milliseconds of the clock that all threads share. */
  get trace(): Float64Array {
    return this.#trace.slice(0, this.#traced * 2);
  }
}
