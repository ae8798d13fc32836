import { type Cell, cellKey } from './cell.js';
import type { DoneRun } from './journal.js';
import type { RunInProcess } from './measure/order.js';
import type { Plan } from './plan.js';
import { RESULTS_FORMAT, RESULTS_VERSION, type Results, type Run } from './results.js';
import { Saturation } from './saturation.js';
import { schedule, type Turn } from './schedule.js';
import { TimeBudget } from './time-budget.js';

/** How far a lab is. */
export interface Standing {
  /** Runs that are done or left out. */
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number;
  /** What is under way. */
  readonly cell: Cell;
}

export interface Instruments {
  readonly run: RunInProcess;
  /** Seconds since the lab was begun or continued. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** Is called before every run. */
  onTurn(standing: Standing): void;
  /** Is called after every run: to keep it. */
  onDone(done: DoneRun): void;
}

export type Findings = Pick<Results, 'runs' | 'skipped'>;

/**
 * Does the runs of a plan, one after the other, as long as its time allows. What was done before an interruption is not
 * done again.
 *
 * @throws the signal's reason if it aborts; the run that was under way is lost
 */
export async function runPlan(
  plan: Plan,
  past: readonly DoneRun[],
  instruments: Instruments,
): Promise<Findings> {
  const { run, clock, signal, onTurn, onDone } = instruments;
  const turns = schedule(plan);
  const known = new Map(past.map(done => [turnKey(done.run), done.run]));
  const usedBefore = past.reduce((total, { seconds }) => total + seconds, 0);
  const budget = new TimeBudget(plan.budgetSeconds, plan.limitSeconds);
  const saturation = new Saturation();
  const runs: Run[] = [];
  const skipped: Skipped[] = [];
  const keep = (result: Run) => {
    runs.push(result);
    saturation.saw(result);
  };

  for (const [index, turn] of turns.entries()) {
    const before = known.get(turnKey(turn));
    if (before !== undefined) {
      keep(before);
      continue;
    }
    const saturated = saturation.reason(turn.cell);
    if (saturated !== undefined) {
      skipped.push({ ...turn, reason: saturated });
      continue;
    }
    const used = usedBefore + clock();
    const ahead = turns.slice(index).map(({ cell }) => cell);
    const allotment = budget.allot(
      used,
      ahead.filter(cell => saturation.reason(cell) === undefined),
    );
    if (allotment === undefined) {
      skipped.push({ ...turn, reason: 'the time was over' });
      continue;
    }
    const secondsLeft = Math.max(0, plan.budgetSeconds - used);
    onTurn({ done: index, total: turns.length, secondsLeft, cell: turn.cell });
    const began = clock();
    const trace = turn.cell.design === 'shared-locked' && turn.round === 1;
    const result = await run({ ...turn, ...allotment, trace }, signal);
    const seconds = clock() - began;
    budget.took(turn.cell, allotment, seconds);
    keep(result);
    onDone({ seconds, run: result });
  }
  return { runs, skipped: [...plan.leftOut, ...skippedCells(skipped, plan.rounds)] };
}

interface Skipped extends Turn {
  readonly reason: string;
}

/** For each cell, in which rounds it was not run, and why. */
function skippedCells(skipped: readonly Skipped[], rounds: number): Results['skipped'] {
  const cells = new Map<Cell, Skipped[]>();
  for (const turn of skipped) cells.set(turn.cell, [...(cells.get(turn.cell) ?? []), turn]);
  return [...cells].map(([cell, turns]) => {
    const which = turns.map(({ round }) => round).join(', ');
    const when =
      turns.length === rounds ? 'Not run' : `Not run in ${turns.length} of ${rounds} rounds (${which})`;
    return { cell, reason: `${when}: ${turns[0]!.reason}.` };
  });
}

function turnKey({ cell, round }: Turn): string {
  return `${round}: ${cellKey(cell)}`;
}

/** @param starts when it was begun, and each time that it was continued */
export function makeResults(plan: Plan, starts: readonly string[], findings: Findings): Results {
  const { ringmq, preset, machine, rounds, budgetSeconds } = plan;
  return {
    format: RESULTS_FORMAT,
    version: RESULTS_VERSION,
    ringmq,
    preset,
    startedAt: starts[0]!,
    finishedAt: new Date().toISOString(),
    machine,
    rounds,
    budgetSeconds,
    interruptions: starts.length - 1,
    ...findings,
  };
}
