/**
 * Jain's fairness index, (sum of x)^2 / (n * sum of x^2): 1 if all got the same, 1/n if one got everything, k/n if k of
 * them shared it evenly (Jain, Chiu and Hawe, "A quantitative measure of fairness and discrimination", DEC-TR-301, 1984).
 * NaN without values, or if all are zero.
 */
export function jainIndex(values: readonly number[]): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  // Rounding may bring it a little above 1.
  return Math.min(1, (sum * sum) / (values.length * squares));
}
