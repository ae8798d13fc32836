/**
 * The router's clock: milliseconds since it started. It is read at most once a pass of the router's loop, and not at
 * all in passes that do not ask: a reading costs more than a message.
 */
export class Clock {
  readonly #start = performance.now();
  #now = 0;
  #read = false;

  /** The time of this pass; at least 1, because 0 stands for "never". */
  get now(): number {
    if (!this.#read) {
      this.#read = true;
      this.#now = 1 + performance.now() - this.#start;
    }
    return this.#now;
  }

  /** A new pass begins. */
  forget(): void {
    this.#read = false;
  }
}
