import type { Machine } from './machine.js';
import type { DesignSummary, Report, Workload } from './report.js';
import { counted, decimal, integer, renderTable, rounded } from './table.js';

/** The summary for people: what was run, a line for each design, a line for each binding. */
export function renderReport(report: Report, summary: readonly DesignSummary[]): string {
  return [
    describe(report.machine, report.workload, report.runs.length / Math.max(1, summary.length)),
    '',
    renderTable(HEADINGS, summary.map(designRow)),
    '',
    renderTable(['binding', 'messages'], report.bindings.map(bindingRow(report.workload.repeat))),
  ].join('\n');
}

const HEADINGS = ['design', 'messages/s', 'x shared-locked', 'p50 us', 'p99 us', 'CPU s/million', 'verified'];

function designRow(design: DesignSummary): string[] {
  return [
    design.design,
    rounded(design.messagesPerSecond, 3),
    decimal(design.ratio, 2),
    decimal(design.p50, 0),
    decimal(design.p99, 0),
    decimal(design.cpuSecondsPerMillion, 2),
    design.verified ? 'yes' : 'NO',
  ];
}

/** With `--repeat 20`, 60 messages are 20 x 3 lines. */
function bindingRow(repeat = 1): (binding: { pattern: string; messages: number }) => string[] {
  return ({ pattern, messages }) =>
    repeat > 1
      ? [pattern, integer(messages), `= ${repeat} x ${integer(messages / repeat)}`]
      : [pattern, integer(messages)];
}

function describe(machine: Machine, workload: Workload, rounds: number): string {
  const { publishers, consumers, queues, messages, bodyBytes, routingKeys } = workload;
  const source = workload.input === undefined ? '' : `${SOURCES[workload.kind]} ${workload.input}, `;
  return [
    `${source}${integer(messages)} messages of ${integer(bodyBytes)} bytes` +
      `${workload.input === undefined ? '' : ' (mean)'}, ${counted(routingKeys, 'routing key')}, ` +
      `${counted(queues, 'queue')}`,
    `${counted(publishers, 'publisher')}, ${counted(consumers, 'consumer')} on each queue, ` +
      `median of ${counted(rounds, 'run')}`,
    `${machine.cpu}, ${counted(machine.cores, 'core')}, Node ${machine.node}, ${machine.platform}`,
  ].join('\n');
}

const SOURCES = { generated: '', 'access-log': 'access log', lines: 'lines of' } as const;
