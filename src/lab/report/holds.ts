import { median } from '../../statistics/median.js';
import type { Run } from '../results.js';

/** A time that a thread held the lock. */
export interface Hold {
  /** Index in the threads of the run. */
  readonly thread: number;
  /** Microseconds. */
  readonly from: number;
  readonly to: number;
}

/** A part of a run in which it was recorded who held the lock. */
export interface Holds {
  readonly run: Run;
  /** By time; the first one begins at 0. */
  readonly holds: readonly Hold[];
}

/** The holds of the first of the runs that recorded some; null if none did. */
export function holdsOf(runs: readonly Run[]): Holds | null {
  const run = runs.find(({ timeline }) => timeline !== null && timeline.length > 0);
  if (run === undefined) return null;
  const sorted = run.timeline!.toSorted(([, a], [, b]) => a - b);
  const start = sorted[0]![1];
  return { run, holds: sorted.map(([thread, from, to]) => ({ thread, from: from - start, to: to - start })) };
}

export interface HoldFigures {
  readonly count: number;
  /** Part of the time in which somebody held the lock. */
  readonly held: number;
  /** Microseconds. */
  readonly median: number;
  readonly longest: number;
  /** Part of the holds that followed one of another thread. */
  readonly handedOver: number;
  /** Most holds of one thread in a row. */
  readonly longestTurn: number;
}

export function holdFigures(holds: readonly Hold[]): HoldFigures {
  const lengths = holds.map(({ from, to }) => to - from);
  let handovers = 0;
  let turn = 0;
  let longestTurn = 0;
  for (const [index, { thread }] of holds.entries()) {
    const same = index > 0 && holds[index - 1]!.thread === thread;
    if (index > 0 && !same) handovers++;
    turn = same ? turn + 1 : 1;
    longestTurn = Math.max(longestTurn, turn);
  }
  const span = Math.max(...holds.map(({ to }) => to));
  return {
    count: holds.length,
    held: span === 0 ? 0 : lengths.reduce((sum, length) => sum + length, 0) / span,
    median: median(lengths),
    longest: Math.max(...lengths),
    handedOver: holds.length < 2 ? 0 : handovers / (holds.length - 1),
    longestTurn,
  };
}
