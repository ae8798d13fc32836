import { explore, formatViolation } from '../explore/index.js';
import { loadCode } from './code-under-test.js';
import { ENTRIES } from './entries.js';
import { POLLING_ROUNDS } from './polling.js';

/** What is told to a worker thread. */
export interface EntryTask {
  readonly name: string;
  readonly nightly: boolean;
}

/** What a scenario's search came to: a row of the table. */
export interface EntryResult {
  readonly name: string;
  readonly shows: string;
  /** `all`, `at most 2 preemptions`, `20,000 at random, seed 7`. */
  readonly schedules: string;
  readonly executions: number;
  readonly steps: number;
  /** Steps of the longest execution. */
  readonly longest: number;
  readonly milliseconds: number;
  /** What executions ended with: how many different results. */
  readonly outcomes: number;
  /** True if there was nothing left to run within the bounds. */
  readonly complete: boolean;
  /** The violation as text, if there is one. */
  readonly violation?: string;
}

/** Runs the scenario of this name. Its random schedules are the same each time. */
export async function runEntry({ name, nightly }: EntryTask): Promise<EntryResult> {
  const entry = ENTRIES.find(each => each.name === name);
  if (entry === undefined) throw new RangeError(`There is no scenario '${name}'`);
  const options = { rounds: POLLING_ROUNDS, ...(nightly ? (entry.nightly ?? entry.search) : entry.search) };
  const { executions, steps, longest, milliseconds, outcomes, complete, violation } = explore(
    entry.make(await loadCode()),
    options,
  );
  return {
    name,
    shows: entry.shows,
    schedules: describeSchedules(options),
    executions,
    steps,
    longest,
    milliseconds,
    outcomes: outcomes.size,
    complete,
    ...(violation === undefined ? {} : { violation: formatViolation(violation) }),
  };
}

function describeSchedules({
  search,
  preemptions,
  executions,
  seed,
}: (typeof ENTRIES)[number]['search']): string {
  if (search === 'random') return `${(executions ?? 1000).toLocaleString('en-US')} at random, seed ${seed}`;
  if (preemptions === undefined) return 'all';
  return `at most ${preemptions} preemptions`;
}
