import { duration, percent, rate, trimmed } from './numbers.js';
import type { Axis } from './view.js';

/** An axis and the way from a value to its place there. */
export interface Scale {
  readonly axis: Axis;
  at(value: number): number;
}

/** Beyond this factor between the highest and the lowest value a linear axis would press the low ones together. */
const LINEAR_FACTOR = 30;
/** Room at both ends of an axis of categories. */
const MARGIN = 0.4;
/** And of rates, as a part of the axis. */
const RATE_MARGIN = 0.04;

/** One place for each label, equally far from each other. */
export function categories(name: string, labels: readonly string[]): Axis {
  return {
    name,
    from: -MARGIN,
    to: labels.length - 1 + MARGIN,
    ticks: labels.map((label, index) => [index, label]),
  };
}

/** Messages a second: from zero, or logarithmic where they are far apart. */
export function throughputs(perSecond: readonly number[]): Scale {
  const positive = perSecond.filter(value => value > 0);
  if (positive.length > 0 && Math.max(...positive) / Math.min(...positive) >= LINEAR_FACTOR) {
    return logarithmic('messages a second, logarithmic', positive, rateLabel);
  }
  const millions = linear(
    'million messages a second',
    positive.map(value => value / 1e6),
  );
  return { axis: millions.axis, at: value => value / 1e6 };
}

export function linear(name: string, values: readonly number[], label = trimmed): Scale {
  const most = Math.max(...values, 0) || 1;
  const decade = 10 ** Math.floor(Math.log10(most));
  const step = [0.2, 0.5, 1, 2].find(factor => most / (factor * decade) <= 6)! * decade;
  const count = Math.ceil(most / step - 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
  return {
    axis: {
      name,
      from: 0,
      to: ticks.at(-1)!,
      ticks: ticks.map(tick => [tick, tick === 0 ? '0' : label(tick)]),
    },
    at: value => value,
  };
}

/** Logarithmic; the values are microseconds. */
export function durations(name: string, microseconds: readonly number[]): Scale {
  return logarithmic(name, microseconds, duration);
}

/** Messages a second, logarithmic, with ticks at powers of ten or, where those are few, at the rates themselves. */
export function rates(name: string, perSecond: readonly number[]): Scale {
  const distinct = [...new Set(perSecond)].sort((a, b) => a - b);
  const [least, most] = [Math.log10(distinct[0]!), Math.log10(distinct.at(-1)!)];
  const margin = RATE_MARGIN * (most - least || 1);
  const powers: number[] = [];
  for (let power = Math.ceil(least); power <= most; power++) powers.push(10 ** power);
  const shown = powers.length < 3 ? distinct : powers;
  return {
    axis: {
      name,
      from: least - margin,
      to: most + margin,
      ticks: shown.map(tick => [Math.log10(tick), rateLabel(tick)]),
    },
    at: Math.log10,
  };
}

function logarithmic(name: string, values: readonly number[], label: (value: number) => string): Scale {
  const logarithms = values.filter(value => value > 0).map(Math.log10);
  const least = logarithms.length === 0 ? 0 : Math.min(...logarithms);
  const most = logarithms.length === 0 ? 1 : Math.max(...logarithms);
  const steps = most - least > 3 ? [1] : most - least > 1.3 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let decade = Math.floor(least) - 1; decade <= Math.ceil(most); decade++) {
    for (const step of steps) ticks.push(step * 10 ** decade);
  }
  const first = ticks.findLastIndex(tick => Math.log10(tick) <= least + 1e-9);
  const last = ticks.findIndex(tick => Math.log10(tick) >= most - 1e-9);
  const shown = ticks.slice(Math.max(0, first), last < 0 ? undefined : Math.max(last, first + 1) + 1);
  const from = Math.log10(shown[0]!);
  return {
    axis: {
      name,
      from,
      to: Math.log10(shown.at(-1)!),
      ticks: shown.map(tick => [Math.log10(tick), label(tick)]),
    },
    // What is zero, or below what a clock can tell, lies on the axis.
    at: value => (value > 0 ? Math.max(from, Math.log10(value)) : from),
  };
}

/** Percentiles by 1 / (1 - p): 90 %, 99 %, 99.9 % are equally far from each other. The values are in percent. */
export function percentiles(name: string, most: number): Scale {
  const nines = Math.max(1, Math.ceil(-Math.log10(1 - most / 100) - 1e-9));
  const ticks: [number, string][] = [
    [0, `0\u00a0%`],
    [-Math.log10(0.5), `50\u00a0%`],
  ];
  for (let nine = 1; nine <= nines; nine++) {
    ticks.push([nine, `${(100 - 10 ** (2 - nine)).toFixed(Math.max(0, nine - 2))}\u00a0%`]);
  }
  return { axis: { name, from: 0, to: nines, ticks }, at: value => -Math.log10(1 - value / 100) };
}

/** Parts of a whole, from 0 to 1. */
export function shares(name: string): Axis {
  return { name, from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1].map(share => [share, percent(share)]) };
}

/**
 * Parts of one processor from none to all of it; the square root spreads the small ones, where most of the ways to wait
 * are.
 */
export function processorShares(name: string, values: readonly number[]): Scale {
  const most = Math.max(1, ...values);
  const ticks = [0, 0.01, 0.05, 0.2, 0.5, 1, 2, 4, 8].filter(tick => tick <= most * 1.01);
  return {
    axis: { name, from: 0, to: Math.sqrt(most), ticks: ticks.map(tick => [Math.sqrt(tick), percent(tick)]) },
    at: Math.sqrt,
  };
}

/** Of an axis that says itself that it is messages a second. */
function rateLabel(perSecond: number): string {
  return rate(perSecond).replace('/s', '');
}
