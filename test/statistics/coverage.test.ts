import { expect, test } from 'vitest';
import { medianInterval, ratioInterval } from '#src/statistics/bootstrap.js';
import { randomNumbers } from '#src/statistics/random.js';
import { normalNumbers, SEED } from './synthetic.js';

const SAMPLES = 2000;
/** Fewer than usual, for speed. */
const resamples = 1000;

/** How many of the samples have an interval that covers `truth`, as a part of 1. */
function coverage(truth: number, interval: (seed: number) => { low: number; high: number }): number {
  let covered = 0;
  for (let seed = 0; seed < SAMPLES; seed++) {
    const { low, high } = interval(seed);
    if (low <= truth && truth <= high) covered++;
  }
  return covered / SAMPLES;
}

/** Five standard deviations of the coverage that is measured: one run in two million fails by chance. */
const tolerance = (expected: number): number => 5 * Math.sqrt((expected * (1 - expected)) / SAMPLES);

test.each([
  [3, 1 - 2 / 2 ** 3],
  [5, 1 - 2 / 2 ** 5],
  [7, 1 - 2 / 2 ** 7],
  [9, 1 - 2 * (10 / 2 ** 9)],
  [15, 1 - 2 * (576 / 2 ** 15)],
])(
  `%d values cover the median of a skewed distribution in %d of all samples (seed ${SEED})`,
  (size, expected) => {
    const random = randomNumbers(SEED);
    const exponential = (): number => -Math.log(1 - random());
    const measured = coverage(Math.LN2, seed =>
      medianInterval(Array.from({ length: size }, exponential), { seed, resamples }),
    );
    expect(Math.abs(measured - expected)).toBeLessThan(tolerance(expected));
  },
);

test(`40 values cover the median as often as the confidence says, about (seed ${SEED})`, () => {
  const normal = normalNumbers(SEED);
  const measured = coverage(100, seed =>
    medianInterval(
      Array.from({ length: 40 }, () => 100 + normal()),
      { seed, resamples },
    ),
  );
  expect(measured).toBeGreaterThan(0.9);
  expect(measured).toBeLessThan(0.98);
});

test(`the ratio of two that differ is covered, too (seed ${SEED})`, () => {
  const normal = normalNumbers(SEED);
  const sample = (size: number, centre: number): number[] =>
    Array.from({ length: size }, () => centre * Math.exp(0.1 * normal()));
  const measured = coverage(1.5, seed => ratioInterval(sample(9, 3), sample(7, 2), { seed, resamples }));
  expect(measured).toBeGreaterThan(0.9);
});
