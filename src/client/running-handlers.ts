/**
 * The asynchronous handlers that run at the moment: how many, and whether one of them failed. A count and not a set of
 * promises: nothing is allocated for a handler beside what it returns.
 */
export class RunningHandlers {
  readonly #limit: number;
  #running = 0;
  #failure: { error: unknown } | undefined;
  /** Wakes whoever waits for a handler to end. */
  #ended: () => void = nobody;
  /** Wakes whoever waits for something else, if a handler fails. */
  #failed: () => void = nobody;

  /** @param limit handlers at a time */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(run: PromiseLike<unknown>): void {
    this.#running++;
    run.then(this.#onEnd, this.#onFailure);
  }

  readonly #onEnd = (): void => {
    this.#running--;
    this.#ended();
  };

  readonly #onFailure = (error: unknown): void => {
    this.fail(error);
    this.#onEnd();
  };

  /** Has whoever waits for a handler, or for something else, hear of `error` now. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#failed();
    this.#ended();
  }

  /** Throws what the first failed handler threw. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** True if no further handler may start. */
  get full(): boolean {
    return this.#running >= this.#limit;
  }

  /** Resolves when another handler may start; rejects as soon as one failed. */
  async room(): Promise<void> {
    await this.#until(this.#limit - 1);
  }

  /** Resolves when all have ended; rejects as soon as one failed. */
  async done(): Promise<void> {
    await this.#until(0);
  }

  async #until(running: number): Promise<void> {
    this.check();
    while (this.#running > running) {
      await new Promise<void>(resolve => {
        this.#ended = resolve;
      });
      this.check();
    }
  }

  /** Resolves with `wait`; rejects as soon as a handler failed. */
  async during(wait: Promise<unknown> | undefined): Promise<void> {
    this.check();
    // Not Promise.race: each would leave a reaction on a promise that may live as long as the consumer.
    await new Promise((resolve, reject) => {
      this.#failed = () => reject(this.#failure?.error);
      if (wait === undefined) resolve(undefined);
      else wait.then(resolve, reject);
    });
  }
}

function nobody(): void {}
