import { describe, expect, test } from 'vitest';
import { hasWebLocks } from '#src/lab/impossible.js';
import { planSchema } from '#src/lab/plan.js';
import { cellOf, vary } from '#src/lab/vary.js';
import { planOf, THREE } from './plans.js';

test('a plan is what its schema says', () => {
  const plan = planOf(THREE);
  expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
});

test('five rounds, unless the time allows more', () => {
  expect(planOf(THREE)).toMatchObject({ rounds: 5, cells: THREE, seed: 7 });
  expect(planOf(THREE, { seconds: 15 }).rounds).toBe(5);
  const { rounds, budgetSeconds } = planOf(THREE, { seconds: 120 });
  expect(rounds).toBeGreaterThan(15);
  expect(budgetSeconds).toBe(120);
  expect(planOf(THREE, { rounds: 2 }).rounds).toBe(2);
});

test('the time that is not given grows with the runs', () => {
  const seconds = (rounds: number, runSeconds: number) => planOf(THREE, { rounds, runSeconds }).budgetSeconds;
  expect(seconds(10, 1)).toBeGreaterThan(seconds(5, 1));
  expect(seconds(5, 2)).toBeGreaterThan(seconds(5, 1));
});

test('every plan has a seed of its own', () => {
  const seeds = Array.from({ length: 10 }, () => planOf(THREE, { seed: undefined }).seed);
  expect(new Set(seeds).size).toBeGreaterThan(1);
});

test('cells that cannot run are left out, and why', () => {
  const cells = vary({ routed: true }, { design: ['queue-per-consumer', 'shared-locked'], lock: ['mcs'] });
  const { cells: kept, leftOut } = planOf(cells);
  expect(kept).toEqual([cells[0]]);
  expect(leftOut).toEqual([
    { cell: cells[1], reason: 'The broker has only the futex mutex: with routed, the lock is futex.' },
  ]);
});

test.skipIf(hasWebLocks)('web-locks are left out where Node has none', () => {
  const cells = vary({ design: 'shared-locked' }, { lock: ['spin', 'web-locks'] });
  expect(planOf(cells).leftOut).toEqual([
    {
      cell: cells[1],
      reason: `Node ${process.version} has no worker_threads.locks: web-locks needs Node 24.5 or later.`,
    },
  ]);
});

describe('what cannot be is refused', () => {
  test.each([
    ['nothing to run', [cellOf({ work: -1 })], {}, /^There is nothing to run\. Too small: /],
    [
      'too many cells',
      Array.from({ length: 1001 }, (_, work) => cellOf({ work })),
      {},
      /^The plan has 1001 cells/,
    ],
    [
      'too little time',
      THREE,
      { seconds: 8 },
      /^5 rounds of 3 cells take \d+s at least, not 8s\. Give more time/,
    ],
    [
      'too much time',
      THREE,
      { seconds: 7200 },
      /^50 rounds of 3 cells take 1h\w+ at most, not 2h\. Give less/,
    ],
    ['one cell', [cellOf({})], { rounds: 1, seconds: 1 }, /^1 round of 1 cell takes \ds at least, not 1s\./],
  ])('%s', (_, cells, options, message) => {
    expect(() => planOf(cells, options)).toThrow(message);
  });
});
