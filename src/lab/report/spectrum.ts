import { median } from '../../statistics/median.js';
import type { Latency } from '../results.js';
import type { Arrangement, Member, Place } from './arrangement.js';
import { durations, percentiles } from './axis.js';
import { calmPlace } from './focus.js';
import { seriesKey } from './key.js';
import { duration, significant } from './numbers.js';
import { labelOf, saysPlace } from './places.js';
import type { Figure, Line, Plot, Section, Table } from './view.js';

/** All the latencies, and not just some percentiles of them; null where nothing was sent at a rate. */
export function spectrumSection({ paced, styles, subject }: Arrangement): Section | null {
  const places = paced.places.filter(({ members }) => members.some(member => latencies(member).length > 0));
  const main = places.find(place => place === calmPlace(paced)) ?? places[0];
  if (main === undefined) return null;
  const figure: Figure = {
    frames: places.map(place => ({ title: labelOf(place), panels: [plotOf(place)] })),
    first: places.indexOf(main),
    key: seriesKey(places, styles),
    switches: true,
  };
  return {
    id: 'spectrum',
    title: 'Latency spectrum',
    says: saysTail(main),
    reading: [
      'To the right, rarer and longer: at 99.9 % stands what one message in a thousand took longer than. A line ends where ' +
        'a run has too few messages to say more. Medians over the runs at each percentile.',
    ],
    figure,
    tables: [spectrumTable(places, subject)],
    summarized: false,
  };
}

function latencies({ runs }: Member): Latency[] {
  return runs.flatMap(({ latency }) => (latency === null || latency.spectrum.length === 0 ? [] : [latency]));
}

/** The percentiles with at least one message of every run beyond them, ascending. */
function percentilesOf(member: Member): number[] {
  const all = latencies(member);
  const fewest = Math.min(...all.map(({ count }) => count));
  const found = new Set(all.flatMap(({ spectrum }) => spectrum.map(([percentile]) => percentile)));
  return [...found].filter(percentile => fewest * (1 - percentile / 100) >= 1).sort((a, b) => a - b);
}

/** Median over the runs of the latency at a percentile. */
function latencyAt(member: Member, percentile: number): number {
  return median(
    latencies(member).map(({ spectrum, max }) => spectrum.find(([each]) => each >= percentile)?.[1] ?? max),
  );
}

function plotOf(place: Place): Plot {
  const curves = place.members.map(member => ({
    member,
    curve: percentilesOf(member).map(percentile => ({ percentile, latency: latencyAt(member, percentile) })),
  }));
  const points = curves.flatMap(({ curve }) => curve);
  const x = percentiles('percentile', Math.max(...points.map(({ percentile }) => percentile)));
  const y = durations(
    'latency, logarithmic',
    points.map(({ latency }) => latency),
  );
  const lines = curves.map(
    ({ member, curve }): Line => ({
      style: member.series,
      joined: true,
      named: false,
      points: curve.map(({ percentile, latency }) => ({
        at: [x.at(percentile), y.at(latency)],
        text: [member.name, labelOf(place), `${percentile} %: ${duration(latency)}`],
      })),
      curve: [],
    }),
  );
  return { kind: 'plot', title: '', x: x.axis, y: y.axis, lines, oversubscribed: null };
}

function saysTail(place: Place): string[] {
  const tails = place.members
    .filter(member => percentilesOf(member).includes(99.9))
    .map(member => ({ name: member.name, tail: latencyAt(member, 99.9) / latencyAt(member, 50) }))
    .sort((a, b) => a.tail - b.tail);
  const [least, most] = [tails[0], tails.at(-1)];
  if (least === undefined || most === undefined) {
    return [saysPlace(place, 'there are too few messages to say what one in a thousand of them takes')];
  }
  const others = least === most ? '' : `, ${significant(most.tail)} times with ${most.name}`;
  return [
    saysPlace(
      place,
      `one message in a thousand takes ${significant(least.tail)} times the median or longer with ${least.name}${others}`,
    ),
  ];
}

function spectrumTable(places: readonly Place[], subject: string): Table {
  const members = places.flatMap(place => place.members);
  const all = [...new Set(members.flatMap(percentilesOf))].sort((a, b) => a - b);
  return {
    caption: 'Latency at each percentile: medians of the runs',
    columns: [subject, ...all.map(percentile => `${percentile} %`), 'runs'],
    groups: places.map(place => ({
      title: place.label,
      oversubscribed: place.oversubscribed,
      rows: place.members.map(member => {
        const known = new Set(percentilesOf(member));
        const figures = all.map(each => (known.has(each) ? duration(latencyAt(member, each)) : '-'));
        return {
          style: member.series,
          cells: [member.name, ...figures, String(latencies(member).length)],
        };
      }),
    })),
  };
}
