import { median } from '../statistics/median.js';
import { type Design, REFERENCE } from './designs.js';
import type { Machine } from './machine.js';
import type { Source } from './plan.js';
import type { RunResult } from './run.js';
import { meanBodyBytes, type Work } from './work.js';

export interface Workload {
  readonly kind: Work['kind'];
  /** The file, and how often it is sent in a pass. */
  readonly input?: string;
  readonly repeat?: number;
  readonly publishers: number;
  /** Of each queue. */
  readonly consumers: number;
  readonly queues: number;
  readonly routingKeys: number;
  /** Mean bytes of a body, the 24 of the envelope included. */
  readonly bodyBytes: number;
  /** Of one pass. */
  readonly messages: number;
}

/** One run, as `--json` writes it. What a run that failed did not measure is null. */
export interface RunReport {
  readonly design: Design;
  readonly publishers: number;
  readonly consumers: number;
  readonly bodyBytes: number;
  readonly messages: number;
  /** Of one pass over the messages: the median of `passes`. */
  readonly seconds: number | null;
  readonly passes: number;
  readonly messagesPerSecond: number | null;
  readonly latencyMicroseconds: { p50: number | null; p99: number | null; max: number | null };
  readonly cpuSecondsPerMillion: number | null;
  readonly verified: boolean;
  readonly faults: readonly string[];
}

/** What `--json` writes. */
export interface Report {
  readonly machine: Machine;
  readonly workload: Workload;
  readonly runs: RunReport[];
  /** Messages that each binding took in a pass, the same in every run that is verified. */
  readonly bindings: { pattern: string; messages: number }[];
}

/** A design's figures: the medians of its runs. */
export interface DesignSummary {
  readonly design: Design;
  readonly messagesPerSecond: number;
  /** Times as fast as the shared locked queue; NaN if that was not run. */
  readonly ratio: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuSecondsPerMillion: number;
  readonly verified: boolean;
}

export function workload(work: Work, source: Source, publishers: number, consumers: number): Workload {
  return {
    kind: work.kind,
    ...(source.kind === 'file' ? { input: source.path, repeat: source.repeat } : {}),
    publishers,
    consumers,
    queues: work.queues.length,
    routingKeys: work.keys.length,
    bodyBytes: meanBodyBytes(work),
    messages: work.messages,
  };
}

export function runReport(
  design: Design,
  { publishers, consumers, bodyBytes, messages }: Workload,
  outcome: RunResult | { failure: string },
): RunReport {
  const common = { design, publishers, consumers, bodyBytes, messages };
  if ('failure' in outcome || outcome.passes === 0) {
    return {
      ...common,
      seconds: null,
      passes: 0,
      messagesPerSecond: null,
      latencyMicroseconds: { p50: null, p99: null, max: null },
      cpuSecondsPerMillion: null,
      verified: false,
      faults: 'failure' in outcome ? [outcome.failure] : outcome.faults,
    };
  }
  const { seconds, passes, latencyMicroseconds, cpuSecondsPerMillion, faults } = outcome;
  return {
    ...common,
    seconds,
    passes,
    messagesPerSecond: messages / seconds,
    latencyMicroseconds,
    cpuSecondsPerMillion,
    verified: faults.length === 0,
    faults,
  };
}

/** A line for each design, in the order in which they first ran. */
export function summarize(runs: readonly RunReport[]): DesignSummary[] {
  const speed = (design: Design) => medianOf(runs, design, run => run.messagesPerSecond);
  const reference = speed(REFERENCE);
  return [...new Set(runs.map(run => run.design))].map(design => ({
    design,
    messagesPerSecond: speed(design),
    ratio: speed(design) / reference,
    p50: medianOf(runs, design, run => run.latencyMicroseconds.p50),
    p99: medianOf(runs, design, run => run.latencyMicroseconds.p99),
    cpuSecondsPerMillion: medianOf(runs, design, run => run.cpuSecondsPerMillion),
    verified: runs.every(run => run.design !== design || run.verified),
  }));
}

function medianOf(
  runs: readonly RunReport[],
  design: Design,
  figure: (run: RunReport) => number | null,
): number {
  const figures = runs.filter(run => run.design === design).map(figure);
  return median(figures.filter(value => value !== null));
}
