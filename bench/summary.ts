import { median } from '../src/statistics/median.js';
import type { Row } from './rows.js';

export interface Summary {
  name: string;
  unit: string;
  median: number;
  min: number;
  max: number;
  /** The figure of every round. */
  runs: number[];
  /** What is asked for, where anything is. */
  asked?: number;
}

/** @param measured the figures of every round, by row */
export function summarise(row: Row, measured: ReadonlyMap<string, number[]>): Summary {
  const runs = figures(row, measured);
  const sorted = runs.toSorted((a, b) => a - b);
  return {
    name: row.name,
    unit: row.unit,
    median: median(runs),
    min: sorted[0]!,
    max: sorted.at(-1)!,
    runs,
    ...(row.asked === undefined ? {} : { asked: row.asked }),
  };
}

function figures(row: Row, measured: ReadonlyMap<string, number[]>): number[] {
  if ('over' in row) {
    const [numerator, denominator] = row.over.map(name => measured.get(name)!);
    return numerator!.map((figure, round) => figure / denominator![round]!);
  }
  if ('among' in row) {
    const medians = row.among.map(name => median(measured.get(name)!));
    return [Math.min(...medians) / Math.max(...medians)];
  }
  return measured.get(row.name)!;
}

/** The summaries as a Markdown table. */
export function table(summaries: readonly Summary[]): string {
  const lines = summaries.map(({ name, unit, median, min, max, asked }) => {
    const [scale, shown] = readable(unit);
    const number = (value: number): string => (value / scale).toPrecision(3);
    return `| \`${name}\` | ${number(median)} | ${number(min)} - ${number(max)} | ${asked === undefined ? '' : asked / scale} | ${shown} |`;
  });
  return ['| name | median | min - max | asked | unit |', '| --- | --- | --- | --- | --- |', ...lines].join(
    '\n',
  );
}

function readable(unit: string): [scale: number, shown: string] {
  if (unit === 'messages/s') return [1e6, 'million messages/s'];
  if (unit === 'bytes/s') return [1e9, 'GB/s'];
  return [1, unit];
}
