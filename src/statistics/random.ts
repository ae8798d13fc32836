/**
 * Random numbers from 0 (included) to 1 that a seed determines: a resampling must give the same interval each time.
 * The generator is sfc32 of Chris Doty-Humphrey's PractRand, 128 bits of state; the seed is an int32.
 */
export function randomNumbers(seed: number): () => number {
  let a = 0;
  let b = seed | 0;
  let c = 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < SEEDING_ROUNDS; round++) next();
  return next;
}

/** After so many, seeds that differ in one bit have nothing in common (PractRand does as many). */
const SEEDING_ROUNDS = 15;
