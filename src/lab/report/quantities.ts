import type { Run } from '../results.js';
import { duration, rate } from './numbers.js';

/** Something that runs measure. What a run did not measure is null. */
export interface Measurement {
  of(run: Run): number | null;
  readonly best: 'most' | 'least';
  words(value: number): string;
}

/** A measurement in which series are compared, and how to speak of it. */
export interface Quantity extends Measurement {
  readonly name: string;
  /** Who is best: `X is the fastest`. */
  readonly superlative: string;
  /** Who is not the best. */
  readonly worse: string;
  /** Between the ratio and the name of the other: `2 times *as fast as* Y`. */
  readonly compared: string;
}

export const THROUGHPUT: Quantity = {
  name: 'throughput',
  of: run => run.throughput,
  best: 'most',
  superlative: 'is the fastest',
  worse: 'slower',
  compared: 'as fast as',
  words: rate,
};

export type Percentile = 'p50' | 'p90' | 'p99' | 'p999' | 'max';

export const PERCENTILE_NAMES: Readonly<Record<Percentile, string>> = {
  p50: 'median',
  p90: '90 %',
  p99: '99 %',
  p999: '99.9 %',
  max: 'longest',
};

/** What so many of the messages took at most. */
export const LATENCY: Readonly<Record<Percentile, Quantity>> = {
  p50: latency('p50'),
  p90: latency('p90'),
  p99: latency('p99'),
  p999: latency('p999'),
  max: latency('max'),
};

function latency(percentile: Percentile): Quantity {
  const name = percentile === 'p50' ? 'median latency' : `${PERCENTILE_NAMES[percentile]} latency`;
  return {
    name,
    of: run => run.latency?.[percentile] ?? null,
    best: 'least',
    superlative: `has the lowest ${name}`,
    worse: 'higher',
    compared: 'that of',
    words: duration,
  };
}
