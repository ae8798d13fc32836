import { expect, test } from 'vitest';
import { Saturation } from '#src/lab/saturation.js';
import { cellOf } from '#src/lab/vary.js';
import { goodRun } from './fake-engine.js';

const at = (rate: number | null, throughput: number | null) =>
  goodRun({ cell: cellOf({ rate }), round: 1 }, { throughput });

function after(...runs: ReturnType<typeof at>[]): Saturation {
  const saturation = new Saturation();
  for (const run of runs) saturation.saw(run);
  return saturation;
}

test('a rate that was not reached rules out the higher ones', () => {
  const saturation = after(at(1000, 1000), at(10_000, 8999), at(1000, 1000), at(10_000, 8500));
  expect(saturation.reason(cellOf({ rate: 100_000 }))).toBe(
    'it came to 8,999 of 10,000 messages a second at best, less than 90 %',
  );
  expect(saturation.reason(cellOf({ rate: 10_000 }))).toBeUndefined();
  expect(saturation.reason(cellOf({ rate: 1000 }))).toBeUndefined();
});

test('a single run may have been disturbed', () => {
  expect(after(at(10_000, 5000)).reason(cellOf({ rate: 20_000 }))).toBeUndefined();
});

test('90 % is reached', () => {
  expect(after(at(10_000, 9000), at(10_000, 9000)).reason(cellOf({ rate: 20_000 }))).toBeUndefined();
});

test('one run that reached it suffices', () => {
  expect(after(at(10_000, 5000), at(10_000, 9500)).reason(cellOf({ rate: 20_000 }))).toBeUndefined();
});

test('runs that failed and runs at full speed say nothing about it', () => {
  const saturation = after(at(10_000, null), at(10_000, null), at(null, 10), at(null, 10));
  expect(saturation.reason(cellOf({ rate: 20_000 }))).toBeUndefined();
  expect(after(at(10, 1), at(10, 1)).reason(cellOf({ rate: null }))).toBeUndefined();
});

test('other designs and shapes have their own', () => {
  const saturation = after(at(10_000, 5000), at(10_000, 5000));
  expect(saturation.reason(cellOf({ rate: 20_000 }))).toBeDefined();
  expect(saturation.reason(cellOf({ rate: 20_000, batch: 1 }))).toBeUndefined();
  expect(saturation.reason(cellOf({ rate: 20_000, design: 'message-port' }))).toBeUndefined();
});
