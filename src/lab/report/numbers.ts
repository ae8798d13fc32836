import { integer } from '../../comparison/table.js';

/** Numbers as people read them, with three significant digits: more would claim an exactness that no run has. */

/** Keeps a number and its unit in one line. */
const JOIN = '\u00a0';

/** Three significant digits, thousands parted by commas: `0.0123`, `45.6`, `1,230`. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(3));
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
  return rounded.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `1 run`, `5 runs`. */
export function counted(count: number, what: string): string {
  return `${integer(count)}${JOIN}${what}${count === 1 ? '' : 's'}`;
}

/** Messages a second: `12.3 million/s`, `657,000/s`. */
export function rate(perSecond: number): string {
  return perSecond >= 1e6
    ? `${trimmed(perSecond / 1e6)}${JOIN}million/s`
    : `${trimmed(Number(perSecond.toPrecision(3)))}/s`;
}

/** A duration, given in microseconds: `45.6 µs`, `1.23 ms`, `2 s`. */
export function duration(microseconds: number): string {
  const [unit, name] =
    UNITS.findLast(([least]) => Math.abs(Number(microseconds.toPrecision(3))) >= least) ?? UNITS[0]!;
  return `${trimmed(microseconds / unit)}${JOIN}${name}`;
}

const UNITS: readonly (readonly [number, string])[] = [
  [1e-3, 'ns'],
  [1, 'µs'],
  [1e3, 'ms'],
  [1e6, 's'],
];

/** A part of one: `61 %`, `0.4 %`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return `<0.1${JOIN}%`;
  const digits = value < 9.95 ? 1 : 0;
  return `${Number(value.toFixed(digits))}${JOIN}%`;
}

/** `0.48 times`. */
export function times(ratio: number): string {
  return `${significant(ratio)}${JOIN}times`;
}

/** `16 KiB`. */
export function bytes(count: number): string {
  const step = Math.min(3, Math.floor(Math.log2(Math.max(1, count)) / 10));
  return `${trimmed(count / 1024 ** step)}${JOIN}${['bytes', 'KiB', 'MiB', 'GiB'][step]}`;
}

/** `1 h 4 min`, `3 min 20 s`. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const shown = parts.filter(([count]) => count > 0).slice(0, 2);
  return shown.map(([count, unit]) => `${count}${JOIN}${unit}`).join(' ') || `0${JOIN}s`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `12.3 (11.9 to 12.8)`. */
export function withInterval(
  { estimate, low, high }: { readonly estimate: number; readonly low: number; readonly high: number },
  words: (value: number) => string,
): string {
  return `${words(estimate)} (${range(low, high, words)})`;
}

/** `11.9 to 12.8 million/s`: the unit once, if it is the same. */
export function range(low: number, high: number, words: (value: number) => string): string {
  const [from, to] = [words(low), words(high)];
  const [number, unit] = from.split(JOIN);
  return `${unit !== undefined && to.endsWith(JOIN + unit) ? number : from} to ${to}`;
}

/** Three significant digits without zeros at the end of a fraction: `1`, and not `1.00`. */
export function trimmed(value: number): string {
  return significant(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** A dash for what was not measured. */
export function saysIfKnown(value: number | null, words: (value: number) => string): string {
  return value === null ? '-' : words(value);
}
