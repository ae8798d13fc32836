import type { Arrangement, Group, Member, Place } from './arrangement.js';
import { linear } from './axis.js';
import { RATE } from './dimensions.js';
import { seriesKey } from './key.js';
import { interval } from './measured.js';
import { listed, percent, range, rate } from './numbers.js';
import { saysCommon } from './places.js';
import type { Measurement } from './quantities.js';
import { ranked } from './standing.js';
import { plotOf, sweepsOf } from './sweep.js';
import type { Section, Table } from './view.js';

/** Whoever delivers this much of what was asked for keeps up: clocks and windows have ends. */
const KEEPS_UP = 0.98;

const DELIVERED: Measurement = {
  of: run => (run.throughput === null || run.cell.rate === null ? null : run.throughput / run.cell.rate),
  best: 'most',
  words: percent,
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
    tables: [deliveryTable(paced.places, subject)],
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
    const kept = asked.map(({ cell }) => cell.rate!).filter(each => each < Math.min(...failed));
    const limit = Math.max(0, ...kept);
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
  return [`By the medians of the runs, these keep up: ${parts.join('; ')}.`];
}

function deliveryTable(places: readonly Place[], subject: string): Table {
  return {
    caption: 'Delivered of what was asked for: medians of the runs',
    columns: [subject, 'delivered', '95 % interval', 'keeps up', 'runs'],
    groups: places.map(place => ({
      title: place.label,
      oversubscribed: place.oversubscribed,
      rows: ranked(place.members, DELIVERED).map(({ member, interval: { estimate, low, high, count } }) => ({
        style: member.series,
        cells: [
          member.name,
          percent(estimate),
          range(low, high, percent),
          keepsUp(member) ? 'yes' : 'no',
          String(count),
        ],
      })),
    })),
  };
}
