import type { UslPoint } from '#src/statistics/usl.js';

export interface Coefficients {
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
}

/** What the law says for these thread counts, plus `noise`. */
export function uslPoints(
  { lambda, sigma, kappa }: Coefficients,
  counts: readonly number[],
  noise: () => number = () => 0,
): UslPoint[] {
  return counts.map(threads => {
    const slowdown = 1 + sigma * (threads - 1) + kappa * threads * (threads - 1);
    return { threads, throughput: (lambda * threads) / slowdown + noise() };
  });
}
