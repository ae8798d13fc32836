import { expect, test } from 'vitest';
import { median } from '#src/statistics/median.js';

test.each([
  [[], Number.NaN],
  [[3], 3],
  [[10, 9], 9.5],
  [[100, 2, 30], 30],
  [[4, 1, 3, 2], 2.5],
])('of %j', (values, expected) => {
  const given = [...values];
  expect(median(given)).toBe(expected);
  expect(given).toEqual(values);
});
