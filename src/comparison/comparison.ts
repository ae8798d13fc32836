import type { Design } from './designs.js';
import type { Fault } from './fault.js';
import { machine } from './machine.js';
import { type Source, workOf } from './plan.js';
import { type Report, type RunReport, runReport, workload } from './report.js';
import { runInProcess } from './run-process.js';

export interface ComparisonOptions {
  readonly designs: readonly Design[];
  readonly source: Source;
  readonly publishers: number;
  /** Of each queue. */
  readonly consumers: number;
  /** Rounds: in each, every design runs once. */
  readonly runs: number;
  /** How long a run goes on doing the work again. */
  readonly seconds: number;
  /** Milliseconds without any message after which a run is given up. */
  readonly patience: number;
  readonly fault?: Fault | undefined;
}

/** Who wants to know how far a comparison is. */
export interface Spectator {
  /** @param done runs that are done, and the part of the one under way */
  progress(design: Design, done: number): void;
  runDone(run: RunReport, done: number): void;
}

/** Runs every design in turn, round after round, so that what disturbs the machine disturbs all of them alike. */
export async function compare(options: ComparisonOptions, spectator: Spectator): Promise<Report> {
  const { designs, source, publishers, consumers, seconds, patience, fault } = options;
  const work = workOf(options);
  const load = workload(work, source, publishers, consumers);
  const runs: RunReport[] = [];
  let perBinding: readonly number[] | undefined;
  for (let round = 0; round < options.runs; round++) {
    for (const design of designs) {
      spectator.progress(design, runs.length);
      const plan = { design, source, publishers, consumers, seconds, patience, fault };
      const outcome = await runInProcess(plan, done => spectator.progress(design, runs.length + done));
      const run = runReport(design, load, outcome);
      runs.push(run);
      if (run.verified && 'perBinding' in outcome) perBinding = outcome.perBinding;
      spectator.runDone(run, runs.length);
    }
  }
  return {
    machine: machine(),
    workload: load,
    runs,
    bindings: work.bindings.map(({ pattern }, index) => ({ pattern, messages: perBinding?.[index] ?? 0 })),
  };
}
