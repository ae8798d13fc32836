import type { Run } from '../results.js';
import type { Arrangement, Member, Place } from './arrangement.js';
import { durations, processorShares } from './axis.js';
import { seriesKey } from './key.js';
import { interval } from './measured.js';
import { duration, percent, withInterval } from './numbers.js';
import { labelOf, saysPlace } from './places.js';
import { LATENCY, PERCENTILE_NAMES, type Percentile } from './quantities.js';
import { ranked } from './standing.js';
import { saysInterval } from './sweep.js';
import type { Line, Plot, Section, Table } from './view.js';

const SHOWN: readonly Percentile[] = ['p50', 'p99'];

/** What a way to wait costs while nothing comes, against how soon it notices a message; null where that does not vary. */
export function waitingSection({ paced, styles, subject }: Arrangement): Section | null {
  const places = paced.places.filter(({ members }) => members.some(member => idle(member) !== null));
  const main = places[0];
  if (subject !== 'way to wait' || main === undefined) return null;
  return {
    id: 'waiting',
    title: 'What waiting costs',
    says: saysWaiting(main),
    reading: [
      'To the right: processor time that a consumer takes while nothing comes, as a part of one core; the axis spreads the ' +
        'small shares. Upwards: how long messages take. The lower left corner is the best one. Medians of the runs, and ' +
        'their 95 % intervals.',
    ],
    figure: {
      frames: places.map(place => ({
        title: labelOf(place),
        panels: SHOWN.map(percentile => plotOf(place, percentile)),
      })),
      first: 0,
      key: seriesKey(places, styles),
      switches: true,
    },
    tables: [waitingTable(places)],
    summarized: true,
  };
}

/** Mean over the consumers. */
function idleShare({ threads }: Run): number | null {
  const shares = threads
    .filter(({ role }) => role === 'consumer')
    .map(({ idleCpuShare }) => idleCpuShare)
    .filter(share => share !== null);
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function idle(member: Member) {
  return interval(member, idleShare);
}

function plotOf(place: Place, percentile: Percentile): Plot {
  const points = place.members.flatMap(member => {
    const [cost, delay] = [idle(member), interval(member, LATENCY[percentile].of)];
    return cost === null || delay === null ? [] : [{ member, cost, delay }];
  });
  const x = processorShares(
    'processor while idle',
    points.map(({ cost }) => cost.high),
  );
  const y = durations(
    'latency, logarithmic',
    points.flatMap(({ delay }) => [delay.low, delay.high]),
  );
  return {
    kind: 'plot',
    title: PERCENTILE_NAMES[percentile],
    x: x.axis,
    y: y.axis,
    oversubscribed: null,
    lines: points.map(
      ({ member, cost, delay }): Line => ({
        style: member.series,
        joined: false,
        named: true,
        curve: [],
        points: [
          {
            at: [x.at(cost.estimate), y.at(delay.estimate)],
            xInterval: [x.at(cost.low), x.at(cost.high)],
            yInterval: [y.at(delay.low), y.at(delay.high)],
            text: [
              member.name,
              `${percent(cost.estimate)} of a core while idle`,
              ...saysInterval(delay, duration),
            ],
          },
        ],
      }),
    ),
  };
}

function saysWaiting(place: Place): string[] {
  const byCost = place.members
    .flatMap(member => {
      const cost = idle(member);
      const delay = interval(member, LATENCY.p50.of);
      return cost === null || delay === null ? [] : [{ name: member.name, cost, delay }];
    })
    .sort((a, b) => a.cost.estimate - b.cost.estimate);
  const cheapest = byCost[0];
  const fastest = byCost.toSorted((a, b) => a.delay.estimate - b.delay.estimate)[0];
  if (cheapest === undefined || fastest === undefined) return [];
  const says = ({ name, cost, delay }: typeof cheapest) =>
    `${name} takes ${percent(cost.estimate)} of a core while nothing comes, with a median latency of ` +
    duration(delay.estimate);
  return [saysPlace(place, cheapest === fastest ? says(cheapest) : `${says(cheapest)}; ${says(fastest)}`)];
}

function waitingTable(places: readonly Place[]): Table {
  return {
    caption: 'Waiting: medians of the runs, and their 95 % intervals',
    columns: [
      'way to wait',
      'processor while idle',
      ...SHOWN.map(percentile => PERCENTILE_NAMES[percentile]),
      'runs',
    ],
    groups: places.map(place => ({
      title: place.label,
      oversubscribed: place.oversubscribed,
      rows: ranked(place.members, LATENCY.p50).map(({ member, interval: { count } }) => {
        const cost = idle(member);
        const delays = SHOWN.map(percentile => interval(member, LATENCY[percentile].of)!);
        return {
          style: member.series,
          cells: [
            member.name,
            cost === null ? '-' : withInterval(cost, percent),
            ...delays.map(delay => withInterval(delay, duration)),
            String(count),
          ],
        };
      }),
    })),
  };
}
