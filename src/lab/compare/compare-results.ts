import { type Interval, ratioInterval } from '../../statistics/bootstrap.js';
import { median } from '../../statistics/median.js';
import { verdict } from '../../statistics/verdict.js';
import { type Cell, cellKey } from '../cell.js';
import { type Measured, measuredCells } from '../report/measured.js';
import { LATENCY, type Quantity, THROUGHPUT } from '../report/quantities.js';
import type { Results, Run } from '../results.js';
import { type Difference, differences } from './differences.js';

/** How B is, against A. */
export type Outcome = 'faster' | 'slower' | 'undecided';

/** One quantity of one cell that both have. */
export interface CellComparison {
  readonly cell: Cell;
  readonly quantity: Quantity;
  /** The median of the runs that count; NaN if there are none. */
  readonly a: number;
  readonly b: number;
  readonly runs: { readonly a: number; readonly b: number };
  /** B over A. */
  readonly ratio: Interval;
  readonly outcome: Outcome;
  /** Whether it is slower by more than is tolerated. */
  readonly intolerable: boolean;
}

export interface ResultsComparison {
  /** Percent that B may be slower. */
  readonly tolerance: number;
  readonly differences: readonly Difference[];
  readonly comparisons: readonly CellComparison[];
  readonly onlyInA: readonly Missing[];
  readonly onlyInB: readonly Missing[];
  /** Runs that do not count. */
  readonly unverified: { readonly a: readonly Run[]; readonly b: readonly Run[] };
  /** Of the comparisons by outcome. */
  readonly counts: Readonly<Record<Outcome | 'intolerable', number>>;
}

/** A cell that the other side did not run. */
export interface Missing {
  readonly cell: Cell;
  /** What the other side says about it. */
  readonly reason?: string;
}

/**
 * Compares what two machines or two versions measured, cell by cell: throughput where producers sent as fast as they could,
 * latency where they kept a rate, because the throughput is the rate there. The samples are independent: a round of A has
 * nothing to do with the same round of B.
 *
 * @param tolerance percent that B may be slower
 */
export function compareResults(a: Results, b: Results, tolerance = 0): ResultsComparison {
  const [inA, inB] = [cellsByKey(a), cellsByKey(b)];
  const both = [...inA].filter(([key]) => inB.has(key));
  const comparisons = both.flatMap(([key, cell]) => compareCells(cell, inB.get(key)!, tolerance));
  const counted = (outcome: Outcome) =>
    comparisons.filter(comparison => comparison.outcome === outcome).length;
  return {
    tolerance,
    differences: differences(a, b),
    comparisons,
    onlyInA: missing(inA, inB, b),
    onlyInB: missing(inB, inA, a),
    unverified: { a: unverified(a), b: unverified(b) },
    counts: {
      faster: counted('faster'),
      slower: counted('slower'),
      undecided: counted('undecided'),
      intolerable: comparisons.filter(({ intolerable }) => intolerable).length,
    },
  };
}

const AT_FULL_SPEED = [THROUGHPUT];
const AT_A_RATE = [LATENCY.p50, LATENCY.p99];

function compareCells(a: Measured, b: Measured, tolerance: number): CellComparison[] {
  return (a.cell.rate === null ? AT_FULL_SPEED : AT_A_RATE).map(quantity => {
    const [ofA, ofB] = [figures(a.runs, quantity), figures(b.runs, quantity)];
    const ratio = ratioInterval(ofB, ofA);
    const outcome = outcomeOf(ratio, quantity);
    return {
      cell: a.cell,
      quantity,
      a: median(ofA),
      b: median(ofB),
      runs: { a: ofA.length, b: ofB.length },
      ratio,
      outcome,
      intolerable: outcome === 'slower' && isBeyond(ratio, tolerance / 100),
    };
  });
}

function figures(runs: readonly Run[], { of }: Quantity): number[] {
  return runs.map(of).filter(figure => figure !== null);
}

function outcomeOf(ratio: Interval, { best }: Quantity): Outcome {
  const direction = verdict(ratio);
  if (direction === 'undecided') return 'undecided';
  return (direction === 'greater') === (best === 'most') ? 'faster' : 'slower';
}

/** Whether all of the interval lies further from 1. */
function isBeyond({ low, high }: Interval, distance: number): boolean {
  return high < 1 - distance || low > 1 + distance;
}

function cellsByKey(results: Results): Map<string, Measured> {
  return new Map(measuredCells(results).map(measured => [cellKey(measured.cell), measured]));
}

function missing(here: Map<string, Measured>, there: Map<string, Measured>, { skipped }: Results): Missing[] {
  const reasons = new Map(skipped.map(({ cell, reason }) => [cellKey(cell), reason]));
  return [...here]
    .filter(([key]) => !there.has(key))
    .map(([key, { cell }]) => {
      const reason = reasons.get(key);
      return reason === undefined ? { cell } : { cell, reason };
    });
}

function unverified({ runs }: Results): Run[] {
  return runs.filter(run => !run.verified);
}
