import { CELL } from '../../src/memory/layout.js';
import type { Step } from './timed-suite.js';

/** How often a sample does what it measures. */
export const TIMES = 256;

/** Cells of the shared memory that `repeated` makes. Behind them lies a word for each time. */
const CELLS = 6;

/**
 * A step that does something TIMES times, to shared memory that starts as zeros.
 *
 * @param once is given six cells, and the index of a word that no other time of a sample uses. True if it found what it
 *   expects: V8 leaves out what nobody looks at
 */
export function repeated(once: (words: Int32Array, own: number) => boolean): () => Step {
  return () => {
    const words = new Int32Array(new SharedArrayBuffer((CELLS * CELL + TIMES) * 4));
    return {
      units: TIMES,
      run() {
        let found = 0;
        for (let i = 0; i < TIMES; i++) if (once(words, CELLS * CELL + i)) found++;
        return found;
      },
      check: found => found === TIMES,
    };
  };
}
