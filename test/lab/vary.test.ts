import { expect, test } from 'vitest';
import { cellSchema } from '#src/lab/cell.js';
import { cellOf, DEFAULT_CELL, distinct, vary } from '#src/lab/vary.js';

test('what is not given has its default', () => {
  expect(cellSchema.parse(DEFAULT_CELL)).toEqual(DEFAULT_CELL);
  expect(cellOf({ producers: 3 })).toEqual({ ...DEFAULT_CELL, producers: 3 });
  expect(cellOf({ design: 'shared-locked' }).lock).toBe('futex');
  expect(cellOf({ design: 'shared-locked', lock: 'mcs' }).lock).toBe('mcs');
});

test('every combination is a cell, and the first setting changes least often', () => {
  const cells = vary({ body: 64 }, { producers: [1, 2], batch: [1, 8, 64] });
  expect(cells.map(({ body, producers, batch }) => [body, producers, batch])).toEqual([
    [64, 1, 1],
    [64, 1, 8],
    [64, 1, 64],
    [64, 2, 1],
    [64, 2, 8],
    [64, 2, 64],
  ]);
});

test('only shared-locked has the locks', () => {
  const cells = vary({}, { design: ['message-port', 'shared-locked'], lock: ['spin', 'mcs'] });
  expect(cells.map(({ design, lock }) => [design, lock])).toEqual([
    ['message-port', null],
    ['shared-locked', 'spin'],
    ['shared-locked', 'mcs'],
  ]);
});

test('a cell stands there once', () => {
  expect(vary({}, { body: [32, 64, 32] })).toHaveLength(2);
  expect(distinct([cellOf({}), cellOf({ work: 1 }), cellOf({})])).toEqual([cellOf({}), cellOf({ work: 1 })]);
});

test('too many combinations are refused before they are made', () => {
  const many = Array.from({ length: 64 }, (_, index) => index + 1);
  expect(() => vary({}, { producers: many, consumers: many, batch: many })).toThrow(
    'The plan has 262144 cells; at most 1000 are possible. Vary fewer settings at a time.',
  );
});
