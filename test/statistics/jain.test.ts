import { expect, test } from 'vitest';
import { jainIndex } from '#src/statistics/jain.js';

test.each([
  ['all got the same', [7, 7, 7], 1],
  ['one got everything', [0, 12, 0, 0], 1 / 4],
  ['three of ten shared it evenly', [5, 5, 5, 0, 0, 0, 0, 0, 0, 0], 3 / 10],
  ['of 1, 2, 3 and 4', [1, 2, 3, 4], 100 / 120],
  ['one alone', [3], 1],
])('%s', (_, values, expected) => {
  expect(jainIndex(values)).toBeCloseTo(expected, 12);
});

test.each([[[]], [[0, 0]]])('%j has none', values => {
  expect(jainIndex(values)).toBeNaN();
});

test('it does not depend on the scale', () => {
  expect(jainIndex([1e9, 3e9])).toBeCloseTo(jainIndex([1, 3]), 12);
});

test('rounding brings it never above 1', () => {
  expect(jainIndex(Array(8).fill(50_000_001))).toBe(1);
});
