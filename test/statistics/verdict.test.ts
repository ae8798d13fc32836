import { expect, test } from 'vitest';
import { pairedRatioInterval, ratioInterval } from '#src/statistics/bootstrap.js';
import { verdict } from '#src/statistics/verdict.js';

test.each([
  [1.2, 1.1, 1.3, 5, 'greater'],
  [0.8, 0.7, 0.9, 5, 'less'],
  [1.2, 1, 1.3, 5, 'undecided'],
  [0.8, 0.7, 1, 5, 'undecided'],
  [1.2, 1.1, 1.3, 4, 'undecided'],
  [Number.NaN, Number.NaN, Number.NaN, 5, 'undecided'],
] as const)('%d from %d to %d of %d values: %s', (estimate, low, high, count, expected) => {
  expect(verdict({ estimate, low, high, count })).toBe(expected);
});

/** All ways to choose `size` of the numbers from 0 to `below`. */
function* choices(size: number, below: number): Generator<number[]> {
  if (size === 0) yield [];
  else {
    for (let last = size - 1; last < below; last++) {
      for (const rest of choices(size - 1, last)) yield [...rest, last];
    }
  }
}

// A bootstrap of the median depends on ranks alone. If two are equal, each order of their values is as likely as any other.
test('of two equal ones, independent samples of five are told apart in 8 of 252 orders', () => {
  const verdicts = { greater: 0, less: 0, undecided: 0 };
  for (const chosen of choices(5, 10)) {
    const others = Array.from({ length: 10 }, (_, rank) => rank).filter(rank => !chosen.includes(rank));
    const [a, b] = [chosen, others].map(ranks => ranks.map(rank => 100 + rank));
    verdicts[verdict(ratioInterval(a!, b!))]++;
  }
  expect(verdicts).toEqual({ greater: 4, less: 4, undecided: 244 });
});

test('of two equal ones, five pairs are told apart in 2 of 32 cases', () => {
  const verdicts = { greater: 0, less: 0, undecided: 0 };
  for (let signs = 0; signs < 32; signs++) {
    const a = Array.from({ length: 5 }, (_, pair) => ((signs >> pair) & 1 ? 110 + pair : 90 - pair));
    verdicts[verdict(pairedRatioInterval(a, [100, 100, 100, 100, 100]))]++;
  }
  expect(verdicts).toEqual({ greater: 1, less: 1, undecided: 30 });
});
