import type { Interval } from './bootstrap.js';

export type Verdict = 'greater' | 'less' | 'undecided';

/** Values needed for a verdict: the interval of fewer covers the true median in 87.5 % of all samples at most. */
export const VALUES_FOR_VERDICT = 5;

/**
 * Whether a ratio is greater or less than 1: only if its interval excludes 1, and enough values stand behind it.
 *
 * It can be wrong. Of two that are equal, with 5 values each, it says `greater` by chance in 1 of 32 comparisons of pairs
 * (all five on the same side) and in 4 of 252 of independent samples (by how the ten values can lie among each other), and
 * `less` as often. With 6 to 30 values it is 1 to 2 in 100 for independent samples, and at most 2.5 in 100 for pairs: that
 * is what their interval promises. So among many comparisons some verdicts are false.
 */
export function verdict({ low, high, count }: Interval): Verdict {
  if (count < VALUES_FOR_VERDICT) return 'undecided';
  if (low > 1) return 'greater';
  return high < 1 ? 'less' : 'undecided';
}
