import { duration, percent, significant } from '../../src/lab/report/numbers.js';
import { LATENCY, type Percentile, THROUGHPUT } from '../../src/lab/report/quantities.js';
import { lockShares } from '../../src/lab/report/time-shares.js';
import { quotient, type Totals, totalsOf } from '../../src/lab/report/totals.js';
import type { Run } from '../../src/lab/results.js';
import { DirectiveError } from './directive.js';
import type { Language, Words } from './words.js';

/** A number that a run gives, and how it is written. */
export interface Metric {
  readonly name: Words;
  /** Where its text does not say it. */
  readonly unit?: Words;
  /** Null if it was not measured. */
  of(run: Run): number | null;
  text(value: number): string;
}

const METRICS: Readonly<Record<string, Metric>> = {
  throughput: {
    name: { en: 'throughput', ko: '처리량' },
    unit: { en: 'million messages/s', ko: '초당 백만 메시지' },
    of: THROUGHPUT.of,
    text: value => significant(value / 1e6),
  },
  p50: latencyAt('p50', 'p50'),
  p90: latencyAt('p90', 'p90'),
  p99: latencyAt('p99', 'p99'),
  p999: latencyAt('p999', 'p99.9'),
  fairness: {
    name: { en: 'fairness', ko: '공정성' },
    of: run => run.fairness,
    text: value => value.toFixed(3),
  },
  cpu: {
    name: { en: 'CPU for a message', ko: '메시지당 CPU' },
    of: part('cpuSeconds', 'messages', 1e6),
    text: duration,
  },
  idle: {
    name: { en: 'CPU while idle', ko: '쉴 때의 CPU' },
    of: ({ threads }) => {
      const consumers = threads.filter(({ role }) => role === 'consumer');
      return quotient(sumIfKnown(consumers.map(thread => thread.idleCpuShare)), consumers.length);
    },
    text: percent,
  },
  contended: {
    name: { en: 'lock found taken', ko: '락이 이미 잡혀 있던 비율' },
    of: part('contended', 'acquisitions'),
    text: percent,
  },
  waited: {
    name: { en: 'time spent waiting for the lock', ko: '락을 기다린 시간' },
    of: run => lockShares([run])?.[1] ?? null,
    text: percent,
  },
  failed: {
    name: { en: 'failed claims', ko: '실패한 클레임' },
    of: part('failedClaims', 'claims'),
    text: percent,
  },
  sleeps: {
    name: { en: 'sleeps for 1,000 messages', ko: '메시지 1,000개당 잠든 횟수' },
    of: part('sleeps', 'messages', 1000),
    text: significant,
  },
  queued: {
    name: { en: 'time spent waiting for a core', ko: '코어를 기다린 시간' },
    of: ({ threads }) =>
      quotient(
        sumIfKnown(threads.map(thread => thread.runQueueSeconds)),
        sumIfKnown(threads.map(thread => thread.seconds)),
      ),
    text: percent,
  },
};

/** With its unit. */
export function headingOf({ name, unit }: Metric, language: Language): string {
  return unit === undefined ? name[language] : `${name[language]}, ${unit[language]}`;
}

/** @throws DirectiveError if there is none */
export function metricNamed(name: string): Metric {
  const metric = METRICS[name];
  if (metric !== undefined) return metric;
  throw new DirectiveError(`there is no metric '${name}'; there are ${Object.keys(METRICS).join(', ')}`);
}

function latencyAt(percentile: Percentile, name: string): Metric {
  return { name: { en: name, ko: name }, of: LATENCY[percentile].of, text: duration };
}

/** One counter of all threads over another, `times` over. */
function part(counter: keyof Totals, whole: keyof Totals, times = 1): Metric['of'] {
  return run => {
    const totals = totalsOf([run]);
    const share = quotient(totals[counter], totals[whole]);
    return share === null ? null : times * share;
  };
}

function sumIfKnown(values: readonly (number | null)[]): number | null {
  return values.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}
