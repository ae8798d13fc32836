import { type Interval, medianInterval, pairedRatioInterval } from '../../statistics/bootstrap.js';
import { type Verdict, verdict } from '../../statistics/verdict.js';
import { type Cell, cellKey, threadsOf } from '../cell.js';
import type { Results, Run } from '../results.js';
import type { Measurement } from './quantities.js';
import { remember } from './remember.js';

/** A cell and what its runs measured. */
export interface Measured {
  readonly cell: Cell;
  /** Those that were verified: only their figures count. */
  readonly runs: readonly Run[];
  /** Whether its threads outnumber the cores. */
  readonly oversubscribed: boolean;
}

/** The cells of a lab, in the order in which they first ran. One without a verified run is there, and has no runs. */
export function measuredCells({ runs, machine }: Results): Measured[] {
  const cells = new Map<string, Run[]>();
  for (const run of runs) {
    const key = cellKey(run.cell);
    const others = cells.get(key);
    if (others === undefined) cells.set(key, [run]);
    else others.push(run);
  }
  return [...cells.values()].map(group => ({
    cell: group[0]!.cell,
    runs: group.filter(run => run.verified),
    oversubscribed: threadsOf(group[0]!.cell) > machine.cores,
  }));
}

export type FigureOf = (run: Run) => number | null;

/** Median and interval over the runs; null if no run has the figure. */
export const interval = remember((measured: Measured, of: FigureOf): Interval | null => {
  const values = measured.runs.map(of).filter(value => value !== null);
  return values.length === 0 ? null : medianInterval(values);
});

export interface Comparison {
  /** `a` over `b`. */
  readonly ratio: Interval;
  readonly verdict: Verdict;
}

/** Compares the runs of the same rounds; null if there are none, or the other has nothing but zeros. */
export function compare(a: Measured, b: Measured, { of }: Pick<Measurement, 'of'>): Comparison | null {
  const others = new Map(b.runs.map(run => [run.round, of(run)]));
  const pairs: [number, number][] = [];
  for (const run of a.runs) {
    const value = of(run);
    const other = others.get(run.round) ?? null;
    if (value !== null && other !== null && other !== 0) pairs.push([value, other]);
  }
  if (pairs.length === 0) return null;
  const ratio = pairedRatioInterval(
    pairs.map(([value]) => value),
    pairs.map(([, other]) => other),
  );
  return { ratio, verdict: verdict(ratio) };
}
