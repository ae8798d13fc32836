/** Something that runs once, when its time has come. */
export class Timer {
  /** When, in milliseconds on the router's clock. */
  readonly at: number;
  readonly run: (now: number) => void;
  /** How many were scheduled before it: decides between equal times. */
  readonly order: number;
  /** Its place in the heap; negative if it ran or was cancelled. */
  index = NOT_SCHEDULED;

  constructor(at: number, run: (now: number) => void, order: number) {
    this.at = at;
    this.run = run;
    this.order = order;
  }
}

const NOT_SCHEDULED = -1;

/**
 * The timers of the router's loop: a binary heap in an array. Nothing runs but in `runDue`.
 *
 *     index     0   1  2   3 4 5 6       the children of i are 2i + 1 and 2i + 2, and neither is due before it
 */
export class Timers {
  readonly #heap: Timer[] = [];
  #scheduled = 0;

  /** When the next timer is due; Infinity if there is none. */
  get next(): number {
    return this.#heap.length > 0 ? this.#heap[0]!.at : Number.POSITIVE_INFINITY;
  }

  /** Has `run` called at `at` or soon after. Timers of the same time run in the order of scheduling. */
  schedule(at: number, run: (now: number) => void): Timer {
    const timer = new Timer(at, run, this.#scheduled++);
    this.#heap.push(timer);
    this.#up(timer, this.#heap.length - 1);
    return timer;
  }

  /** Removes a timer; false if it ran already or was cancelled. */
  cancel(timer: Timer): boolean {
    const index = timer.index;
    if (index === NOT_SCHEDULED) return false;
    timer.index = NOT_SCHEDULED;
    const last = this.#heap.pop()!;
    if (last === timer) return true;
    if (index > 0 && isBefore(last, this.#heap[(index - 1) >>> 1]!)) this.#up(last, index);
    else this.#down(last, index);
    return true;
  }

  /**
   * Runs timers that are due at `now`, also those that are scheduled meanwhile; returns how many.
   *
   * @param limit how many at most, so that the loop comes back to its other work
   */
  runDue(now: number, limit: number): number {
    let count = 0;
    for (; count < limit && this.next <= now; count++) {
      const timer = this.#heap[0]!;
      this.cancel(timer);
      timer.run(now);
    }
    return count;
  }

  /** Puts `timer` at `index`, or above if it is due before what stands there. */
  #up(timer: Timer, index: number): void {
    const heap = this.#heap;
    let at = index;
    while (at > 0) {
      const parent = heap[(at - 1) >>> 1]!;
      if (!isBefore(timer, parent)) break;
      this.#put(parent, at);
      at = (at - 1) >>> 1;
    }
    this.#put(timer, at);
  }

  /** Puts `timer` at `index`, or below if it is due after what stands there. */
  #down(timer: Timer, index: number): void {
    const heap = this.#heap;
    let at = index;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, timer)) break;
      this.#put(heap[child]!, at);
      at = child;
    }
    this.#put(timer, at);
  }

  #put(timer: Timer, index: number): void {
    this.#heap[index] = timer;
    timer.index = index;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
