import { expect, test } from 'vitest';
import { CONTENTION, threadCounts } from '#src/lab/presets/contention.js';

test.each([
  [1, 2, [1, 2]],
  [2, 4, [1, 2, 4]],
  [6, 12, [1, 2, 4, 8, 12]],
  [8, 16, [1, 2, 4, 8, 16]],
  [2, 1, [1]],
])('on %d cores up to %d', (cores, most, counts) => {
  expect(threadCounts(cores, most)).toEqual(counts);
});

test.each([
  [12, 24, [1, 2, 3, 4, 5, 6, 8, 16, 24]],
  [16, 32, [1, 2, 3, 4, 5, 8, 16, 32]],
  [64, 64, [1, 2, 4, 8, 16, 32, 64]],
  [128, 64, [1, 2, 4, 8, 16, 32, 64]],
])('with %d cores, six counts fit into them', (cores, most, counts) => {
  expect(threadCounts(cores, most)).toEqual(counts);
  expect(counts.filter(count => 2 * count <= cores).length).toBeGreaterThanOrEqual(6);
});

test('there are as many consumers as producers, up to twice the cores unless told otherwise', () => {
  const shapes = (cells: ReturnType<typeof CONTENTION.cells>) => [
    ...new Set(cells.map(({ producers, consumers }) => `${producers}p${consumers}c`)),
  ];
  expect(shapes(CONTENTION.cells(2))).toEqual(['1p1c', '2p2c', '4p4c']);
  expect(shapes(CONTENTION.cells(2, 2))).toEqual(['1p1c', '2p2c']);
  expect(shapes(CONTENTION.cells(128)).at(-1)).toBe('64p64c');
});

test('every design and every lock is there, one message and 64 at a time', () => {
  const one = CONTENTION.cells(2, 1);
  expect(one.map(({ design, lock, batch }) => [design, lock, batch])).toEqual([
    ['queue-per-consumer', null, 64],
    ['queue-per-consumer', null, 1],
    ['shared-locked', 'futex', 64],
    ['shared-locked', 'futex', 1],
    ['shared-locked', 'spin', 64],
    ['shared-locked', 'spin', 1],
    ['shared-locked', 'ticket', 64],
    ['shared-locked', 'ticket', 1],
    ['shared-locked', 'mcs', 64],
    ['shared-locked', 'mcs', 1],
    ['shared-locked', 'web-locks', 64],
    ['shared-locked', 'web-locks', 1],
    ['shared-lock-free', null, 64],
    ['shared-lock-free', null, 1],
    ['message-port', null, 64],
    ['message-port', null, 1],
  ]);
});
