import { expect, test } from 'vitest';
import { durations, linear, percentiles, rates, throughputs } from '#src/lab/report/axis.js';

const labels = ({ axis }: { axis: { ticks: readonly (readonly [number, string])[] } }) =>
  axis.ticks.map(([, label]) => label.replace('\u00a0', ' '));

test('throughputs near each other begin at zero', () => {
  const scale = throughputs([3e6, 12e6]);
  expect(scale.axis.name).toBe('million messages a second');
  expect(labels(scale)).toEqual(['0', '2', '4', '6', '8', '10', '12']);
  expect([scale.axis.from, scale.at(12e6), scale.axis.to]).toEqual([0, 12, 12]);
});

test('throughputs far from each other are logarithmic, and the axis says so', () => {
  const scale = throughputs([0.2e6, 70e6]);
  expect(scale.axis.name).toBe('messages a second, logarithmic');
  expect(labels(scale)).toEqual([
    '100,000',
    '300,000',
    '1 million',
    '3 million',
    '10 million',
    '30 million',
    '100 million',
  ]);
  expect(scale.at(10e6)).toBe(7);
});

test('what a logarithm does not know lies on the axis', () => {
  const scale = durations('x', [2, 5000]);
  expect(scale.at(0)).toBe(scale.axis.from);
  expect(labels(scale)[0]).toBe('1 µs');
});

test('all values lie on the axis', () => {
  for (const values of [[1], [1, 1.01], [0.037, 912], [7, 8, 9], [1e-6, 1e6], []]) {
    for (const scale of [durations('x', values), throughputs(values), linear('x', values)]) {
      expect(scale.axis.ticks.length).toBeGreaterThan(1);
      for (const value of values) {
        expect(scale.at(value)).toBeGreaterThanOrEqual(scale.axis.from);
        expect(scale.at(value)).toBeLessThanOrEqual(scale.axis.to + 1e-9);
      }
    }
  }
});

test('percentiles are as far apart as their nines', () => {
  const scale = percentiles('x', 99.95);
  expect(labels(scale)).toEqual(['0 %', '50 %', '90 %', '99 %', '99.9 %', '99.99 %']);
  expect(scale.at(99.9) - scale.at(99)).toBeCloseTo(scale.at(99) - scale.at(90), 9);
});

test('rates have ticks at powers of ten, or where they are', () => {
  expect(labels(rates('x', [1000, 7400, 54_000, 2_900_000]))).toEqual([
    '1,000',
    '10,000',
    '100,000',
    '1 million',
  ]);
  expect(labels(rates('x', [20_000, 50_000]))).toEqual(['20,000', '50,000']);
});
