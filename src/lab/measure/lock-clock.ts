import { now } from '../../comparison/clock.js';
import type { Waits } from '../../queues/lock.js';

/**
 * Every so many holds one is timed: its two readings of the clock (40 ns each) then cost 3 ns a hold. A prime, so that it
 * meets no pattern of batches again and again.
 */
const EVERY = 31;
/** Holds that a thread writes down in the trace. */
const TRACED = 4096;

/** What a thread had to do with a lock so far, in milliseconds. */
export interface LockTimes {
  readonly acquisitions: number;
  /** Time from asking for the lock until it was had, wherever it was taken. */
  readonly waited: number;
  /** Holds that were timed, and how long they took. */
  readonly timed: number;
  readonly held: number;
}

/**
 * Counts one thread's acquisitions of a lock. It times every wait, since who waits has the time, and some of the holds.
 * Plain fields: nothing is shared.
 */
export class LockClock implements Waits {
  /** True: every hold is timed and written down. */
  tracing = false;
  /** True if it had to wait since somebody set this to false. */
  waited = false;
  #left = EVERY;
  #acquisitions = 0;
  #waited = 0;
  #timed = 0;
  #held = 0;
  #asked = 0;
  #since = 0;
  /** True while a hold is timed. */
  #timing = false;
  readonly #trace = new Float64Array(TRACED * 2);
  #traced = 0;

  /** The thread has to wait for the lock. */
  begin(): void {
    this.#asked = now();
  }

  /** The wait is over. */
  end(): void {
    this.#waited += now() - this.#asked;
    this.waited = true;
  }

  /** The thread has the lock. */
  hold(): void {
    this.#acquisitions++;
    if (--this.#left > 0 && !this.tracing) return;
    this.#left = EVERY;
    this.#timing = true;
    this.#since = now();
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
      waited: this.#waited,
      timed: this.#timed,
      held: this.#held,
    };
  }

  /** From and to of each hold written down, in milliseconds of the clock that all threads share. */
  get trace(): Float64Array {
    return this.#trace.slice(0, this.#traced * 2);
  }
}
