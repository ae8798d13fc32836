import type { Arrangement, Place } from './arrangement.js';
import { everyPlace, mainPlace } from './focus.js';
import { percent } from './numbers.js';
import { saysPlace } from './places.js';
import { type Part, shareFigure, shareRows } from './share-rows.js';
import { type Role, timeShares, wholePercents } from './time-shares.js';
import type { Section, Table, TableRow } from './view.js';

const PARTS: readonly Part[] = [
  { name: 'on a core', paint: 'part-1' },
  { name: 'ready, waiting for a core', paint: 'part-2' },
  { name: 'asleep', paint: 'part-3' },
];
const [CORE, READY] = [0, 1];

const ROLES: readonly { readonly role: Role; readonly name: string }[] = [
  { role: 'producer', name: 'producers' },
  { role: 'router', name: 'router' },
  { role: 'consumer', name: 'consumers' },
];

/** What the threads did with their time; null where the system does not tell. */
export function timeSection(arrangement: Arrangement): Section | null {
  const places = everyPlace(arrangement);
  const main = mainPlace(arrangement);
  const figure = shareFigure(places, main, PARTS, place =>
    ROLES.map(({ role, name }) => shareRows(name, place, PARTS, ({ runs }) => timeShares(runs, role))),
  );
  if (figure === null || main === undefined) return null;
  return {
    id: 'time',
    title: 'Where the time goes',
    says: saysTime(main),
    reading: [
      'The time of the threads of a kind, added up over all runs. Asleep is good where there is nothing to do, and waiting ' +
        'for a core means that too many threads want one: then the figures are about the scheduler, too.',
    ],
    figure,
    tables: [timeTable(places, arrangement.subject)],
    summarized: false,
  };
}

function saysTime(place: Place): string[] {
  const consumers = place.members.flatMap(({ name, runs }) => {
    const shares = timeShares(runs, 'consumer');
    return shares === null ? [] : [{ name, core: shares[CORE]!, ready: shares[READY]! }];
  });
  if (consumers.length === 0) return [];
  const byCore = consumers.toSorted((a, b) => b.core - a.core);
  const [most, least] = [byCore[0]!, byCore.at(-1)!];
  const others = most === least ? '' : `, and for ${percent(least.core)} with ${least.name}`;
  const waiting = consumers.toSorted((a, b) => b.ready - a.ready)[0]!;
  return [
    saysPlace(
      place,
      `the consumers are on a core for ${percent(most.core)} of the time with ${most.name}${others}`,
    ),
    `They wait for a core for ${percent(waiting.ready)} of it at most, with ${waiting.name}.`,
  ];
}

function timeTable(places: readonly Place[], subject: string): Table {
  return {
    caption: 'What the threads did, in % of their time',
    columns: [subject, 'threads', ...PARTS.map(({ name }) => name), 'runs'],
    groups: places.map(place => ({
      title: place.label,
      oversubscribed: place.oversubscribed,
      rows: place.members.flatMap(({ name, series, runs }) =>
        ROLES.flatMap(({ role, name: threads }): TableRow[] => {
          const shares = timeShares(runs, role);
          if (shares === null) return [];
          const cells = [name, threads, ...wholePercents(shares).map(String), String(runs.length)];
          return [{ style: series, cells }];
        }),
      ),
    })),
  };
}
