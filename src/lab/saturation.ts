import { integer } from '../comparison/table.js';
import { type Cell, cellKey } from './cell.js';
import type { Run } from './results.js';

/** The part of a rate that a design must reach, or it is called saturated. */
const REACHED = 0.9;
/** Runs that must have fallen behind: a single one may have been disturbed. */
const ENOUGH_RUNS = 2;

/**
 * Which rates a design cannot follow. Once it has fallen behind a rate in every run so far, its latency at a higher one
 * would only say how long the run was.
 */
export class Saturation {
  /** By cell without its rate, and by rate: what was reached. */
  readonly #reached = new Map<string, Map<number, number[]>>();

  saw({ cell, throughput }: Pick<Run, 'cell' | 'throughput'>): void {
    if (cell.rate === null || throughput === null) return;
    const key = keyOf(cell);
    const rates = this.#reached.get(key) ?? new Map<number, number[]>();
    rates.set(cell.rate, [...(rates.get(cell.rate) ?? []), throughput]);
    this.#reached.set(key, rates);
  }

  /** Why a cell need not be run, or undefined. */
  reason(cell: Cell): string | undefined {
    if (cell.rate === null) return undefined;
    for (const [rate, reached] of this.#reached.get(keyOf(cell)) ?? []) {
      const best = Math.max(...reached);
      if (rate < cell.rate && reached.length >= ENOUGH_RUNS && best < REACHED * rate) {
        return `it came to ${integer(best)} of ${integer(rate)} messages a second at best, less than 90 %`;
      }
    }
    return undefined;
  }
}

function keyOf(cell: Cell): string {
  return cellKey({ ...cell, rate: null });
}
