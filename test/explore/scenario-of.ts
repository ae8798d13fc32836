import type { Scenario } from '#explore/index.js';

/** Words of the memory of a scenario made by scenarioOf(). */
const WORDS = 8;

/** A scenario over a few words, all zero at the beginning. */
export function scenarioOf(
  threads: Record<string, (words: Int32Array) => unknown>,
  more: Partial<Scenario<Int32Array>> = {},
): Scenario<Int32Array> {
  return {
    name: 'test',
    setup: () => new Int32Array(new SharedArrayBuffer(4 * WORDS)),
    threads,
    ...more,
  };
}
