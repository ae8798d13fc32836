import type { Result, Scenario, SearchOptions, ViolationKind } from '../../explore/scenario.js';
import { type CodeUnderTest, loadCode } from '../code-under-test.js';
import type { Mutant } from './mutant.js';
import { mutatedCopy } from './mutated-copy.js';

/** A scenario that may catch mutants, and how far it is searched. */
export interface MutantTrap {
  scenario(code: CodeUnderTest): Scenario;
  /** The modules whose mutants it is tried on. Default: all. */
  files?: readonly string[];
  /** The time limit is needed: whatever takes much longer hangs. */
  options: SearchOptions & { milliseconds: number };
}

/** What is told to a worker thread. */
export interface MutantTask {
  id: string;
  /** Of makeCopiesFolder(). */
  folder: string;
  /** One word, in shared memory: how many traps the worker has begun. */
  progress: Int32Array;
}

export interface Caught {
  id: string;
  caught: true;
  scenario: string;
  /** `exception`: setup() threw. `no end`: the code looped without an access to shared memory. */
  violation: ViolationKind | 'exception' | 'no end';
  message: string;
  /** How many it took; 0 if none was begun or none ended. */
  executions: number;
  /** Runs the schedule again, if there is one. */
  replay?: string;
}

export interface Survived {
  id: string;
  caught: false;
  /** Scenarios that gave no full answer, and why. */
  unanswered: readonly string[];
}

export type Verdict = Caught | Survived;

export type Explore = (scenario: Scenario, options?: SearchOptions) => Result;

/**
 * The function that a worker thread runs, for one mutant after the other: it goes through the traps in their order until
 * one catches the mutant.
 *
 * Only the code's own faults count. An error of the explorer (`ERR_EXPLORE_…`) says that this scenario cannot be run
 * with the mutant: it does not do the same when it reads the same, or does what is not modelled. That is a hint that it
 * is wrong, but no proof, so the next trap is tried. Any other error is a fault of the explorer, and is thrown.
 */
export function mutantRunner(
  mutants: readonly Mutant[],
  traps: readonly MutantTrap[],
  explore: Explore,
): (task: MutantTask) => Promise<Verdict> {
  const byId = new Map(mutants.map(mutant => [mutant.id, mutant]));
  return async ({ id, folder, progress }) => {
    const mutant = byId.get(id);
    if (!mutant) throw new RangeError(`There is no mutant ${id}`);
    const code = await loadCode(mutatedCopy(mutant, folder));
    const unanswered: string[] = [];
    for (const [index, trap] of traps.entries()) {
      if (trap.files?.includes(mutant.file) === false) continue;
      Atomics.store(progress, 0, index + 1); // pairs with the load in runWithin()
      const answer = tryTrap(code, trap, explore);
      if (typeof answer === 'object') return { id, caught: true, ...answer };
      if (answer !== undefined) unanswered.push(answer);
    }
    return { id, caught: false, unanswered };
  };
}

/** How the trap catches the code; or why it gave no full answer; or undefined, if all that it looks at is right. */
function tryTrap(
  code: CodeUnderTest,
  { scenario: make, options }: MutantTrap,
  explore: Explore,
): Omit<Caught, 'id' | 'caught'> | string | undefined {
  const scenario = make(code);
  const { name } = scenario;
  let thrown: { error: unknown } | undefined;
  const watched: Scenario = {
    ...scenario,
    setup() {
      try {
        return scenario.setup();
      } catch (error) {
        thrown = { error };
        throw error;
      }
    },
  };
  try {
    const { violation, executions, complete } = explore(watched, options);
    if (violation) {
      const { kind, message, replay } = violation;
      return { scenario: name, violation: kind, message, executions, replay };
    }
    return complete || options.search === 'random' ? undefined : `${name}: not finished`;
  } catch (error) {
    if (thrown)
      return { scenario: name, violation: 'exception', message: String(thrown.error), executions: 0 };
    if (isExploreError(error)) return `${name}: ${error}`;
    throw error;
  }
}

function isExploreError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_EXPLORE_');
}
