import { expect, test } from 'vitest';
import { randomNumbers } from '#src/statistics/random.js';

const first = (seed: number, count: number): number[] => Array.from({ length: count }, randomNumbers(seed));

test('a seed determines the numbers', () => {
  expect(first(7, 100)).toEqual(first(7, 100));
});

test('seeds that differ in one bit have nothing in common', () => {
  const seeds = Array.from({ length: 32 }, (_, bit) => 1 << bit);
  expect(new Set(seeds.flatMap(seed => first(seed, 100))).size).toBe(3200);
});

test('the numbers lie from 0 to 1, evenly', () => {
  const buckets = new Array(10).fill(0);
  for (const number of first(1, 100_000)) buckets[Math.floor(number * 10)]++;
  expect(buckets).toHaveLength(10);
  // Expected are 10,000 with a standard deviation of 95.
  for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});
