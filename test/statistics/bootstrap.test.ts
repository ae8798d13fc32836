import { describe, expect, test } from 'vitest';
import { medianInterval, pairedRatioInterval, ratioInterval } from '#src/statistics/bootstrap.js';
import { median } from '#src/statistics/median.js';

/** The medians of all samples that can be drawn from `values` with replacement, ascending: each is as likely as the others. */
function allMedians(values: readonly number[]): number[] {
  const samples = values.reduce<number[][]>(
    drawn => drawn.flatMap(sample => values.map(value => [...sample, value])),
    [[]],
  );
  return samples.map(median).sort((a, b) => a - b);
}

const quantile = (ascending: readonly number[], part: number): number =>
  ascending[Math.ceil(part * ascending.length) - 1]!;

const ONE = { estimate: 1, low: 1, high: 1 };

describe('the interval has the quantiles of all samples that could be drawn', () => {
  test.each([
    [[3, 1], 0.95],
    [[3, 1, 8], 0.95],
    [[3, 1, 8, 20], 0.95],
    [[3, 1, 8, 20, 21], 0.95],
    [[3, 1, 8, 20, 21, 22], 0.99],
  ])('%j at %d', (values, confidence) => {
    const exact = allMedians(values);
    expect(medianInterval(values, { confidence })).toEqual({
      estimate: median(values),
      low: quantile(exact, (1 - confidence) / 2),
      high: quantile(exact, (1 + confidence) / 2),
      count: values.length,
    });
  });

  test('of a ratio of independent samples', () => {
    const a = [11, 13, 17, 19, 23];
    const b = [10, 12, 15, 18];
    const medians = allMedians(b);
    const exact = allMedians(a)
      .flatMap(above => medians.map(below => above / below))
      .sort((x, y) => x - y);
    expect(ratioInterval(a, b)).toEqual({
      estimate: 17 / 13.5,
      low: quantile(exact, 0.025),
      high: quantile(exact, 0.975),
      count: 4,
    });
  });
});

test('five values: from the least to the greatest', () => {
  expect(medianInterval([5, 1, 4, 2, 3])).toEqual({ estimate: 3, low: 1, high: 5, count: 5 });
});

// With 7 values, the quantiles alone are the second and the sixth.
test.each([
  [
    [3, 1, 8, 20, 21, 30],
    [1, 30],
  ],
  [
    [3, 1, 8, 20, 21, 30, 31],
    [1, 31],
  ],
  [
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [2, 8],
  ],
  [Array.from({ length: 15 }, (_, index) => index + 1), [4, 12]],
])('%j: it is as wide as it must be to cover the median in 95 %', (values, [low, high]) => {
  expect(medianInterval(values)).toMatchObject({ low, high });
});

test('of pairs it is the median of their ratios', () => {
  expect(pairedRatioInterval([20, 3, 44, 50, 66], [10, 1, 11, 10, 11])).toEqual({
    estimate: 4,
    low: 2,
    high: 6,
    count: 5,
  });
});

test('as many values on both sides of a pair', () => {
  expect(() => pairedRatioInterval([1, 2], [1])).toThrow(
    new RangeError(
      'pairs need as many values on both sides, and there are 2 and 1. Leave out the rounds that only one side has.',
    ),
  );
});

test('one value is its own interval', () => {
  expect(medianInterval([1])).toEqual({ ...ONE, count: 1 });
  expect(ratioInterval([4], [4])).toEqual({ ...ONE, count: 1 });
});

test.each([
  ['no value', medianInterval([]), 0],
  ['no pair', pairedRatioInterval([], []), 0],
  ['nothing to divide', ratioInterval([], [1, 2]), 0],
  ['nothing to divide by', ratioInterval([1, 2], []), 0],
  ['a NaN', medianInterval([1, 2, 3, 4, 5, Number.NaN]), 6],
  ['zero divided by zero', ratioInterval([0, 1], [0, 1]), 2],
])('%s: NaN', (_, interval, count) => {
  expect(interval).toEqual({ estimate: Number.NaN, low: Number.NaN, high: Number.NaN, count });
});

test('the seed determines it', () => {
  const values = Array.from({ length: 40 }, (_, index) => (index * 37) % 101);
  const [one, again, other] = [1, 1, 2].map(seed => ratioInterval(values, values, { seed, resamples: 50 }));
  expect(one).toEqual(again);
  expect(one).not.toEqual(other);
});
