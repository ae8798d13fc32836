import { expect, test } from 'vitest';
import { viewOf } from '#src/lab/report/report-view.js';
import type { Results, Run } from '#src/lab/results.js';
import { cellOf } from '#src/lab/vary.js';
import { results, runsAt, unverifiedRun } from '../build-results.js';

const CALM = runsAt([1, 2, 3, 4, 5]);

const warnings = (runs: readonly Run[], others: Partial<Results> = {}) =>
  viewOf(results(runs, others)).warnings.map(({ level, says, details }) => [
    level,
    [says, ...details].join(' ').replaceAll('\u00a0', ' '),
  ]);

const withLoad = (average: number, steal: number | null, others: number | null = 0) =>
  CALM.map(run => ({ ...run, load: { average, steal, others } }));

test('a lab without trouble has no warnings', () => {
  expect(warnings(withLoad(0.1, 0))).toEqual([]);
  expect(warnings(CALM)).toEqual([]);
});

test('unverified runs come first, with the cell, the round and the fault', () => {
  const [first] = warnings([...CALM, unverifiedRun(4)], { interruptions: 1 });
  expect(first).toEqual(['fault', expect.stringContaining('1 of 6 runs could not be verified')]);
  expect(first?.[1]).toContain('queue-per-consumer: round 4: A message is missing.');
  expect(first?.[1]).toContain('All of them: 1p1c');
});

test.each([
  [
    'more threads than cores',
    runsAt([1, 2, 3, 4, 5], { producers: 2 }),
    {},
    '1 of 1 cell has more threads than cores',
  ],
  ['a busy machine', withLoad(1.5, 0), {}, 'Load average before the first run: 1.50, on 2 cores.'],
  ['a load of others', withLoad(2.5, 0), {}, 'before 5 runs'],
  ['other processes', withLoad(0, 0, 0.5), {}, 'In 5 of 5 runs other processes took more than 5 %'],
  ['steal', withLoad(0, 0.2), {}, 'In 5 of 5 runs the hypervisor took more than 3 %'],
  ['few rounds', CALM, { rounds: 3 }, 'With 3 rounds nothing can be called faster or slower'],
  ['interruptions', CALM, { interruptions: 2 }, 'interrupted and continued 2 times'],
  [
    'skipped cells',
    CALM,
    { skipped: [{ cell: cellOf({}), reason: 'The time was over.' }] },
    'The time was over.',
  ],
] as const)('%s', (_name, runs, others, text) => {
  const found = warnings(runs, others as Partial<Results>);
  expect(found).toEqual([['caution', expect.stringContaining(text)]]);
});

test('a long list is cut, and says so', () => {
  const bad = Array.from({ length: 30 }, (_, index) => unverifiedRun(index + 1));
  expect(warnings(bad)[0]?.[1]).toContain('and 10 more');
});
