import { randomNumbers } from '#src/statistics/random.js';

/** The seed of a test's random data, in the test's name; the printed one gives the same data again. */
export const SEED = Number(process.env['RINGMQ_SEED'] ?? Math.floor(Math.random() * 0x7fffffff));

/** Normally distributed numbers with mean 0 and standard deviation 1 (Box and Muller). */
export function normalNumbers(seed: number): () => number {
  const random = randomNumbers(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
