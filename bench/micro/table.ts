import type { Machine } from '../../src/comparison/report.js';
import type { SuiteSummary } from './summary.js';

/** A suite's table in Markdown. */
export function renderSuite({ unit, rows }: SuiteSummary): string {
  return [
    `| step | ns per ${unit} | min - max | p99 | samples |`,
    '| --- | --- | --- | --- | --- |',
    ...rows.map(
      ({ name, median, min, max, p99, samples }) =>
        `| ${name} | ${figure(median)} | ${figure(min)} - ${figure(max)} | ${figure(p99)} | ${grouped(samples)} |`,
    ),
  ].join('\n');
}

/** Where the figures come from, in a line. */
export function renderMachine({ cpu, cores, node, platform }: Machine, runs: number): string {
  return `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, Node ${node}, ${platform}; medians of ${runs} runs.`;
}

/** Three significant digits: more would claim an exactness that no benchmark has. */
function figure(nanoseconds: number): string {
  return grouped(Number(nanoseconds.toPrecision(3)));
}

function grouped(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
}
