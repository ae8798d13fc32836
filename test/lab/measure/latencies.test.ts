import { expect, test } from 'vitest';
import { latencyHistogram, latencyOf } from '#src/lab/measure/latencies.js';
import { randomFrom, SEED } from '../../queues/fixtures/records.mjs';

/** The smallest value that is not below `percentile` per cent of `sorted`. */
function exact(sorted: readonly number[], percentile: number): number {
  // All percentiles of the test are whole ranks: rounding takes back what 99.99 / 100 is off.
  return sorted[Math.max(0, Math.round((percentile / 100) * sorted.length) - 1)]!;
}

test(`percentiles are within 0.1 % of the exact ones (seed ${SEED})`, () => {
  const random = randomFrom(SEED);
  // From 1 microsecond to 1 second, as many in each decade.
  const values = Array.from({ length: 20_000 }, () => Math.round(1000 * 10 ** (random(6_000_000) / 1e6)));
  const histograms = [latencyHistogram(), latencyHistogram()];
  for (const [index, value] of values.entries()) histograms[index % 2]!.record(value);
  const sorted = values.toSorted((a, b) => a - b);
  const { count, p50, p90, p99, p999, max, spectrum } = latencyOf(histograms)!;
  expect(count).toBe(values.length);
  for (const [percentile, told] of [
    [50, p50],
    [90, p90],
    [99, p99],
    [99.9, p999],
    [100, max],
    ...spectrum,
  ] as const) {
    const microseconds = exact(sorted, percentile) / 1000;
    expect(Math.abs(told - microseconds) / microseconds, `p${percentile}`).toBeLessThanOrEqual(0.001);
  }
});

test('nothing was recorded', () => {
  expect(latencyOf([latencyHistogram()])).toBeNull();
});

test('the spectrum ends where there are no messages to tell of, with the maximum', () => {
  const histogram = latencyHistogram();
  for (let i = 1; i <= 100; i++) histogram.record(i * 1000);
  const { spectrum } = latencyOf([histogram])!;
  expect(spectrum.map(([percentile]) => percentile)).toEqual([0, 10, 25, 50, 75, 90, 95, 99, 100]);
  expect(spectrum.at(-1)![1]).toBeCloseTo(100, 0);
});
