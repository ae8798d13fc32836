import { type Cell, threadsOf } from './cell.js';
import { IDLE_SECONDS } from './measure/order.js';

/** Seconds of a run: the shortest ones still tell something, longer ones tell no more than several runs. */
const WINDOW = { least: 0.05, most: 30 };
const WARM_UP = { least: 0.05, most: 0.5 };
/** The part of a run's time that warms it up. */
const WARM_UP_SHARE = 0.2;
/** Seconds to make the report. */
const REPORT = 2;
/** Seconds of overhead that the expectation weighs as much as what is seen. */
const CONFIDENCE = 2;

/** How long a run may take; the time to start and end its process comes on top. */
export interface Allotment {
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** Shares a time out among runs: what is left, less what starting them costs, evenly. */
export class TimeBudget {
  readonly #seconds: number;
  readonly #limit: number;
  #expected = CONFIDENCE;
  #seen = CONFIDENCE;

  /** @param limit seconds after which nothing is to go on */
  constructor(seconds: number, limit: number) {
    this.#seconds = seconds;
    this.#limit = limit;
  }

  /**
   * What the first of the runs that are left gets.
   *
   * @param used seconds gone so far
   * @param left cells of the runs that are left, this one first
   * @returns undefined if the time is over
   */
  allot(used: number, left: readonly Cell[]): Allotment | undefined {
    const factor = this.#seen / this.#expected;
    const shortest = factor * overhead(left[0]!) + WARM_UP.least + WINDOW.least;
    if (used + shortest + REPORT > this.#limit) return undefined;
    const free = this.#seconds - REPORT - used - factor * sum(left, overhead);
    const share = free / left.length;
    const warmUpSeconds = clamp(WARM_UP_SHARE * share, WARM_UP);
    return { warmUpSeconds, seconds: clamp(share - warmUpSeconds, WINDOW) };
  }

  /** Learns from a run what the others will cost. */
  took(cell: Cell, { warmUpSeconds, seconds }: Allotment, total: number): void {
    this.#expected += overhead(cell);
    this.#seen += Math.max(0, total - warmUpSeconds - seconds);
  }
}

/** Seconds of the shortest and of the longest run. */
export const RUN_SECONDS = { least: WARM_UP.least + WINDOW.least, most: WARM_UP.most + WINDOW.most };

/** Seconds that so many rounds of the cells take, about, the report included. */
export function labSeconds(cells: readonly Cell[], rounds: number, runSeconds: number): number {
  return REPORT + rounds * roundSeconds(cells, runSeconds);
}

/** How many rounds of the cells that time allows. */
export function roundsIn(seconds: number, cells: readonly Cell[], runSeconds: number): number {
  return Math.floor((seconds - REPORT) / roundSeconds(cells, runSeconds));
}

function roundSeconds(cells: readonly Cell[], runSeconds: number): number {
  return sum(cells, overhead) + cells.length * runSeconds;
}

/** Seconds besides those of the run, about: a process and its threads start and end. */
function overhead(cell: Cell): number {
  return 0.3 + 0.06 * threadsOf(cell) + (cell.rate === null ? 0 : IDLE_SECONDS);
}

function clamp(value: number, { least, most }: { least: number; most: number }): number {
  return Math.min(most, Math.max(least, value));
}

function sum(cells: readonly Cell[], figure: (cell: Cell) => number): number {
  return cells.reduce((total, cell) => total + figure(cell), 0);
}
