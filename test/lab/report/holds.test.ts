import { expect, test } from 'vitest';
import { holdFigures, holdsOf } from '#src/lab/report/holds.js';
import { runsAt } from '../build-results.js';

const withTimeline = (timeline: [number, number, number][] | null) => ({ ...runsAt([1])[0]!, timeline });

test('a recording begins at zero, and is sorted by time', () => {
  const recording = holdsOf([
    withTimeline(null),
    withTimeline([
      [1, 105, 110],
      [0, 100, 104],
    ]),
  ]);
  expect(recording?.holds).toEqual([
    { thread: 0, from: 0, to: 4 },
    { thread: 1, from: 5, to: 10 },
  ]);
  expect(holdsOf([withTimeline(null), withTimeline([])])).toBeNull();
});

test('how the lock goes round', () => {
  const holds = [0, 0, 0, 1, 0, 1].map((thread, index) => ({
    thread,
    from: index * 10,
    to: index * 10 + 4 + index,
  }));
  expect(holdFigures(holds)).toEqual({
    count: 6,
    held: 39 / 59,
    median: 6.5,
    longest: 9,
    handedOver: 3 / 5,
    longestTurn: 3,
  });
});

test('one hold goes to nobody', () => {
  expect(holdFigures([{ thread: 0, from: 0, to: 2 }])).toMatchObject({
    handedOver: 0,
    longestTurn: 1,
    held: 1,
  });
});
