import { SingleBar } from 'cli-progress';

/** Lines on standard error where nobody watches: one in so many. */
const LINE_EVERY = 20;

/** Shows on standard error how many of `total` are done. A bar for people, a line now and then elsewhere. */
export class Progress {
  readonly #what: string;
  readonly #total: number;
  readonly #bar: SingleBar | undefined;
  #done = 0;

  constructor(what: string, total: number) {
    this.#what = what;
    this.#total = total;
    if (!process.stderr.isTTY) return;
    this.#bar = new SingleBar({
      format: ` ${what} {bar} {value}/{total} | {last}`,
      clearOnComplete: true,
      hideCursor: true,
    });
    this.#bar.start(total, 0, { last: '' });
  }

  done(name: string): void {
    this.#done++;
    if (this.#bar !== undefined) this.#bar.update(this.#done, { last: name });
    else if (this.#done % LINE_EVERY === 0 || this.#done === this.#total) {
      console.error(`${this.#done} of ${this.#total} ${this.#what}`);
    }
  }

  stop(): void {
    this.#bar?.stop();
  }
}
