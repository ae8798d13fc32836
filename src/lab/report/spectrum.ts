import { median } from '../../statistics/median.js';
import type { Latency } from '../results.js';
import type { Arrangement, Member, Place } from './arrangement.js';
import { durations, percentiles, type Scale } from './axis.js';
import { calmPlace } from './focus.js';
import { seriesKey } from './key.js';
import { duration, significant } from './numbers.js';
import { labelOf, saysPlace } from './places.js';
import type { Figure, Line, Plot, Section, Table } from './view.js';

/** Points of a curve between 90 % and 99 %, and between any two such places. */
const STEPS = 8;
/** Where the curves have marks, and what the table shows; in percent. */
const MARKS = [50, 75, 90, 99, 99.9, 99.99, 99.999, 99.9999];

/** All the latencies, not just some percentiles of them. */
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
      'To the right, rarer and longer: at 99.9 % stands what one message in a thousand took longer than. A curve ends where ' +
        'its runs have too few messages to say more. Medians over the runs at each percentile.',
    ],
    figure,
    tables: [spectrumTable(places, subject)],
    summarized: false,
  };
}

function latencies({ runs }: Member): Latency[] {
  return runs.flatMap(({ latency }) => (latency === null || latency.spectrum.length === 0 ? [] : [latency]));
}

/** The highest percentile that a message of every run stands behind. */
function highest(member: Member): number {
  const counts = latencies(member).map(({ count }) => count);
  return counts.length === 0 ? 0 : 100 * (1 - 1 / Math.max(2, ...[Math.min(...counts)]));
}

/** Median over the runs of the latency at a percentile. */
function at(member: Member, percentile: number): number {
  return median(
    latencies(member).map(({ spectrum, max }) => spectrum.find(([each]) => each >= percentile)?.[1] ?? max),
  );
}

function plotOf(place: Place): Plot {
  const members = place.members.filter(member => latencies(member).length > 0);
  const x = percentiles('percentile', Math.max(...members.map(highest)));
  const curves = members.map(member => ({ member, curve: curveOf(member, x) }));
  const y = durations(
    'latency, logarithmic',
    curves.flatMap(({ curve }) => curve.map(([, latency]) => latency)),
  );
  const lines = curves.map(
    ({ member, curve }): Line => ({
      style: member.series,
      joined: false,
      named: false,
      points: MARKS.filter(mark => mark <= highest(member)).map(mark => {
        const latency = at(member, mark);
        return { at: [x.at(mark), y.at(latency)], text: [member.name, `${mark}\u00a0%`, duration(latency)] };
      }),
      curve: curve.map(([place, latency]) => [place, y.at(latency)]),
    }),
  );
  return { kind: 'plot', title: '', x: x.axis, y: y.axis, lines, oversubscribed: null };
}

function curveOf(member: Member, x: Scale): [place: number, latency: number][] {
  const end = x.at(highest(member));
  const places = Array.from({ length: Math.floor(end * STEPS) + 1 }, (_, step) => step / STEPS);
  return places.map(place => [place, at(member, 100 * (1 - 10 ** -place))]);
}

function saysTail(place: Place): string[] {
  const tails = place.members
    .filter(member => highest(member) >= 99.9)
    .map(member => ({ name: member.name, tail: at(member, 99.9) / at(member, 50) }))
    .sort((a, b) => a.tail - b.tail);
  const [least, most] = [tails[0], tails.at(-1)];
  if (least === undefined || most === undefined) {
    return ['There are too few messages to say what one in a thousand of them takes.'];
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
  const marks = MARKS.filter(mark => members.some(member => mark <= highest(member)));
  return {
    caption: 'Latency at each percentile: medians of the runs',
    columns: [subject, ...marks.map(mark => `${mark} %`), 'runs'],
    groups: places.map(place => ({
      title: place.label,
      oversubscribed: place.oversubscribed,
      rows: place.members.map(member => ({
        style: member.series,
        cells: [
          member.name,
          ...marks.map(mark => (mark <= highest(member) ? duration(at(member, mark)) : '-')),
          String(latencies(member).length),
        ],
      })),
    })),
  };
}
