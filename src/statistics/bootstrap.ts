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
 * What a reader must know about small samples: each of these medians is one of the values, or the mean of two of them. So
 * the interval has few ends to choose from, and meets `confidence` roughly. With 5 values, the least one is the median of
 * what was drawn if it makes up three of the five draws at least. That has probability 0.058, which is more than 0.025, so
 * the interval of 95 % is [min, max]. The true median is not in there only if all 5 values lie on the same side of it: the
 * interval covers it in 1 - 2/2^5 = 93.75 % of all samples, whatever the distribution. With 2, 3 and 4 values it is
 * [min, max], too, and covers it in 50, 75 and 87.5 %. More values make it narrower, not always surer: with 7 it goes from
 * the second to the sixth (87.5 %), with 9 from the second to the eighth (96.1 %).
 *
 * NaN without values, or if one of them is NaN.
 */
export function medianInterval(values: readonly number[], options?: BootstrapOptions): Interval {
  const { resamples, seed, confidence } = { ...DEFAULTS, ...options };
  const medians = drawn(resamples, medianResampler(values, randomNumbers(seed)));
  return percentileInterval(median(values), values.length, medians, confidence);
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
 * drawn again. Same method as `medianInterval`. NaN without values on a side, and where zero may stand over zero.
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
