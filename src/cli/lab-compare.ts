import { writeFileSync } from 'node:fs';
import { compareResults } from '../lab/compare/compare-results.js';
import { comparisonJson } from '../lab/compare/comparison-json.js';
import { comparisonText, type Source } from '../lab/compare/comparison-text.js';
import { readResults } from '../lab/read-results.js';
import { checkWritable } from './check-writable.js';
import type { LabCompareOptions } from './lab-compare-command.js';
import { UsageError } from './usage-error.js';

/**
 * Runs `ringmq lab compare`.
 *
 * @returns the exit code
 * @throws UsageError or InvalidArgumentError for files that cannot be compared
 */
export function runLabCompare(pathA: string, pathB: string, options: LabCompareOptions): number {
  if (options.json !== undefined) checkWritable(options.json);
  const [a, b] = [pathA, pathB].map(path => ({ path, results: readResults(path) })) as [Source, Source];
  const comparison = compareResults(a.results, b.results, options.tolerance);
  if (comparison.comparisons.length === 0) {
    throw new UsageError(`'${pathA}' and '${pathB}' have no cell in common: there is nothing to compare.`);
  }
  console.log(comparisonText(a, b, comparison));
  if (options.json !== undefined) writeFileSync(options.json, comparisonJson(a, b, comparison));
  return comparison.counts.intolerable === 0 && comparison.unverified.b.length === 0 ? 0 : 1;
}
