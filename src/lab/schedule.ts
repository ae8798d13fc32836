import { randomNumbers } from '../statistics/random.js';
import type { Cell } from './cell.js';
import type { Plan } from './plan.js';

/** A run to be done. */
export interface Turn {
  readonly cell: Cell;
  readonly round: number;
}

/**
 * All runs of a plan in their order: round by round, so that what disturbs the machine disturbs all cells alike, and
 * shuffled in each round, so that no cell always comes after the same one.
 */
export function schedule({ cells, rounds, seed }: Pick<Plan, 'cells' | 'rounds' | 'seed'>): Turn[] {
  const random = randomNumbers(seed);
  return Array.from({ length: rounds }, (_, index) =>
    shuffled(cells, random).map(cell => ({ cell, round: index + 1 })),
  ).flat();
}

/** Fisher and Yates: every order is equally likely. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
