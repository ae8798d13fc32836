import { expect, test } from 'vitest';
import { cellKey } from '#src/lab/cell.js';
import { override } from '#src/lab/presets/overrides.js';
import { vary } from '#src/lab/vary.js';

/** As the preset quick: one design has a shape more than the other. */
const CELLS = [
  ...vary({ producers: 2, consumers: 2 }, { design: ['queue-per-consumer', 'shared-locked'] }),
  ...vary({ producers: 2, consumers: 2, batch: 1 }, { design: ['queue-per-consumer'] }),
];

const brief = (cells: ReturnType<typeof override>) =>
  cells.map(({ design, lock, producers, consumers, batch }) =>
    [lock ?? design, `${producers}p${consumers}c`, batch].join(' '),
  );

test('without overrides the cells are the same', () => {
  expect(override(CELLS, {})).toEqual(CELLS);
});

test('a setting is replaced in all cells, and those that become the same are one', () => {
  expect(brief(override(CELLS, { batch: [8], consumers: [1, 3] }))).toEqual([
    'queue-per-consumer 2p1c 8',
    'queue-per-consumer 2p3c 8',
    'futex 2p1c 8',
    'futex 2p3c 8',
  ]);
});

test('designs choose among the cells', () => {
  expect(brief(override(CELLS, { designs: ['queue-per-consumer'] }))).toEqual([
    'queue-per-consumer 2p2c 64',
    'queue-per-consumer 2p2c 1',
  ]);
});

test('a design that the preset does not have takes the shapes of all the others', () => {
  expect(brief(override(CELLS, { designs: ['shared-lock-free'] }))).toEqual([
    'shared-lock-free 2p2c 64',
    'shared-lock-free 2p2c 1',
  ]);
  const waiting = vary({ rate: 100 }, { wait: ['block', 'poll'] });
  const locked = override(waiting, { designs: ['shared-locked'] });
  expect(locked.map(({ lock, wait, rate }) => [lock, wait, rate])).toEqual([
    ['futex', 'block', 100],
    ['futex', 'poll', 100],
  ]);
});

test('locks replace the lock of shared-locked, and leave the other designs', () => {
  expect(brief(override(CELLS, { locks: ['spin', 'mcs'] }))).toEqual([
    'queue-per-consumer 2p2c 64',
    'queue-per-consumer 2p2c 1',
    'spin 2p2c 64',
    'mcs 2p2c 64',
  ]);
});

test('locks without shared-locked are refused', () => {
  const message = 'Locks go with the design shared-locked, which is not among the designs.';
  expect(() => override(CELLS, { designs: ['message-port'], locks: ['spin'] })).toThrow(message);
  expect(() => override(vary({}, {}), { locks: ['spin'] })).toThrow(message);
});

test('no override makes a cell twice', () => {
  const cells = override(CELLS, {
    designs: ['shared-locked', 'message-port'],
    locks: ['spin'],
    body: [16, 32],
  });
  expect(new Set(cells.map(cellKey)).size).toBe(cells.length);
  expect(cells).toHaveLength(2 + 4);
});
