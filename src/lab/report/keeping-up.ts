import type { Arrangement, Group, Member } from './arrangement.js';
import { linear } from './axis.js';
import { RATE } from './dimensions.js';
import { seriesKey } from './key.js';
import { interval } from './measured.js';
import { listed, percent, rate } from './numbers.js';
import { saysCommon } from './places.js';
import type { Quantity } from './quantities.js';
import { rankingTable } from './ranking-table.js';
import { plotOf, sweepsOf } from './sweep.js';
import type { Section } from './view.js';

/** Whoever delivers this much of what was asked for keeps up: clocks and windows have ends. */
const KEEPS_UP = 0.98;

const DELIVERED: Quantity = {
  name: 'what was delivered',
  of: run => (run.throughput === null || run.cell.rate === null ? null : run.throughput / run.cell.rate),
  best: 'most',
  superlative: 'delivers the most',
  worse: 'less',
  compared: 'as much as',
  words: percent,
  figure: percent,
  unit: '',
};

export function keepsUp(member: Member): boolean {
  const delivered = interval(member, DELIVERED.of);
  return delivered !== null && delivered.estimate >= KEEPS_UP;
}

/** Which rates each design can follow. */
export function keepingUpSection({ paced, styles, subject }: Arrangement): Section | null {
  if (!paced.axes.includes(RATE)) return null;
  const { axis } = linear('delivered of what was asked for', [1], percent);
  const y = { axis, at: (share: number) => Math.min(share, axis.to) };
  const panels = sweepsOf(paced).map(sweep => plotOf(sweep, sweep.title, y, DELIVERED));
  return {
    id: 'keeping-up',
    title: 'Keeping up',
    says: saysLimits(
      paced,
      styles.map(({ name }) => name),
    ),
    reading: [
      `What came over, as a part of what was to be sent. Below ${percent(KEEPS_UP)} a design does not keep up: its queue ` +
        'grows or its producers wait, and its latency says how long that went on.',
      saysCommon(paced),
    ],
    figure: {
      frames: [{ title: '', panels }],
      first: 0,
      key: seriesKey(paced.places, styles),
      switches: true,
    },
    tables: [rankingTable('Delivered of what was asked for', paced.places, DELIVERED, subject)],
    summarized: false,
  };
}

/** For each series the highest rate of those it kept up with, everywhere it was asked for. */
function saysLimits({ places }: Group, names: readonly string[]): string[] {
  const limits = new Map<number, string[]>();
  const rates = [...new Set(places.map(({ cell }) => cell.rate!))].sort((a, b) => a - b);
  for (const [series, name] of names.entries()) {
    const asked = places.flatMap(({ members }) => members.filter(member => member.series === series));
    if (asked.length === 0) continue;
    const failed = asked.filter(member => !keepsUp(member)).map(({ cell }) => cell.rate!);
    const kept = rates.filter(each => each < Math.min(...failed, Number.POSITIVE_INFINITY));
    const limit = kept.at(-1) ?? 0;
    limits.set(limit, [...(limits.get(limit) ?? []), name]);
  }
  const most = rates.at(-1)!;
  const sorted = [...limits].sort(([a], [b]) => b - a);
  if (sorted.length === 1 && sorted[0]![0] === most) {
    return [`All keep up with every rate that was asked for, up to ${rate(most)}.`];
  }
  const parts = sorted.map(([limit, who]) => {
    if (limit === 0) return `${listed(who)} with none of the rates`;
    return `${listed(who)} up to ${rate(limit)}${limit === most ? ', the highest rate asked for' : ''}`;
  });
  return [`These keep up: ${parts.join('; ')}.`];
}
