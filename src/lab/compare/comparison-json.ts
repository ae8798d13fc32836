import type { Run } from '../results.js';
import type { ResultsComparison } from './compare-results.js';
import type { Source } from './comparison-text.js';

/** What `--json` writes. A number that there is none of is null. */
export function comparisonJson(a: Source, b: Source, comparison: ResultsComparison): string {
  const { tolerance, counts, differences, comparisons, onlyInA, onlyInB, unverified } = comparison;
  const json = {
    format: 'ringmq-lab-comparison',
    version: 1,
    a: provenance(a),
    b: provenance(b),
    tolerancePercent: tolerance,
    counts: { ...counts, onlyInA: onlyInA.length, onlyInB: onlyInB.length },
    differences,
    comparisons: comparisons.map(({ cell, quantity, ...others }) => ({
      cell,
      quantity: quantity.name,
      ...others,
    })),
    onlyInA,
    onlyInB,
    unverified: { a: unverified.a.map(fault), b: unverified.b.map(fault) },
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

function provenance({ path, results }: Source) {
  const { ringmq, preset, startedAt, rounds, machine } = results;
  return { path, ringmq, preset, startedAt, rounds, machine };
}

function fault({ cell, round, faults }: Run) {
  return { cell, round, faults };
}
