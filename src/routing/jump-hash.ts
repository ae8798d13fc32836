import { avalanche } from './murmur3.js';

/** 2^32 divided by the golden ratio: a step that visits all 32-bit numbers, far from each other. */
const GOLDEN_STEP = 0x9e3779b9;

/**
 * Jump consistent hash (J. Lamping and E. Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm", 2014): every
 * bucket gets the same share of the keys, and where there is one bucket more, a key stays or goes to the new one.
 * The number of steps grows with the logarithm of `buckets`.
 *
 * The paper draws its random numbers from a generator of 64 bits; this one is of 32 (a counter through `avalanche`),
 * which JavaScript calculates in integers. Only its seed must be the key.
 *
 * @param key a hash, 32 bits
 * @param buckets at least 1
 * @returns from 0 to `buckets` - 1
 */
export function jumpHash(key: number, buckets: number): number {
  let state = key;
  let bucket = 0;
  for (let next = 0; next < buckets; ) {
    bucket = next;
    state = (state + GOLDEN_STEP) | 0;
    next = Math.floor(((bucket + 1) * 2 ** 32) / (avalanche(state) + 1));
  }
  return bucket;
}
