import { expect, it } from 'vitest';
import { generate } from '#bench/documents/generate.js';
import type { Cell } from '#src/lab/cell.js';
import { results, runsAt } from '../lab/build-results.js';

const LOCKED: Partial<Cell> = { design: 'shared-locked', lock: 'futex' };
const ONE_EACH = { producers: 1, consumers: 1 };
const MEASURED = results([
  ...runsAt([40, 41, 42, 43, 44], { ...ONE_EACH, batch: 1 }),
  ...runsAt([20, 21, 22, 20, 21], { ...ONE_EACH, ...LOCKED, batch: 1 }),
  ...runsAt([30, 30, 30, 30, 30], { ...ONE_EACH, batch: 64 }),
  ...runsAt([30, 31, 29, 30, 30], { ...ONE_EACH, ...LOCKED, batch: 64 }),
]);

function faults(claim: string): readonly string[] {
  const text = `one\n<!-- lab: holds quick ${claim} -->\nthree\n`;
  const { text: after, faults } = generate('docs/page.md', text, () => MEASURED);
  expect(after).toBe(text);
  return faults;
}

it.each([
  'throughput design queue-per-consumer > shared-locked batch=1',
  'throughput design shared-locked:futex < queue-per-consumer batch=1',
  'throughput design queue-per-consumer > 1.8*shared-locked batch=1',
  'throughput design queue-per-consumer ~ shared-locked batch=64',
  'throughput design shared-locked > 0.9*queue-per-consumer batch=64',
])('a sentence that holds: %s', claim => {
  expect(faults(claim)).toEqual([]);
});

it.each([
  ['throughput design queue-per-consumer > shared-locked', '1.00 (0.968 to 1.03)'],
  ['throughput design queue-per-consumer ~ shared-locked', '2.00 (1.91 to 2.15)'],
  ['throughput design queue-per-consumer > 2*shared-locked batch=1', '2.00 (1.91 to 2.15)'],
  ['p99 design queue-per-consumer < shared-locked batch=1', 'was not measured'],
])('a sentence that does not: %s', (claim, found) => {
  expect(faults(claim)).toEqual([
    expect.stringMatching(/^docs\/page\.md:2: does not hold: queue-per-consumer, 1p1c/),
  ]);
  expect(faults(claim)[0]).toContain(found);
});

it('a sentence about nothing is an error', () => {
  const about = (claim: string) => () => faults(claim);
  expect(about('throughput design queue-per-consumer > message-port')).toThrow(
    'no two cells differ in design alone',
  );
  expect(about('throughput design queue-per-consumer = shared-locked')).toThrow("'=' is none of >, <, ~");
});
