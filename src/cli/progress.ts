import { SingleBar } from 'cli-progress';

/** Shows how far something is, on standard error, which leaves standard output to the result. */
export interface ProgressDisplay {
  /**
   * @param done parts of the total that are done, fractions too
   * @param text what is under way
   */
  show(done: number, text: string): void;
  /** Says what a bar would say in passing, where nobody watches one. */
  line(text: string): void;
  stop(): void;
}

/** A bar for people; lines where nobody watches. */
export function progressDisplay(total: number): ProgressDisplay {
  return process.stderr.isTTY ? new Bar(total) : LINES;
}

class Bar implements ProgressDisplay {
  readonly #bar = new SingleBar({
    format: ' {bar} {percentage}% | {text}',
    barsize: 24, // leaves room for the text
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    gracefulExit: false, // its own way swallows the signal
  });
  readonly #total: number;

  constructor(total: number) {
    this.#total = total;
    this.#bar.start(total, 0, { text: '' });
  }

  show(done: number, text: string): void {
    this.#bar.update(Math.min(done, this.#total), { text });
  }

  line(): void {}

  stop(): void {
    this.#bar.stop();
  }
}

const LINES: ProgressDisplay = {
  show() {},
  line: text => console.error(text),
  stop() {},
};
