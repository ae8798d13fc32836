import { expect, test } from 'vitest';
import { viewOf } from '#src/lab/report/report-view.js';
import type { Run } from '#src/lab/results.js';
import { results, runsAt } from '../build-results.js';

/** Runs whose recording has so many holds of a microsecond, each after another thread's. */
function recorded(holds: number): Run[] {
  const timeline = Array.from({ length: holds }, (_, hold): [number, number, number] => [
    hold % 2,
    hold * 2,
    hold * 2 + 1,
  ]);
  return runsAt([1, 2, 3, 4, 5], { design: 'shared-locked', lock: 'ticket' }).map(run => ({
    ...run,
    timeline,
  }));
}

const saysOf = (runs: readonly Run[]) =>
  viewOf(results(runs))
    .sections.find(({ id }) => id === 'timeline')
    ?.says.join(' ')
    .replaceAll('\u00a0', ' ');

test('how the lock goes from thread to thread', () => {
  expect(saysOf(recorded(50))).toBe(
    'With 1 producer and 1 consumer, the lock of shared-locked (ticket) goes to another thread in 100 % of the cases, and ' +
      'none has it twice in a row.',
  );
});

test('a few holds say nothing about that', () => {
  expect(saysOf(recorded(5))).toContain('too few holds were recorded');
});

test('without a recording there is no such section', () => {
  expect(saysOf(recorded(0))).toBeUndefined();
});
