import { type Cell, cellKey } from '../lab/cell.js';
import { cellNames } from '../lab/cell-names.js';
import { formatDuration } from '../lab/duration.js';
import type { Standing } from '../lab/laboratory.js';
import type { Plan } from '../lab/plan.js';
import { type ProgressDisplay, progressDisplay } from './progress.js';

/** Seconds between two lines where nobody watches. */
const QUIET = 10;

/** Shows which cell runs, how many runs are done, and how much time is left. */
export class LabProgress {
  readonly #display: ProgressDisplay;
  readonly #names: ReadonlyMap<string, string>;
  readonly #clock: () => number;
  #nextLine: number;

  constructor(plan: Plan, clock: () => number) {
    const { names } = cellNames(plan.cells);
    this.#names = new Map(plan.cells.map((cell, index) => [cellKey(cell), names[index]!]));
    this.#display = progressDisplay(plan.cells.length * plan.rounds);
    this.#clock = clock;
    this.#nextLine = clock() + QUIET;
  }

  show({ done, total, secondsLeft, cell }: Standing): void {
    const counts = `${done} of ${total} runs, ${formatDuration(secondsLeft)} left`;
    this.#display.show(done, `${counts} | ${this.#nameOf(cell)}`);
    if (this.#clock() < this.#nextLine) return;
    this.#nextLine = this.#clock() + QUIET;
    this.#display.line(counts);
  }

  stop(): void {
    this.#display.stop();
  }

  #nameOf(cell: Cell): string {
    return this.#names.get(cellKey(cell))!;
  }
}
