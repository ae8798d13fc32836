import { expect, test } from 'vitest';
import { fitUsl, type UslFit } from '#src/statistics/usl.js';
import { normalNumbers, SEED } from './synthetic.js';
import { type Coefficients, uslPoints } from './usl-points.js';

const COEFFICIENTS = ['lambda', 'sigma', 'kappa'] as const;
/** Five runs with each thread count. */
const COUNTS = [1, 2, 4, 8, 12, 16, 24, 32].flatMap(threads => Array<number>(5).fill(threads));
const TRUTH: Coefficients = { lambda: 1_000_000, sigma: 0.08, kappa: 0.002 };

/** Fits points with normally distributed noise of 3 % of one thread's throughput. */
function noisyFits(truth: Coefficients, fits: number): UslFit[] {
  const normal = normalNumbers(SEED);
  const noise = (): number => 0.03 * truth.lambda * normal();
  return Array.from({ length: fits }, () => fitUsl(uslPoints(truth, COUNTS, noise)));
}

test(`the true coefficients lie within a few standard errors (seed ${SEED})`, () => {
  for (const fit of noisyFits(TRUTH, 50)) {
    for (const name of COEFFICIENTS) {
      const { value, standardError } = fit[name];
      expect(Math.abs(value - TRUTH[name]), name).toBeLessThan(6 * standardError);
    }
    expect(fit.rSquared).toBeGreaterThan(0.98);
  }
});

test(`the standard errors are as large as the coefficients scatter (seed ${SEED})`, () => {
  const fits = noisyFits(TRUTH, 250);
  for (const name of COEFFICIENTS) {
    const mean = (of: (fit: UslFit) => number): number =>
      fits.reduce((sum, fit) => sum + of(fit), 0) / fits.length;
    const scatter = Math.sqrt(mean(fit => (fit[name].value - TRUTH[name]) ** 2));
    const claimed = mean(fit => fit[name].standardError);
    expect(claimed / scatter, name).toBeGreaterThan(0.7);
    expect(claimed / scatter, name).toBeLessThan(1.4);
  }
});

test(`the fit is the best one: no coefficients beside it explain the points better (seed ${SEED})`, () => {
  const normal = normalNumbers(SEED);
  for (const truth of [
    TRUTH,
    { ...TRUTH, kappa: 0 },
    { ...TRUTH, sigma: 0 },
    { ...TRUTH, sigma: 0, kappa: 0 },
  ]) {
    const points = uslPoints(truth, COUNTS, () => 0.2 * truth.lambda * normal());
    const fit = fitUsl(points.map(point => ({ ...point, throughput: Math.max(1, point.throughput) })));
    const squares = (at: Coefficients): number =>
      uslPoints(at, COUNTS).reduce(
        (sum, { throughput }, index) => sum + (Math.max(1, points[index]!.throughput) - throughput) ** 2,
        0,
      );
    const found = { lambda: fit.lambda.value, sigma: fit.sigma.value, kappa: fit.kappa.value };
    const least = squares(found);
    for (let attempt = 0; attempt < 500; attempt++) {
      const beside = {
        lambda: found.lambda * (1 + 0.02 * normal()),
        sigma: Math.abs(found.sigma + 0.01 * normal()),
        kappa: Math.abs(found.kappa + 0.001 * normal()),
      };
      expect(squares(beside)).toBeGreaterThan(least * (1 - 1e-6));
    }
  }
});
