import type { LoopTimes } from '../records/request.js';

/** Bounds of the classes in microseconds: powers of two from 16 to 32,768, and all above. */
const CLASSES = 13;
const FIRST = 16;

/**
 * How long the router's loop is away: what a session may have to wait beside its own work. One reading of the clock
 * for each pass (30 ns), which handles up to 512 messages.
 */
export class LoopTimer {
  readonly #classes = new Float64Array(CLASSES);
  #passes = 0;
  #longest = 0;
  #last = performance.now();

  /** The router was asleep: the pass that is measured starts now. */
  begin(): void {
    this.#last = performance.now();
  }

  /** A pass is over, and the next one starts. */
  end(): void {
    const now = performance.now();
    const milliseconds = now - this.#last;
    this.#last = now;
    this.#passes++;
    if (milliseconds > this.#longest) this.#longest = milliseconds;
    let index = 0;
    for (let bound = FIRST / 1000; milliseconds > bound && index < CLASSES - 1; bound *= 2) index++;
    this.#classes[index]!++;
  }

  listing(): LoopTimes {
    const histogram = Array.from(this.#classes, (passes, index) => ({
      microseconds: index === CLASSES - 1 ? Number.POSITIVE_INFINITY : FIRST * 2 ** index,
      passes,
    }));
    return { passes: this.#passes, longest: this.#longest, histogram };
  }
}
