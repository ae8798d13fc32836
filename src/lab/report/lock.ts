import type { Arrangement, Place } from './arrangement.js';
import { everyPlace, mainPlace } from './focus.js';
import { duration, percent, saysIfKnown, significant } from './numbers.js';
import { saysPlace } from './places.js';
import { type Part, shareFigure, shareRows } from './share-rows.js';
import { lockShares, type Shares, wholePercents } from './time-shares.js';
import { quotient, totalsOf } from './totals.js';
import type { Section, Table, TableRow } from './view.js';

const PARTS: readonly Part[] = [
  { name: 'holding the lock', paint: 'part-4' },
  { name: 'waiting for it', paint: 'part-5' },
  { name: 'neither', paint: 'part-6' },
];

/** What the lock takes of the time of the threads that use it; null without a lock. */
export function lockSection(arrangement: Arrangement): Section | null {
  const places = everyPlace(arrangement);
  const main = mainPlace(arrangement);
  const figure = shareFigure(places, main, PARTS, place => [
    shareRows('', place, PARTS, ({ runs }) => lockShares(runs)),
  ]);
  if (figure === null || main === undefined) return null;
  return {
    id: 'lock',
    title: 'What the lock takes',
    says: saysLock(main),
    reading: [
      'The time of all threads that take the lock, added up over all runs: with the lock, waiting for it, neither. Waiting ' +
        'counts what a thread spins and what it sleeps, and is measured. Holding is estimated from every 31st hold.',
    ],
    figure,
    tables: [lockTable(places, arrangement.subject)],
    summarized: false,
  };
}

function saysLock(place: Place): string[] {
  const locked = place.members.flatMap(({ name, runs }) => {
    const shares = lockShares(runs);
    return shares === null ? [] : [{ name, shares }];
  });
  const byWaiting = locked.toSorted((a, b) => waited(b.shares) - waited(a.shares));
  const [most, least] = [byWaiting[0], byWaiting.at(-1)];
  if (most === undefined || least === undefined) return [];
  const says = ({ name, shares }: typeof most) =>
    `the threads of ${name} wait for the lock for ${percent(waited(shares))} of their time and hold it for ` +
    percent(shares[0]!);
  return [saysPlace(place, most === least ? says(most) : `${says(most)}; ${says(least)}`)];
}

function waited(shares: Shares): number {
  return shares[1]!;
}

function lockTable(places: readonly Place[], subject: string): Table {
  return {
    caption: 'The lock, all runs together',
    columns: [
      subject,
      ...PARTS.map(({ name }) => `${name}, %`),
      'found it taken',
      'wait per acquisition, mean',
      'hold, mean',
      'messages per acquisition',
    ],
    groups: places.flatMap(place => {
      const rows = place.members.flatMap(({ name, series, runs }): TableRow[] => {
        const shares = lockShares(runs);
        if (shares === null) return [];
        const { acquisitions, contended, timedHolds, lockWaitSeconds, lockHoldSeconds, messages } =
          totalsOf(runs);
        const mean = (seconds: number | null) =>
          saysIfKnown(quotient(seconds, acquisitions), each => duration(each * 1e6));
        const cells = [
          name,
          ...wholePercents(shares).map(String),
          saysIfKnown(quotient(contended, acquisitions), percent),
          mean(lockWaitSeconds),
          timedHolds === 0 ? '-' : mean(lockHoldSeconds),
          saysIfKnown(quotient(messages, acquisitions), significant),
        ];
        return [{ style: series, cells }];
      });
      return rows.length === 0 ? [] : [{ title: place.label, oversubscribed: place.oversubscribed, rows }];
    }),
  };
}
