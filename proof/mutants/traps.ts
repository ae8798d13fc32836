import { ENTRIES } from '../entries.js';
import { POLLING_ROUNDS } from '../polling.js';
import { MAILBOX_FILES } from './find-mutants.js';
import type { MutantTrap } from './run-mutant.js';

/** A search that takes longer than this is not finished with a mutant. */
const MILLISECONDS = 20_000;

/** The scenarios that mutants are run against, in the order in which they are tried. */
export const TRAPS: readonly MutantTrap[] = ENTRIES.flatMap(({ make, trap, catches = MAILBOX_FILES }) =>
  trap === undefined
    ? []
    : [
        {
          scenario: make,
          files: catches,
          options: { milliseconds: MILLISECONDS, rounds: POLLING_ROUNDS, shorten: false, ...trap },
        },
      ],
);
