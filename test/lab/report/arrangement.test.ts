import { expect, test } from 'vitest';
import type { Cell } from '#src/lab/cell.js';
import { arrange } from '#src/lab/report/arrangement.js';
import { measuredCells } from '#src/lab/report/measured.js';
import { sweepsOf } from '#src/lab/report/sweep.js';
import { cellOf, vary } from '#src/lab/vary.js';
import { results, runsAt } from '../build-results.js';

const arranged = (cells: readonly Cell[]) =>
  arrange(measuredCells(results(cells.flatMap(each => runsAt([1], each)))));

test('what varies within designs is an axis, and cells that share it are a place', () => {
  const { fullSpeed, styles, subject } = arranged(
    vary({}, { design: ['queue-per-consumer', 'message-port'], body: [32, 64], batch: [1, 8] }),
  );
  expect(subject).toBe('design');
  expect(styles.map(({ name }) => name)).toEqual(['queue-per-consumer', 'message-port']);
  expect(fullSpeed.axes.map(({ name }) => name)).toEqual(['message size', 'messages at once, at most']);
  expect(fullSpeed.places.map(({ members }) => members.length)).toEqual([2, 2, 2, 2]);
});

test('what only one of many designs has stands in its name', () => {
  const { fullSpeed, styles } = arranged([
    ...vary({}, { design: ['queue-per-consumer', 'shared-lock-free', 'message-port'] }),
    cellOf({ design: 'message-port', batch: 1 }),
  ]);
  expect(styles.map(({ name }) => name)).toEqual([
    'queue-per-consumer',
    'shared-lock-free',
    'message-port',
    'message-port with batch 1',
  ]);
  expect(styles.map(({ hollow }) => hollow)).toEqual([false, false, false, true]);
  expect(fullSpeed.places.length).toBe(1);
});

test('where ways to wait vary, they are compared', () => {
  const { paced, subject, styles } = arranged(
    vary({}, { wait: ['block', 'poll'], rate: [10, 100], routed: [true, false] }),
  );
  expect(subject).toBe('way to wait');
  expect(styles.map(({ name }) => name)).toEqual(['blocking', 'polling']);
  expect(paced.axes.map(({ name }) => name)).toEqual(['messages a second, asked for', 'way']);
});

test('shapes that grow in different ways have charts of their own', () => {
  const shapes = [
    [1, 1],
    [2, 2],
    [4, 4],
    [1, 2],
    [1, 4],
    [3, 2],
  ].map(([producers, consumers]) => cellOf({ producers: producers!, consumers: consumers! }));
  const sweeps = sweepsOf(arranged(shapes).fullSpeed);
  expect(sweeps.map(({ title, places }) => [title, places.map(({ label }) => label)])).toEqual([
    ['as many producers as consumers', ['1 → 1', '2 → 2', '4 → 4']],
    ['one producer', ['1 → 1', '1 → 2', '1 → 4']],
    ['other shapes', ['3 → 2']],
  ]);
});

test('every design has its colour, whatever else is in the lab', () => {
  const alone = arranged([cellOf({ design: 'message-port' })]).styles[0];
  const among = arranged(vary({}, { design: ['queue-per-consumer', 'message-port'] })).styles[1];
  expect(alone).toEqual(among);
});
