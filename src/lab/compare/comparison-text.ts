import { counted, decimal, renderTable } from '../../comparison/table.js';
import { VALUES_FOR_VERDICT } from '../../statistics/verdict.js';
import { cellKey } from '../cell.js';
import { cellNames } from '../cell-names.js';
import { significant } from '../report/numbers.js';
import type { Results, Run } from '../results.js';
import type { CellComparison, Missing, ResultsComparison } from './compare-results.js';

/** A results file, and where it is. */
export interface Source {
  readonly path: string;
  readonly results: Results;
}

/** The comparison for people: what was compared, what differs, a line for each figure, the counts. */
export function comparisonText(a: Source, b: Source, comparison: ResultsComparison): string {
  return [
    `A: ${sourceText(a)}\nB: ${sourceText(b)}`,
    differencesText(comparison),
    figuresText(comparison),
    missingText('A', comparison.onlyInA),
    missingText('B', comparison.onlyInB),
    unverifiedText(comparison.unverified),
    countsText(comparison),
  ]
    .filter(part => part !== '')
    .join('\n\n');
}

function sourceText({ path, results: { preset, rounds, startedAt } }: Source): string {
  return `${path}, ${preset}, ${counted(rounds, 'round')}, ${startedAt}`;
}

function differencesText({ differences }: ResultsComparison): string {
  if (differences.length === 0) return 'The machine, Node and RingMQ are the same, as far as the files say.';
  return renderTable(
    ['differs', 'A', 'B'],
    differences.map(({ fact, a, b }) => [fact, a, b]),
  );
}

function figuresText({ comparisons, tolerance }: ResultsComparison): string {
  const { common, names } = cellNames(comparisons.map(({ cell }) => cell));
  const rows = comparisons.map((comparison, index) => {
    const { quantity, a, b, runs, ratio } = comparison;
    return [
      names[index]!,
      quantity.name,
      figure(a, comparison),
      figure(b, comparison),
      times(ratio.estimate),
      Number.isNaN(ratio.low) ? '-' : `${times(ratio.low)} to ${times(ratio.high)}`,
      `${runs.a}, ${runs.b}`,
      outcomeText(comparison, tolerance),
    ];
  });
  const table = renderTable(['cell', 'median of', 'A', 'B', 'B / A', '95 % interval', 'runs', 'B is'], rows);
  return common === '' ? table : `All of these: ${common}\n\n${table}`;
}

function figure(median: number, { quantity }: CellComparison): string {
  return Number.isNaN(median) ? '-' : quantity.words(median);
}

/** With three decimals near 1, where it matters on which side of 1 a ratio is. */
function times(ratio: number): string {
  return ratio >= 0.1 && ratio < 10 ? decimal(ratio, 3) : significant(ratio);
}

function outcomeText({ outcome, intolerable, ratio }: CellComparison, tolerance: number): string {
  if (ratio.count < VALUES_FOR_VERDICT) return `undecided (under ${VALUES_FOR_VERDICT} runs)`;
  return outcome === 'slower' && !intolerable ? `slower (within ${tolerance} %)` : outcome;
}

function missingText(side: string, missing: readonly Missing[]): string {
  const lines = missing.map(
    ({ cell, reason }) => cellKey(cell) + (reason === undefined ? '' : `: ${reason}`),
  );
  return section(`Only in ${side}:`, lines);
}

function unverifiedText({ a, b }: ResultsComparison['unverified']): string {
  const lines = (side: string, runs: readonly Run[]) =>
    runs.map(({ round, cell, faults }) => `${side}, round ${round}, ${cellKey(cell)}: ${faults.join(' ')}`);
  return section('Not verified, so these runs do not count:', [...lines('A', a), ...lines('B', b)]);
}

function section(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [heading, ...lines.map(line => `  ${line}`)].join('\n');
}

function countsText({ counts, onlyInA, onlyInB, tolerance }: ResultsComparison): string {
  const line = [
    `${counts.faster} faster`,
    `${counts.slower} slower`,
    `${counts.undecided} undecided`,
    `${onlyInA.length} only in A`,
    `${onlyInB.length} only in B`,
  ].join(', ');
  return tolerance === 0 ? line : `${line}\n${counts.intolerable} slower by more than ${tolerance} %`;
}
