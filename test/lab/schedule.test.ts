import { expect, test } from 'vitest';
import { cellKey } from '#src/lab/cell.js';
import { schedule } from '#src/lab/schedule.js';
import { vary } from '#src/lab/vary.js';

const CELLS = vary({}, { producers: [1, 2, 3, 4], consumers: [1, 2, 3, 4] });

const keys = (seed: number) =>
  schedule({ cells: CELLS, rounds: 6, seed }).map(({ cell, round }) => `${round} ${cellKey(cell)}`);

test('in each round every cell has one turn', () => {
  const turns = schedule({ cells: CELLS, rounds: 6, seed: 1 });
  expect(turns).toHaveLength(6 * CELLS.length);
  for (let round = 1; round <= 6; round++) {
    const of = turns.slice((round - 1) * CELLS.length, round * CELLS.length);
    expect(of.map(turn => turn.round)).toEqual(CELLS.map(() => round));
    expect(new Set(of.map(turn => turn.cell))).toEqual(new Set(CELLS));
  }
});

test('each round has another order', () => {
  const orders = Array.from({ length: 6 }, (_, round) =>
    schedule({ cells: CELLS, rounds: 6, seed: 1 })
      .filter(turn => turn.round === round + 1)
      .map(({ cell }) => cellKey(cell))
      .join(),
  );
  expect(new Set(orders).size).toBe(6);
});

test('the seed decides the order', () => {
  expect(keys(5)).toEqual(keys(5));
  expect(keys(5)).not.toEqual(keys(6));
});
