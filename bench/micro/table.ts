import type { Machine } from '../../src/comparison/machine.js';
import { counted, integer } from '../../src/comparison/table.js';
import { significant } from '../../src/lab/report/numbers.js';
import type { SuiteSummary } from './summary.js';

/** A suite's table in Markdown. */
export function renderSuite({ unit, rows }: SuiteSummary): string {
  return [
    `| step | ns per ${unit}, fastest run | median | slowest | p99 | samples |`,
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(
      ({ name, median, min, max, p99, samples }) =>
        `| ${[name, ...[min, median, max, p99].map(significant), integer(samples)].join(' | ')} |`,
    ),
  ].join('\n');
}

/** Where the figures come from, in a line. */
export function renderMachine({ cpu, cores, node, v8, platform }: Machine, runs: number): string {
  return `${cpu}, ${counted(cores, 'core')}, Node ${node} (V8 ${v8}), ${platform}; ${counted(runs, 'run')}.`;
}
