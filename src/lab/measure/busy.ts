/**
 * Work that takes a set time and touches no memory: a chain of integer operations that no compiler can shorten.
 *
 * @returns a number that must be used, so that the work is done
 */
export function busy(rounds: number, seed: number): number {
  let state = seed | 1;
  for (let left = rounds; left > 0; left--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}

const TRIES = 9;
const ROUNDS = 200_000;

/** Rounds of busy() that take a nanosecond on this machine: from the fastest of some tries, once compiled. */
export function roundsPerNanosecond(): number {
  let fastest = Number.POSITIVE_INFINITY;
  let state = 1;
  for (let tries = 0; tries < TRIES; tries++) {
    const start = performance.now();
    state = busy(ROUNDS, state);
    fastest = Math.min(fastest, performance.now() - start);
  }
  // The state decides nothing, but only the last comparison knows.
  return state === 0 ? 0 : ROUNDS / (fastest * 1e6);
}
