import { constants } from 'node:os';
import { counted } from '../comparison/table.js';
import { cellKey } from '../lab/cell.js';
import { formatDuration } from '../lab/duration.js';
import type { Past } from '../lab/journal.js';
import { LabFolder } from '../lab/lab-folder.js';
import { type Findings, makeResults, runPlan } from '../lab/laboratory.js';
import type { RunInProcess } from '../lab/measure/order.js';
import type { Plan } from '../lab/plan.js';
import type { Results } from '../lab/results.js';
import { systemErrorReason } from '../system-error.js';
import { here } from './lab-plans.js';
import { LabProgress } from './lab-progress.js';
import { resultsTable } from './lab-table.js';
import { onSignal } from './signals.js';
import { UsageError } from './usage-error.js';

/** What does the work; tests put in something quicker. */
export interface Equipment {
  readonly run: RunInProcess;
  readonly readResults: (path: string) => Results;
  readonly renderReport: (results: Results) => string;
  readonly renderSummary: (results: Results) => string;
}

/** Faults that are told; all of them are in the results. */
const FAULTS_TOLD = 20;

/**
 * Begins a lab in a folder.
 *
 * @returns the exit code
 * @throws UsageError or InvalidArgumentError if the folder cannot be had
 */
export function startLab(plan: Plan, out: string, overwrite: boolean, equipment: Equipment): Promise<number> {
  const folder = new LabFolder(out);
  writing(out, () => folder.begin(plan, overwrite));
  return conduct(folder, plan, { starts: [], done: [] }, equipment);
}

/** Goes on with a lab that was interrupted; see startLab(). */
export function resumeLab(path: string, equipment: Equipment): Promise<number> {
  const folder = new LabFolder(path);
  const plan = folder.reopen(here());
  const past = folder.journal.read(() =>
    console.error('The last line of runs.jsonl was cut off: that run is done again.'),
  );
  return conduct(folder, plan, past, equipment);
}

/**
 * Writes the report of results that were written before.
 *
 * @throws UsageError if they cannot be read, or the report cannot be written
 */
export function writeReport(path: string, out: string, equipment: Equipment): void {
  const results = equipment.readResults(path);
  const folder = new LabFolder(out);
  const [report, summary] = [equipment.renderReport(results), equipment.renderSummary(results)];
  writing(out, () => folder.writeReport(report, summary));
  console.log(folder.file('report'));
}

async function conduct(folder: LabFolder, plan: Plan, past: Past, equipment: Equipment): Promise<number> {
  const startedAt = new Date().toISOString();
  folder.journal.append({ started: startedAt });
  announce(plan, past);
  const findings = await runWatched(folder, plan, past, equipment.run);
  if (typeof findings === 'string') {
    console.error(`Interrupted. To go on: ringmq lab resume ${folder.path}`);
    return 128 + constants.signals[findings];
  }
  const results = makeResults(plan, [...past.starts, startedAt], findings);
  folder.writeResults(results);
  folder.writeReport(equipment.renderReport(results), equipment.renderSummary(results));
  console.log(`${resultsTable(plan.cells, results.runs)}\n\n${folder.file('report')}`);
  return tellFaults(results);
}

/** Does the runs, or says which signal ended them. */
async function runWatched(
  { journal }: LabFolder,
  plan: Plan,
  { done }: Past,
  run: RunInProcess,
): Promise<Findings | NodeJS.Signals> {
  const clock = () => performance.now() / 1000; // since the process began: that is part of the time, too
  const progress = new LabProgress(plan, clock);
  const interruption = new AbortController();
  let signal: NodeJS.Signals | undefined;
  using _ = onSignal(received => {
    signal = received;
    progress.stop();
    interruption.abort();
  });
  try {
    return await runPlan(plan, done, {
      run,
      clock,
      signal: interruption.signal,
      onTurn: standing => progress.show(standing),
      onDone: each => journal.append(each),
    });
  } catch (error) {
    if (signal === undefined) throw error;
    return signal;
  } finally {
    progress.stop();
  }
}

function announce({ preset, cells, rounds, budgetSeconds, seed, leftOut }: Plan, { done }: Past): void {
  const runs = cells.length * rounds;
  console.error(
    `${preset}: ${counted(cells.length, 'cell')}, ${counted(rounds, 'round')}, ${counted(runs, 'run')} ` +
      `in ${formatDuration(budgetSeconds)}, seed ${seed}`,
  );
  if (done.length > 0) console.error(`${counted(done.length, 'run')} done before`);
  for (const reason of new Set(leftOut.map(out => out.reason))) {
    const count = leftOut.filter(out => out.reason === reason).length;
    console.error(`left out: ${counted(count, 'cell')}. ${reason}`);
  }
}

/** Says what went wrong, run by run. */
function tellFaults({ runs }: Results): number {
  const failed = runs.filter(run => !run.verified);
  const faults = failed.flatMap(run =>
    run.faults.map(fault => `round ${run.round}, ${cellKey(run.cell)}: ${fault}`),
  );
  for (const fault of faults.slice(0, FAULTS_TOLD)) console.error(`error: ${fault}`);
  if (faults.length > FAULTS_TOLD)
    console.error(`error: ${faults.length - FAULTS_TOLD} more are in the results`);
  return failed.length === 0 ? 0 : 1;
}

/** @throws UsageError if the system refuses to write */
function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new UsageError(`'${path}' cannot be written: ${systemErrorReason(error)}.`);
  }
}
