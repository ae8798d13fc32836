import { expect, test } from 'vitest';
import { renderTable, rounded } from '#src/comparison/table.js';

test('a column is as wide as its widest cell', () => {
  expect(
    renderTable(
      ['name', 'n'],
      [
        ['a', '1,000'],
        ['longest', '2', 'note'],
      ],
    ),
  ).toBe(['name         n', '-------  -----', 'a        1,000', 'longest      2  note'].join('\n'));
});

test('speeds are rounded to what can be known', () => {
  expect(rounded(12_345_678, 3)).toBe('12,300,000');
  expect(rounded(987, 3)).toBe('987');
  expect(rounded(Number.NaN, 3)).toBe('-');
  expect(rounded(Number.POSITIVE_INFINITY, 3)).toBe('-');
});
