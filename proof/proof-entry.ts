import type { Scenario, SearchOptions } from '../explore/index.js';
import type { CodeUnderTest } from './code-under-test.js';

/** A scenario of RingMQ's shared-memory code, and how it is searched. A row of the table in docs/correctness.md. */
export interface ProofEntry {
  /** Unique and stable: `mailbox/2-writers-2-frames`. What stands before the slash names the structure. */
  readonly name: string;
  /** What it shows, for the table: one sentence without a full stop. */
  readonly shows: string;
  make(code: CodeUnderTest): Scenario;
  /** The search of `npm run explore`: some seconds each. */
  readonly search: SearchOptions;
  /** The search of `npm run explore -- --nightly`, if a larger one makes sense: some minutes each. */
  readonly nightly?: SearchOptions;
  /** The search for mutants, if the scenario is to catch some: a second at most. */
  readonly trap?: SearchOptions;
  /** The modules whose mutants these are. Default: those of the mailbox. */
  readonly catches?: readonly string[];
}
