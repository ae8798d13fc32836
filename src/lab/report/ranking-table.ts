import type { Place } from './arrangement.js';
import { range } from './numbers.js';
import type { Quantity } from './quantities.js';
import { ranked, saysToBest } from './standing.js';
import type { Table, TableGroup, TableRow } from './view.js';

/** For each place its series, the best one first, each compared with that. */
export function rankingTable(
  caption: string,
  places: readonly Place[],
  quantity: Quantity,
  subject: string,
): Table {
  return {
    caption,
    columns: [
      subject,
      'median',
      '95 % interval',
      'runs',
      `times the ${quantity.best === 'most' ? 'highest' : 'lowest'}`,
    ],
    groups: places.map(place => groupOf(place, quantity)),
  };
}

function groupOf(place: Place, quantity: Quantity): TableGroup {
  const ranking = ranked(place.members, quantity);
  const rows = ranking.map((one, index): TableRow => {
    const { estimate, low, high, count } = one.interval;
    return {
      style: one.member.series,
      cells: [
        one.member.name,
        quantity.words(estimate),
        range(low, high, quantity.words),
        String(count),
        saysToBest(one, index === 0, quantity),
      ],
    };
  });
  const missing = place.members.filter(member => !ranking.some(one => one.member === member));
  return {
    title: place.label,
    oversubscribed: place.oversubscribed,
    rows: [
      ...rows,
      ...missing.map(({ series, name }) => ({
        style: series,
        cells: [name, '-', '-', '0', 'no verified run'],
      })),
    ],
  };
}
