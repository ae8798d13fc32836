import type { Arrangement, Place } from './arrangement.js';
import { linear, throughputs } from './axis.js';
import { focusOf } from './focus.js';
import { seriesKey } from './key.js';
import { interval } from './measured.js';
import { labelOf, saysCommon, saysElsewhere, saysPlace } from './places.js';
import { THROUGHPUT } from './quantities.js';
import { rankingTable } from './ranking-table.js';
import { ranked, saysWhoLeads } from './standing.js';
import { plotOf, type Sweep, saysInterval, sweepsOf } from './sweep.js';
import { saysTrend } from './trend.js';
import type { Figure, Row, Section, Style } from './view.js';

/** How many messages a second come over where producers send as fast as they can. */
export function throughputSection({ fullSpeed, styles, subject }: Arrangement): Section | null {
  const focus = focusOf(fullSpeed);
  if (focus === undefined) return null;
  const sweeps = sweepsOf(fullSpeed);
  const lead = saysWhoLeads(ranked(focus.members, THROUGHPUT), THROUGHPUT);
  return {
    id: 'throughput',
    title: 'Throughput',
    says: [
      lead === '' ? 'No run was verified, so that there is no throughput to show.' : saysPlace(focus, lead),
      ...saysElsewhere(fullSpeed.places, THROUGHPUT),
      ...sweeps.filter(({ places }) => places.includes(focus)).flatMap(sweep => saysTrend(sweep)),
    ],
    reading: [
      'Messages a second that come over while all producers send as fast as they can: the median of the runs, and its ' +
        '95 % interval.',
      saysCommon(fullSpeed),
    ],
    figure: sweeps.length === 0 ? bars(focus, styles) : plots(sweeps, styles),
    tables: [rankingTable('Throughput', fullSpeed.places, THROUGHPUT, subject)],
    summarized: true,
  };
}

function plots(sweeps: readonly Sweep[], styles: readonly Style[]): Figure {
  const places = sweeps.flatMap(sweep => sweep.places);
  const values = places.flatMap(({ members }) =>
    members.flatMap(member => {
      const measured = interval(member, THROUGHPUT.of);
      return measured === null ? [] : [measured.low, measured.high];
    }),
  );
  const y = throughputs(values);
  const panels = sweeps.map(sweep => plotOf(sweep, sweep.title, y, THROUGHPUT));
  return { frames: [{ title: '', panels }], first: 0, key: seriesKey(places, styles), switches: true };
}

function bars(place: Place, styles: readonly Style[]): Figure {
  const measured = ranked(place.members, THROUGHPUT).map(({ member, interval: figure }) => ({
    member,
    figure,
  }));
  const x = linear(
    'million messages a second',
    measured.map(({ figure }) => figure.high / 1e6),
  );
  const rows = measured.map(
    ({ member, figure }): Row => ({
      name: member.name,
      dots: [],
      bars: [
        {
          from: 0,
          to: figure.estimate / 1e6,
          paint: styles[member.series]!.paint,
          interval: [figure.low / 1e6, figure.high / 1e6],
          label: THROUGHPUT.words(figure.estimate),
          labelAt: 'end',
          text: [member.name, labelOf(place), ...saysInterval(figure, THROUGHPUT.words)],
        },
      ],
    }),
  );
  return {
    frames: [
      { title: labelOf(place), panels: [{ kind: 'rows', title: '', x: x.axis, rows, names: 'above' }] },
    ],
    first: 0,
    key: [],
    switches: false,
  };
}
