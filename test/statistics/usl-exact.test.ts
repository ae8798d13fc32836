import { expect, test } from 'vitest';
import { fitUsl } from '#src/statistics/usl.js';
import { uslPoints } from './usl-points.js';

test.each([
  [1_000_000, 0.05, 0.001, Math.sqrt(950)],
  [3, 0.3, 0.0001, Math.sqrt(7000)],
  [5e8, 0.9, 0.025, 2],
  [20_000, 0, 0.01, 10],
  [20_000, 0.2, 0, Number.POSITIVE_INFINITY],
  [7, 0, 0, Number.POSITIVE_INFINITY],
  [7, 0.5, 2, 1],
  [1_000_000, 1.5, 0, 1],
])('lambda %d, sigma %d, kappa %d: a peak at %d threads', (lambda, sigma, kappa, peakThreads) => {
  for (const counts of [
    [1, 2, 3, 4, 5, 6],
    [2, 4, 8, 16, 32, 64],
  ]) {
    const fit = fitUsl(uslPoints({ lambda, sigma, kappa }, counts));
    expect(fit.lambda.value / lambda).toBeCloseTo(1, 8);
    expect(fit.sigma.value).toBeCloseTo(sigma, 8);
    expect(fit.kappa.value).toBeCloseTo(kappa, 8);
    expect(fit.rSquared).toBeCloseTo(1, 8);
    expect(1 / fit.peakThreads).toBeCloseTo(1 / peakThreads, 5);
    const errors = [fit.lambda.standardError / lambda, fit.sigma.standardError, fit.kappa.standardError];
    for (const error of errors) expect(error).toBeCloseTo(0, 8);
  }
});

test('of a throughput that more threads do not change, no part of the variance is explained', () => {
  const fit = fitUsl([1, 2, 3, 4, 5, 6].map(threads => ({ threads, throughput: 5 })));
  expect(fit.sigma.value).toBeCloseTo(1, 8);
  expect(fit.rSquared).toBeNaN();
});

test('a throughput that grows faster than the threads has coefficients of zero, not below', () => {
  const fit = fitUsl([1, 2, 3, 4, 5, 6].map(threads => ({ threads, throughput: threads ** 1.5 })));
  expect([fit.sigma.value, fit.kappa.value]).toEqual([0, 0]);
  expect(fit.sigma.standardError).toBeGreaterThan(0);
});
