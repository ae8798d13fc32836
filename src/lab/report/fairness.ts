import { integer } from '../../comparison/table.js';
import type { Arrangement, Member, Place } from './arrangement.js';
import { linear } from './axis.js';
import { consumerShares } from './consumer-shares.js';
import { everyPlace, mainPlace } from './focus.js';
import { range, significant, times } from './numbers.js';
import { labelOf, saysPlace } from './places.js';
import type { Measurement } from './quantities.js';
import { placesFigure } from './share-rows.js';
import { ranked } from './standing.js';
import type { Row, Rows, Section, Style, Table } from './view.js';

const FAIRNESS: Measurement = {
  of: run => run.fairness,
  best: 'most',
  words: index => index.toFixed(3),
};
/** From here on nobody would notice a difference. */
const EVEN = 0.99;

/** How evenly the consumers share the messages; null where no cell has two of them. */
export function fairnessSection(arrangement: Arrangement): Section | null {
  const places = everyPlace(arrangement).filter(({ cell }) => cell.consumers > 1);
  const wanted = mainPlace(arrangement);
  const main = places.find(place => place === wanted) ?? places[0];
  const figure = placesFigure(places, main, place => [rowsOf(place, arrangement.styles)], []);
  if (figure === null || main === undefined) return null;
  return {
    id: 'fairness',
    title: 'Fairness',
    says: [saysPlace(main, saysFairness(main))],
    reading: [
      'Each mark is a consumer, and says how much it got, as a multiple of an even share. In each run the consumers are ' +
        'sorted by what they got; a mark is a median over the runs.',
      "Jain's index is 1 if all got the same, and 1/n if one of n got everything.",
    ],
    figure,
    tables: [fairnessTable(places, arrangement.subject)],
    summarized: false,
  };
}

function saysFairness({ members }: Place): string {
  const ranking = ranked(members, FAIRNESS);
  const [best, worst] = [ranking[0], ranking.at(-1)];
  if (best === undefined || worst === undefined) return 'nothing was received';
  if (worst.interval.estimate >= EVEN) {
    return `all share messages evenly: Jain's index is ${FAIRNESS.words(worst.interval.estimate)} or more`;
  }
  const most = consumerShares(worst.member.runs)[0] ?? 1;
  return (
    `Jain's index is ${FAIRNESS.words(best.interval.estimate)} for ${best.member.name}, and ` +
    `${FAIRNESS.words(worst.interval.estimate)} for ${worst.member.name}, whose busiest consumer gets ` +
    `${significant(most)} times an even share`
  );
}

function rowsOf(place: Place, styles: readonly Style[]): Rows | null {
  const shares = place.members.map(member => ({ member, shares: consumerShares(member.runs) }));
  const x = linear('times an even share', [2, ...shares.flatMap(one => one.shares)]);
  const rows = shares.flatMap(one =>
    one.shares.length === 0 ? [] : [rowOf(place, one.member, one.shares, styles)],
  );
  return rows.length === 0 ? null : { kind: 'rows', title: '', x: x.axis, rows, names: 'above' };
}

function rowOf(place: Place, member: Member, shares: readonly number[], styles: readonly Style[]): Row {
  const { name, paint, marker, hollow } = styles[member.series]!;
  return {
    name,
    bars: [],
    dots: shares.map((share, rank) => ({
      at: share,
      paint,
      marker,
      hollow,
      text: [
        name,
        labelOf(place),
        `consumer ${rank + 1} of ${shares.length}, by what it got`,
        `${times(share)} an even share`,
      ],
    })),
  };
}

function fairnessTable(places: readonly Place[], subject: string): Table {
  return {
    caption: 'Fairness: medians of the runs',
    columns: [
      subject,
      "Jain's index",
      '95 % interval',
      'busiest consumer, times an even share',
      'idlest',
      'runs',
    ],
    groups: places.map(place => ({
      title: place.label,
      oversubscribed: place.oversubscribed,
      rows: ranked(place.members, FAIRNESS).map(({ member, interval: { estimate, low, high, count } }) => {
        const shares = consumerShares(member.runs);
        return {
          style: member.series,
          cells: [
            member.name,
            FAIRNESS.words(estimate),
            range(low, high, FAIRNESS.words),
            significant(shares[0] ?? Number.NaN),
            significant(shares.at(-1) ?? Number.NaN),
            integer(count),
          ],
        };
      }),
    })),
  };
}
