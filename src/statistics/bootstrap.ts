import { median } from './median.js';
import { randomNumbers } from './random.js';

/** An estimate, and the interval around it. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Values it was made of; of two samples the number in the smaller one. */
  readonly count: number;
}

export interface BootstrapOptions {
  /** How often the interval is to cover the true value: above 0, below 1. */
  readonly confidence?: number;
  /** How often the sample is drawn again. */
  readonly resamples?: number;
  /** Determines the draws: with the same one, the same values give the same interval. */
  readonly seed?: number;
}

/**
 * The median of `values` and its percentile bootstrap interval (Efron, "Bootstrap methods: another look at the jackknife",
 * 1979): the sample is drawn again with replacement, many times, and the interval lies between the quantiles
 * (1 - confidence) / 2 and (1 + confidence) / 2 of the medians of what was drawn.
 *
 * Alone, that interval promises too much. A resample's median is one of the values, or the mean of two, so the interval
 * goes from the k-th value to the k-th last one for some k, and with 7 values it covers the true median in 87.5 % of all
 * samples, with 15 in 88 %. How often such an interval covers it is known exactly, whatever the distribution: it misses if
 * fewer than k of n values lie on one side, as rarely as n coins fall so (Thompson, "On confidence ranges for the median",
 * 1936). So it is widened to the narrowest one that keeps its promise.
 *
 * Below 6 values there is none: it is [min, max] then, and covers the median in 1 - 2/2^5 = 93.75 % with 5 values, in 87.5,
 * 75 and 50 % with 4, 3 and 2.
 *
 * NaN without values, or if one of them is NaN.
 */
export function medianInterval(values: readonly number[], options?: BootstrapOptions): Interval {
  const { resamples, seed, confidence } = { ...DEFAULTS, ...options };
  const medians = drawn(resamples, medianResampler(values, randomNumbers(seed)));
  const interval = percentileInterval(median(values), values.length, medians, confidence);
  const sorted = [...values].sort((a, b) => a - b);
  const outside = valuesOutside(values.length, confidence);
  return {
    ...interval,
    low: Math.min(interval.low, sorted[outside] ?? Number.NaN),
    high: Math.max(interval.high, sorted.at(-1 - outside) ?? Number.NaN),
  };
}

/**
 * The median of a[i] / b[i] and its interval, where both were measured in the same round: what slowed the whole machine
 * down in a round cancels out. Same method as `medianInterval`.
 *
 * @throws RangeError if there are not as many of both
 */
export function pairedRatioInterval(
  a: readonly number[],
  b: readonly number[],
  options?: BootstrapOptions,
): Interval {
  if (a.length !== b.length) {
    throw new RangeError(
      `pairs need as many values on both sides, and there are ${a.length} and ${b.length}. ` +
        'Leave out the rounds that only one side has.',
    );
  }
  return medianInterval(
    a.map((value, index) => value / b[index]!),
    options,
  );
}

/**
 * median(a) / median(b) and its interval, where the samples are independent (two machines, two versions): both are
 * drawn again, and the interval is not widened. NaN without values on a side, and where zero may stand over zero.
 */
export function ratioInterval(
  a: readonly number[],
  b: readonly number[],
  options?: BootstrapOptions,
): Interval {
  const { resamples, seed, confidence } = { ...DEFAULTS, ...options };
  const random = randomNumbers(seed);
  const upper = medianResampler(a, random);
  const lower = medianResampler(b, random);
  const ratios = drawn(resamples, () => upper() / lower());
  return percentileInterval(median(a) / median(b), Math.min(a.length, b.length), ratios, confidence);
}

/**
 * How many values may be left out on each side, so that the true median lies between the rest with `confidence` at least;
 * 0 if there are too few for that.
 */
function valuesOutside(count: number, confidence: number): number {
  let outside = -1;
  // The probability that exactly so many of `count` coins show heads, and that so many or fewer do.
  let exactly = 0.5 ** count;
  let missed = exactly;
  while (2 * missed <= 1 - confidence) {
    outside++;
    exactly *= (count - outside) / (outside + 1);
    missed += exactly;
  }
  return Math.max(0, outside);
}

const DEFAULTS = { confidence: 0.95, resamples: 10_000, seed: 1 };

/**
 * Draws from `values` with replacement, each time as many as there are, and gives the median of what was drawn. The draws
 * are counted by rank, and the median is found by adding up the counts: no resample is sorted.
 */
function medianResampler(values: readonly number[], random: () => number): () => number {
  const sorted = Float64Array.from(values).sort();
  const size = sorted.length;
  if (size === 0 || Number.isNaN(sorted[size - 1])) return () => Number.NaN; // NaN is sorted to the end
  const drawnAtRank = new Uint32Array(size);
  return () => {
    drawnAtRank.fill(0);
    for (let draw = 0; draw < size; draw++) drawnAtRank[Math.floor(random() * size)]!++;
    let rank = -1;
    let passed = 0;
    const valueAt = (place: number): number => {
      while (passed <= place) passed += drawnAtRank[++rank]!;
      return sorted[rank]!;
    };
    const lowerMiddle = valueAt((size - 1) >> 1);
    return size % 2 === 1 ? lowerMiddle : (lowerMiddle + valueAt(size >> 1)) / 2;
  };
}

function drawn(count: number, statistic: () => number): Float64Array {
  return new Float64Array(count).map(statistic);
}

function percentileInterval(
  estimate: number,
  count: number,
  statistics: Float64Array,
  confidence: number,
): Interval {
  statistics.sort();
  const last = statistics.length - 1;
  if (Number.isNaN(statistics[last])) {
    return { estimate: Number.NaN, low: Number.NaN, high: Number.NaN, count };
  }
  const tail = Math.floor(((1 - confidence) / 2) * statistics.length);
  return { estimate, low: statistics[tail]!, high: statistics[last - tail]!, count };
}
