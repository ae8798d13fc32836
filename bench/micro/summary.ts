import { median } from '../../src/statistics/median.js';
import type { Figure, Suite } from './suite.js';

/** A row of a table: the figures of a step in all its runs, in nanoseconds a unit. */
export interface Row {
  readonly name: string;
  /** Of the medians of the runs. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** The median of the 99th percentiles of the runs. */
  readonly p99: number;
  /** Of all runs. */
  readonly samples: number;
  /** The median of each run. */
  readonly medians: readonly number[];
}

/** A suite's rows, in the order in which its figures came first. */
export interface SuiteSummary extends Pick<Suite, 'title' | 'unit'> {
  readonly name: string;
  readonly rows: readonly Row[];
}

/** @param figures of all runs */
export function summarize(name: string, { title, unit }: Suite, figures: readonly Figure[]): SuiteSummary {
  const steps = new Map<string, Figure[]>();
  for (const figure of figures) steps.set(figure.name, [...(steps.get(figure.name) ?? []), figure]);
  return { name, title, unit, rows: [...steps].map(([step, runs]) => summarizeStep(step, runs)) };
}

function summarizeStep(name: string, runs: readonly Figure[]): Row {
  const medians = runs.map(run => run.median);
  return {
    name,
    median: median(medians),
    min: Math.min(...medians),
    max: Math.max(...medians),
    p99: median(runs.map(run => run.p99)),
    samples: runs.reduce((sum, { samples }) => sum + samples, 0),
    medians,
  };
}
