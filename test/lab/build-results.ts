import type { Cell } from '#src/lab/cell.js';
import { RESULTS_FORMAT, RESULTS_VERSION, type Results, type Run } from '#src/lab/results.js';
import { cellOf } from '#src/lab/vary.js';
import { MACHINE } from './plans.js';

/** A run for each throughput, in rounds of their own. */
export function runsAt(throughputs: readonly number[], settings: Partial<Cell> = {}): Run[] {
  return throughputs.map((throughput, index) => run(index + 1, settings, { throughput }));
}

/** A run for each median latency, in microseconds; p99 is ten times as long. */
export function runsWithLatency(latencies: readonly number[], settings: Partial<Cell> = {}): Run[] {
  return latencies.map((p50, index) =>
    run(
      index + 1,
      { rate: 1000, ...settings },
      {
        throughput: 1000,
        latency: {
          count: 1000,
          p50,
          p90: 5 * p50,
          p99: 10 * p50,
          p999: 20 * p50,
          max: 30 * p50,
          spectrum: [],
        },
      },
    ),
  );
}

/** A run in which a message was lost. */
export function unverifiedRun(round: number, settings: Partial<Cell> = {}): Run {
  return run(round, settings, { verified: false, faults: ['A message is missing.'], throughput: 1 });
}

function run(round: number, settings: Partial<Cell>, others: Partial<Run>): Run {
  return {
    cell: cellOf(settings),
    round,
    startedAt: '2025-06-01T12:00:00.000Z',
    verified: true,
    faults: [],
    sent: 1000,
    received: 1000,
    throughput: null,
    latency: null,
    fairness: 1,
    threads: [],
    timeline: null,
    load: null,
    ...others,
  };
}

export function results(runs: readonly Run[], others: Partial<Results> = {}): Results {
  return {
    format: RESULTS_FORMAT,
    version: RESULTS_VERSION,
    ringmq: '1.0.0',
    preset: 'quick',
    startedAt: '2025-06-01T12:00:00.000Z',
    finishedAt: '2025-06-01T12:01:00.000Z',
    machine: MACHINE,
    rounds: 5,
    budgetSeconds: 60,
    interruptions: 0,
    skipped: [],
    runs: [...runs],
    ...others,
  };
}
