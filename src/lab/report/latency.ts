import type { Arrangement, Group, Place } from './arrangement.js';
import { durations, type Scale } from './axis.js';
import { calmPlace } from './focus.js';
import { seriesKey } from './key.js';
import { interval } from './measured.js';
import { duration, withInterval } from './numbers.js';
import { labelOf, saysCommon, saysElsewhere, saysPlace } from './places.js';
import { LATENCY, PERCENTILE_NAMES, type Percentile } from './quantities.js';
import { ranked, saysWhoLeads } from './standing.js';
import { plotOf, type Sweep, saysInterval, sweepsOf } from './sweep.js';
import type { Dot, Figure, Frame, Section, Style, Table } from './view.js';

const SHOWN: readonly Percentile[] = ['p50', 'p99', 'p999'];
const ALL: readonly Percentile[] = ['p50', 'p90', 'p99', 'p999', 'max'];

/** How long messages take where producers send at a rate. */
export function latencySection({ paced, styles, subject }: Arrangement): Section | null {
  const focus = calmPlace(paced);
  if (focus === undefined) return null;
  const sweeps = sweepsOf(paced);
  const [median, tail] = [LATENCY.p50, LATENCY.p99];
  const [low, high] = [ranked(focus.members, median), ranked(focus.members, tail)];
  if (low.length === 0) return null;
  return {
    id: 'latency',
    title: 'Latency',
    says: [
      saysPlace(focus, saysWhoLeads(low, median)),
      `And ${saysWhoLeads(high, tail)}.`,
      ...saysElsewhere(paced.places, tail),
    ],
    reading: [
      'Time from the moment at which a message was to be sent until it was received: what a producer that falls behind ' +
        'makes its messages wait counts. 99 % means that of a hundred messages one took longer. Medians of the runs, and ' +
        'their 95 % intervals.',
      saysCommon(paced),
    ],
    figure: sweeps.length === 0 ? dots(focus, styles) : plots(sweeps, styles),
    tables: [latencyTable(paced, subject)],
    summarized: true,
  };
}

function plots(sweeps: readonly Sweep[], styles: readonly Style[]): Figure {
  const places = sweeps.flatMap(sweep => sweep.places);
  const y = latencyScale(places, SHOWN);
  const frames = sweeps.map((sweep): Frame => {
    const panels = SHOWN.map(percentile =>
      plotOf(sweep, PERCENTILE_NAMES[percentile], y, LATENCY[percentile]),
    );
    return { title: sweep.title, panels };
  });
  return { frames, first: 0, key: seriesKey(places, styles), switches: true };
}

function latencyScale(places: readonly Place[], percentiles: readonly Percentile[]): Scale {
  const values = places.flatMap(({ members }) =>
    members.flatMap(member =>
      percentiles.flatMap(percentile => {
        const measured = interval(member, LATENCY[percentile].of);
        return measured === null ? [] : [measured.low, measured.high];
      }),
    ),
  );
  return durations('latency, logarithmic', values);
}

const DOTS: readonly Pick<Dot, 'marker' | 'hollow'>[] = [
  { marker: 'circle', hollow: false },
  { marker: 'triangle', hollow: false },
  { marker: 'diamond', hollow: false },
  { marker: 'square', hollow: false },
  { marker: 'circle', hollow: true },
];

/** One place: a row for each series, a dot for each percentile. */
function dots(place: Place, styles: readonly Style[]): Figure {
  const { axis, at } = latencyScale([place], ALL);
  const rows = ranked(place.members, LATENCY.p50).map(({ member }) => ({
    name: member.name,
    bars: [],
    dots: ALL.map((percentile, index): Dot => {
      const measured = interval(member, LATENCY[percentile].of)!;
      return {
        at: at(measured.estimate),
        interval: [at(measured.low), at(measured.high)],
        paint: styles[member.series]!.paint,
        ...DOTS[index]!,
        text: [`${member.name}, ${PERCENTILE_NAMES[percentile]}`, ...saysInterval(measured, duration)],
      };
    }),
  }));
  return {
    frames: [{ title: labelOf(place), panels: [{ kind: 'rows', title: '', x: axis, rows, names: 'above' }] }],
    first: 0,
    key: ALL.map((percentile, index) => ({
      name: PERCENTILE_NAMES[percentile],
      paint: 'muted',
      ...DOTS[index]!,
    })),
    switches: false,
  };
}

function latencyTable({ places }: Group, subject: string): Table {
  return {
    caption: 'Latency: medians of the runs, and their 95 % intervals',
    columns: [subject, ...ALL.map(percentile => PERCENTILE_NAMES[percentile]), 'runs'],
    groups: places.map(place => ({
      title: place.label,
      oversubscribed: place.oversubscribed,
      rows: ranked(place.members, LATENCY.p50).map(({ member, interval: { count } }) => ({
        style: member.series,
        cells: [
          member.name,
          ...ALL.map(percentile => {
            const measured = interval(member, LATENCY[percentile].of)!;
            return withInterval(measured, duration);
          }),
          String(count),
        ],
      })),
    })),
  };
}
