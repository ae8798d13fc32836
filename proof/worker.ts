import { explore } from '../explore/index.js';
import { findMutants } from './mutants/find-mutants.js';
import { type MutantTask, mutantRunner, type Verdict } from './mutants/run-mutant.js';
import { TRAPS } from './mutants/traps.js';
import { type EntryResult, type EntryTask, runEntry } from './run-entry.js';

/** A job of a worker thread: one scenario, or one mutant. */
export type Job = { readonly entry: EntryTask } | { readonly mutant: MutantTask };

let runMutant: ((task: MutantTask) => Promise<Verdict>) | undefined;

export default async function run(job: Job): Promise<EntryResult | Verdict> {
  if ('entry' in job) return runEntry(job.entry);
  runMutant ??= mutantRunner(findMutants(), TRAPS, explore);
  return runMutant(job.mutant);
}
