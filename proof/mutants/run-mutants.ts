import { rmSync } from 'node:fs';
import { loadCode } from '../code-under-test.js';
import type { Equivalents } from './equivalents.js';
import type { Mutant } from './mutant.js';
import { makeCopiesFolder } from './mutated-copy.js';
import type { Caught, MutantTask, MutantTrap, Survived, Verdict } from './run-mutant.js';

/** What is used of a piscina pool; its workers run the function that mutantRunner() makes. */
export interface MutantPool {
  readonly maxThreads: number;
  run(task: MutantTask, options: { signal: AbortSignal }): Promise<Verdict>;
}

export interface RunOptions {
  /** Milliseconds that a trap may take beyond its own time limit before the mutant counts as hanging (default 10,000). */
  grace?: number;
  /** Called after each mutant. */
  onVerdict?(verdict: Verdict): void;
}

/**
 * Runs every mutant in the pool, one a thread at a time. The thread of a mutant that hangs is ended.
 *
 * @param traps those that the pool's workers have; the shipped code must pass them
 * @returns the verdicts in the order of `mutants`
 */
export async function runMutants(
  pool: MutantPool,
  mutants: readonly Mutant[],
  traps: readonly MutantTrap[],
  { grace = 10_000, onVerdict }: RunOptions = {},
): Promise<Verdict[]> {
  const code = await loadCode();
  const stages = [LOADING];
  for (const { scenario, options } of traps) {
    stages.push({ scenario: scenario(code).name, milliseconds: options.milliseconds + grace });
  }
  const folder = makeCopiesFolder();
  const verdicts: Verdict[] = [];
  const waiting = mutants.entries();
  // As many tasks as threads: the time that a task spends in the pool's queue would count as well.
  const lane = async (): Promise<void> => {
    for (const [index, { id }] of waiting) {
      const verdict = await runWithin(stages, pool, { id, folder, progress: noProgress() });
      verdicts[index] = verdict;
      onVerdict?.(verdict);
    }
  };
  try {
    await Promise.all(Array.from({ length: pool.maxThreads }, lane));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return verdicts;
}

/** What a worker is at, by what it says of its progress, and how long that may take. */
interface Stage {
  scenario: string;
  milliseconds: number;
}

/** A new thread, and its modules. */
const LOADING: Stage = { scenario: '', milliseconds: 60_000 };
/** How often to look whether a mutant hangs. */
const LOOK_MILLISECONDS = 100;

function noProgress(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}

/**
 * Ends the task if it stays at one trap for longer than it may. The trap's search ends itself before that, and so does
 * an execution of too many steps: the code must be looping without any.
 *
 * @throws what the pool throws, and if the mutant could not be loaded in time
 */
async function runWithin(stages: readonly Stage[], pool: MutantPool, task: MutantTask): Promise<Verdict> {
  const controller = new AbortController();
  let stage = LOADING;
  let since = performance.now();
  const timer = setInterval(() => {
    const now = stages[Atomics.load(task.progress, 0)]!; // pairs with the store in mutantRunner()
    if (now !== stage) since = performance.now();
    stage = now;
    if (performance.now() - since > stage.milliseconds) controller.abort();
  }, LOOK_MILLISECONDS);
  try {
    return await pool.run(task, { signal: controller.signal });
  } catch (error) {
    if (!controller.signal.aborted || stage === LOADING) throw error;
    const { scenario, milliseconds } = stage;
    const message = `No end after ${milliseconds} ms: the code loops without an access to shared memory`;
    return { id: task.id, caught: true, scenario, violation: 'no end', message, executions: 0 };
  } finally {
    clearInterval(timer);
  }
}

/** What became of the mutants. */
export interface MutantSummary {
  caught: readonly Caught[];
  equivalent: readonly { id: string; reason: string }[];
  survived: readonly Survived[];
  /** What is wrong with the comments. */
  faults: readonly string[];
}

/** Puts the verdicts and the comments together. */
export function summarize(verdicts: readonly Verdict[], { reasons, faults }: Equivalents): MutantSummary {
  const caught = verdicts.filter(verdict => verdict.caught);
  const missed = verdicts.filter(verdict => !verdict.caught);
  const wrong = caught.filter(({ id }) => reasons.has(id));
  return {
    caught,
    equivalent: missed.flatMap(({ id }) => (reasons.has(id) ? [{ id, reason: reasons.get(id)! }] : [])),
    survived: missed.filter(({ id }) => !reasons.has(id)),
    faults: [
      ...faults,
      ...wrong.map(
        ({ id, scenario }) =>
          `A comment calls ${id} equivalent, but "${scenario}" catches it. Remove the comment.`,
      ),
    ],
  };
}
