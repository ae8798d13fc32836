import { integer } from '../../comparison/table.js';
import { median } from '../../statistics/median.js';
import type { Results, Run } from '../results.js';
import { bytes, clock, counted, percent } from './numbers.js';
import type { Section, Table } from './view.js';

/** What was run, where and when: a line each. */
export function leadOf(results: Results, cells: number): string[] {
  const { machine, ringmq, rounds, runs } = results;
  return [
    `${machine.cpu}, ${counted(machine.cores, 'core')}, Node ${machine.node}, RingMQ ${ringmq}`,
    `${counted(cells, 'cell')}, ${counted(rounds, 'round')}, ${counted(runs.length, 'run')} in ` +
      `${clock(secondsOf(results))}, ${day(results.startedAt)}`,
  ];
}

/** The machine and the run, and how the figures come about. */
export function machineSection(results: Results): Section {
  return {
    id: 'machine',
    title: 'Machine and method',
    says: [
      `${results.machine.cpu} with ${counted(results.machine.cores, 'core')}: figures are of this machine, and ratios travel ` +
        'better than rates.',
    ],
    reading: [
      'Every run is a process of its own. In each round every cell runs once, so that whatever slows the machine down for a ' +
        'while slows all of them down.',
      'Intervals are bootstrap intervals of the median. Two designs are compared by the ratios of their runs in the same ' +
        'round; one is called faster, slower, lower or higher only if the 95 % interval of that ratio excludes 1. With five ' +
        'runs of each, two designs that are equal come out as different in about one of sixteen comparisons: a single ' +
        'verdict among many proves little.',
      'A run counts only if it was verified: every message came exactly once, in the order of its producer. More is in ' +
        'docs/lab/ of the project: how each number is taken and what it costs, and the limits of the method.',
    ],
    figure: null,
    tables: [factsTable(results)],
    summarized: true,
  };
}

function factsTable(results: Results): Table {
  const { machine, ringmq, preset, startedAt, finishedAt, rounds, budgetSeconds, interruptions, runs } =
    results;
  const facts: readonly (readonly [fact: string, value: string])[] = [
    ['processor', machine.cpu],
    ['cores that the lab may use', integer(machine.cores)],
    ['memory', bytes(machine.memoryBytes)],
    ['platform', machine.platform],
    ['kernel', machine.kernel],
    ['Node', machine.node],
    ['V8', machine.v8],
    ['RingMQ', ringmq],
    ['preset', preset],
    ['began', moment(startedAt)],
    ['ended', moment(finishedAt)],
    ['time it was to take', clock(budgetSeconds)],
    ['time it took', clock(secondsOf(results))],
    ['rounds', integer(rounds)],
    ['runs', integer(runs.length)],
    ['interruptions', integer(interruptions)],
    ['load average before the first run', runs[0]?.load?.average.toFixed(2) ?? 'not known'],
    [
      'load average before a run',
      spread(
        runs,
        run => run.load?.average ?? null,
        value => value.toFixed(2),
      ),
    ],
    ['taken by other processes in a run', spread(runs, run => run.load?.others ?? null, percent)],
    ['taken by the hypervisor in a run', spread(runs, run => run.load?.steal ?? null, percent)],
  ];
  return {
    caption: 'The run',
    columns: ['fact', 'value'],
    groups: [{ title: '', oversubscribed: false, rows: facts.map(cells => ({ style: null, cells })) }],
  };
}

function spread(
  runs: readonly Run[],
  of: (run: Run) => number | null,
  words: (value: number) => string,
): string {
  const values = runs.map(of).filter(value => value !== null);
  if (values.length === 0) return 'not known';
  return `${words(median(values))} in the median, ${words(Math.max(...values))} at most`;
}

/** Where the lab was interrupted, the time between counts as well. */
function secondsOf({ startedAt, finishedAt }: Results): number {
  return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

function day(iso: string): string {
  return iso.slice(0, 10);
}

function moment(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
