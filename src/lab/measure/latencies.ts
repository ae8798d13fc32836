import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Latency } from '../results.js';

/** Three significant digits: a value is told to 0.1 %. */
const FIGURES = 3;
/** Longest latency in nanoseconds: an hour. */
const LONGEST = 3600e9;
/** Percentiles of the spectrum: the closer to 100, the closer to each other. */
const SPECTRUM = [0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 99.995, 99.999, 100];

/** An empty HDR histogram of nanoseconds. A thread has one of its own: recording shares nothing, and costs 15 to 20 ns. */
export function latencyHistogram(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: LONGEST, figures: FIGURES });
}

/** The histograms of all consumers of a run as one. Null if nothing was recorded. */
export function latencyOf(histograms: readonly RecordableHistogram[]): Latency | null {
  const all = latencyHistogram();
  for (const histogram of histograms) all.add(histogram);
  if (all.count === 0) return null;
  const at = (percentile: number) => (percentile === 0 ? all.min : all.percentile(percentile)) / 1000;
  return {
    count: all.count,
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    max: all.max / 1000,
    // The tail only as far as there are messages in it: beyond, every percentile is the maximum.
    spectrum: SPECTRUM.filter(percentile => percentile === 100 || (100 - percentile) * all.count >= 100).map(
      percentile => [percentile, percentile === 100 ? all.max / 1000 : at(percentile)],
    ),
  };
}
