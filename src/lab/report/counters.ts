import type { Arrangement, Place } from './arrangement.js';
import { everyPlace, mainPlace } from './focus.js';
import { duration, percent, saysIfKnown, significant } from './numbers.js';
import { saysPlace } from './places.js';
import { quotient, type Totals, totalsOf } from './totals.js';
import type { Section, Table } from './view.js';

/** What the threads counted, for each million messages. */
export function countersSection(arrangement: Arrangement): Section | null {
  const places = everyPlace(arrangement);
  const main = mainPlace(arrangement);
  if (main === undefined) return null;
  return {
    id: 'counters',
    title: 'What a message costs',
    says: saysProcessor(main),
    reading: [
      'Counted by each thread for itself, added up over all threads and all runs, and divided by the messages that were ' +
        'received; for a million messages, unless the heading says otherwise. A dash: the design has no such thing, or ' +
        'this system does not tell.',
    ],
    figure: null,
    tables: [countersTable(places, arrangement.subject)],
    summarized: false,
  };
}

function saysProcessor(place: Place): string[] {
  const costs = place.members
    .flatMap(({ name, runs }) => {
      const cost = processorMicroseconds(totalsOf(runs));
      return cost === null ? [] : [{ name, cost }];
    })
    .sort((a, b) => a.cost - b.cost);
  const [least, most] = [costs[0], costs.at(-1)];
  if (least === undefined || most === undefined)
    return ['This system does not tell what a thread takes of a processor.'];
  const others = least === most ? '' : ` and ${duration(most.cost)} with ${most.name}`;
  return [
    saysPlace(
      place,
      `a message takes ${duration(least.cost)} of processor time with ${least.name}${others}, all threads together`,
    ),
  ];
}

function processorMicroseconds({ cpuSeconds, messages }: Totals): number | null {
  const seconds = quotient(cpuSeconds, messages);
  return seconds === null ? null : seconds * 1e6;
}

type Column = readonly [heading: string, text: (totals: Totals) => string];

const COLUMNS: readonly Column[] = [
  ['processor time of one message', totals => saysIfKnown(processorMicroseconds(totals), duration)],
  perMillion('claims', 'claims'),
  part('claims that failed', 'failedClaims', 'claims'),
  perMillion('lock acquisitions', 'acquisitions'),
  part('found it taken', 'contended', 'acquisitions'),
  perMillion('sleeps', 'sleeps'),
  perMillion('wake-ups sent', 'wakes'),
  part('wake-ups needed', 'wakesNeeded', 'wakes'),
  perMillion('woke for nothing', 'spuriousWakes'),
  perMillion('gave the core up', 'voluntarySwitches'),
  perMillion('core taken away', 'involuntarySwitches'),
];

function perMillion(heading: string, counter: keyof Totals): Column {
  return [
    heading,
    totals => saysIfKnown(quotient(totals[counter], totals.messages), each => significant(each * 1e6)),
  ];
}

function part(heading: string, counter: keyof Totals, of: keyof Totals): Column {
  return [heading, totals => saysIfKnown(quotient(totals[counter], totals[of]), percent)];
}

function countersTable(places: readonly Place[], subject: string): Table {
  return {
    caption: 'For each million messages',
    columns: [subject, ...COLUMNS.map(([heading]) => heading), 'runs'],
    groups: places.map(place => ({
      title: place.label,
      oversubscribed: place.oversubscribed,
      rows: place.members.map(({ name, series, runs }) => {
        const totals = totalsOf(runs);
        return {
          style: series,
          cells: [name, ...COLUMNS.map(([, text]) => text(totals)), String(runs.length)],
        };
      }),
    })),
  };
}
