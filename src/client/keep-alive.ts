/** Longest delay of a timer; it is only there to be counted by the event loop. */
const LONGEST_DELAY = 0x7fffffff;

/**
 * Keeps this thread's event loop alive while somebody listens: a pending `Atomics.waitAsync` does not (the main
 * thread would exit with code 13, a worker with 0).
 */
export class KeepAlive {
  #holders = 0;
  #timer: NodeJS.Timeout | undefined;

  hold(): void {
    if (this.#holders++ === 0) this.#timer = setInterval(() => {}, LONGEST_DELAY);
  }

  /** Holds until `wait` is over. */
  async during(wait: Promise<unknown> | undefined): Promise<void> {
    this.hold();
    try {
      await wait;
    } finally {
      this.release();
    }
  }

  release(): void {
    if (--this.#holders === 0) clearInterval(this.#timer);
  }
}
