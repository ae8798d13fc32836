import { SingleBar } from 'cli-progress';
import type { Spectator } from '../comparison/comparison.js';
import type { Design } from '../comparison/designs.js';
import type { RunReport } from '../comparison/report.js';
import { rounded } from '../comparison/table.js';

/** Shows how far a comparison is, on standard error, which leaves standard output to the result. */
export interface ProgressDisplay extends Spectator {
  stop(): void;
}

/** A bar for people; a line a run where nobody watches. */
export function progressDisplay(runs: number): ProgressDisplay {
  return process.stderr.isTTY ? new Bar(runs) : new Lines(runs);
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

class Bar implements ProgressDisplay {
  readonly #bar = new SingleBar({
    format: ' {bar} {percentage}% | {design}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    gracefulExit: false, // its own way swallows the signal
  });
  readonly #runs: number;

  constructor(runs: number) {
    this.#runs = runs;
    this.#bar.start(runs, 0, { design: '' });
    for (const signal of SIGNALS) process.once(signal, this.#interrupted);
  }

  /** Gives the cursor back, then lets the signal do what it does. */
  readonly #interrupted = (signal: NodeJS.Signals): void => {
    this.stop();
    process.kill(process.pid, signal);
  };

  progress(design: Design, done: number): void {
    this.#bar.update(Math.min(done, this.#runs), { design });
  }

  runDone(run: RunReport, done: number): void {
    this.#bar.update(done, { design: run.design });
  }

  stop(): void {
    for (const signal of SIGNALS) process.off(signal, this.#interrupted);
    this.#bar.stop();
  }
}

class Lines implements ProgressDisplay {
  readonly #runs: number;

  constructor(runs: number) {
    this.#runs = runs;
  }

  progress(): void {}

  runDone(run: RunReport, done: number): void {
    const speed =
      run.messagesPerSecond === null ? 'failed' : `${rounded(run.messagesPerSecond, 3)} messages/s`;
    const verdict = run.verified ? 'verified' : 'NOT VERIFIED';
    console.error(`run ${done} of ${this.#runs}: ${run.design}, ${speed}, ${verdict}`);
  }

  stop(): void {}
}
