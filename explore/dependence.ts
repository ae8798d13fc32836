import { WRITES } from './step-kinds.js';

/**
 * Which steps of one execution depend on which: two steps commute unless the same thread makes them, they access one
 * location and one of them writes, one wakes the other, or one begins and the other ends a call (their order is the
 * real-time order that a history is checked against).
 *
 * For each step a vector clock says which earlier steps it depends on, directly or not.
 */
export class Dependence {
  readonly #threads: number;
  /** The clock of each thread: for each thread one more than the step of it that was last depended on. */
  readonly #clocks: Int32Array[];
  /** The clocks of the steps, one after the other. */
  #stepClocks: Int32Array;
  /** The last write of each place, and the last reads since, thread by thread; 0: none, else step + 1. */
  readonly #writes: number[] = [];
  readonly #reads: (Int32Array | undefined)[] = [];
  /** The places that were used in this execution. */
  readonly #used: number[] = [];
  readonly #invokes: Int32Array;
  readonly #returns: Int32Array;
  /** The steps that the next one depends on directly. */
  readonly #direct: number[] = [];
  #directs = 0;
  /** The steps that the last step races with: it could have come before them. */
  readonly races: number[] = [];

  constructor(threads: number) {
    this.#threads = threads;
    this.#clocks = Array.from({ length: threads }, () => new Int32Array(threads));
    this.#stepClocks = new Int32Array(threads * 256);
    this.#invokes = new Int32Array(threads);
    this.#returns = new Int32Array(threads);
  }

  begin(): void {
    for (const clock of this.#clocks) clock.fill(0);
    this.#invokes.fill(0);
    this.#returns.fill(0);
    for (const place of this.#used) {
      this.#writes[place] = 0;
      this.#reads[place]!.fill(0);
    }
    this.#used.length = 0;
  }

  /** The step to come accesses `place` (a location, or the list of those who wait for it). */
  access(thread: number, step: number, place: number, mode: number): void {
    let reads = this.#reads[place];
    if (reads === undefined) {
      reads = new Int32Array(this.#threads);
      this.#reads[place] = reads;
      this.#writes[place] = 0;
    }
    const write = this.#writes[place]!;
    if (write === 0 && !any(reads)) this.#used.push(place);
    if (write !== 0) this.#direct[this.#directs++] = write - 1;
    if ((mode & WRITES) !== 0) {
      for (let other = 0; other < this.#threads; other++) {
        if (reads[other] !== 0) this.#direct[this.#directs++] = reads[other]! - 1;
        reads[other] = 0;
      }
      this.#writes[place] = step + 1;
    } else {
      reads[thread] = step + 1;
    }
  }

  /** The step to come begins a call. */
  invoke(thread: number, step: number): void {
    for (let other = 0; other < this.#threads; other++) {
      if (this.#returns[other] !== 0) this.#direct[this.#directs++] = this.#returns[other]! - 1;
    }
    this.#invokes[thread] = step + 1;
  }

  /** The step to come ends a call. */
  return(thread: number, step: number): void {
    for (let other = 0; other < this.#threads; other++) {
      if (this.#invokes[other] !== 0) this.#direct[this.#directs++] = this.#invokes[other]! - 1;
    }
    this.#returns[thread] = step + 1;
  }

  /** What `later` does from now on depends on what `earlier` has done. */
  order(earlier: number, later: number): void {
    join(this.#clocks[later]!, this.#clocks[earlier]!, 0);
  }

  /** Ends the step: sets its clock, and `races`. `threadOf` tells the thread of an earlier step. */
  end(thread: number, step: number, threadOf: readonly number[]): void {
    const n = this.#threads;
    const clock = this.#clocks[thread]!;
    const direct = this.#direct;
    const races = this.races;
    if (races.length > 0) races.length = 0;
    for (let i = 0; i < this.#directs; i++) {
      const earlier = direct[i]!;
      const by = threadOf[earlier]!;
      if (by === thread || clock[by]! > earlier) continue;
      // No race if another step lies between them.
      let between = false;
      for (let j = 0; j < this.#directs; j++) {
        const other = direct[j]!;
        if (other !== earlier && other > earlier && this.#stepClocks[other * n + by]! > earlier)
          between = true;
      }
      if (!between && !races.includes(earlier)) races.push(earlier);
    }
    for (let i = 0; i < this.#directs; i++) join(clock, this.#stepClocks, direct[i]! * n);
    this.#directs = 0;
    clock[thread] = step + 1;
    if ((step + 1) * n > this.#stepClocks.length) {
      const larger = new Int32Array(this.#stepClocks.length * 2);
      larger.set(this.#stepClocks);
      this.#stepClocks = larger;
    }
    this.#stepClocks.set(clock, step * n);
  }

  /** True if step `later` depends on step `earlier`, which thread `by` made. */
  depends(later: number, earlier: number, by: number): boolean {
    return this.#stepClocks[later * this.#threads + by]! > earlier;
  }
}

function join(clock: Int32Array, others: Int32Array, at: number): void {
  for (let i = 0; i < clock.length; i++) if (others[at + i]! > clock[i]!) clock[i] = others[at + i]!;
}

function any(steps: Int32Array): boolean {
  for (let i = 0; i < steps.length; i++) if (steps[i] !== 0) return true;
  return false;
}
