import { integer } from '../comparison/table.js';
import { type Cell, cellKey } from './cell.js';
import type { Run } from './results.js';

/** The part of a rate that a design must reach, or it is called saturated. */
const REACHED = 0.9;

/**
 * Which rates a design cannot follow. Once it has fallen behind a rate in every run so far, its latency at a higher one
 * would only say how long the run was.
 */
export class Saturation {
  /** By cell without its rate: the most that was reached of each rate. */
  readonly #reached = new Map<string, Map<number, number>>();

  saw({ cell, throughput }: Pick<Run, 'cell' | 'throughput'>): void {
    if (cell.rate === null || throughput === null) return;
    const key = keyOf(cell);
    const rates = this.#reached.get(key) ?? new Map<number, number>();
    rates.set(cell.rate, Math.max(rates.get(cell.rate) ?? 0, throughput));
    this.#reached.set(key, rates);
  }

  /** Why a cell need not be run, or undefined. */
  reason(cell: Cell): string | undefined {
    if (cell.rate === null) return undefined;
    for (const [rate, most] of this.#reached.get(keyOf(cell)) ?? []) {
      if (rate < cell.rate && most < REACHED * rate) {
        return `it came to ${integer(most)} of ${integer(rate)} messages a second at best, less than 90 %`;
      }
    }
    return undefined;
  }
}

function keyOf(cell: Cell): string {
  return cellKey({ ...cell, rate: null });
}
