const INTERVAL = 1000;

/** Ends the process when nothing happens any more, and says what did not. */
export class Watchdog {
  /** What is being waited for. */
  phase = '';
  readonly #timer: NodeJS.Timeout;

  /**
   * @param progress a number that changes as long as something happens
   * @param milliseconds without a change after which the process ends
   * @param describe what to say then, beside the phase
   */
  constructor(progress: () => number, milliseconds: number, describe: () => string) {
    let before = progress();
    let since = performance.now();
    this.#timer = setInterval(() => {
      const now = progress();
      if (now !== before) {
        before = now;
        since = performance.now();
      } else if (performance.now() - since > milliseconds) {
        console.error(`soak: nothing has happened for ${milliseconds} ms while ${this.phase}. ${describe()}`);
        process.exit(2);
      }
    }, INTERVAL);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
