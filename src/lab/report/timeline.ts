import { integer } from '../../comparison/table.js';
import { median } from '../../statistics/median.js';
import type { Arrangement, Member, Place } from './arrangement.js';
import { linear } from './axis.js';
import { everyPlace, mainPlace } from './focus.js';
import { type HoldFigures, type Holds, holdFigures, holdsOf } from './holds.js';
import { counted, duration, percent } from './numbers.js';
import { saysPlace } from './places.js';
import { placesFigure } from './share-rows.js';
import type { Rows, Section, Span, Style, Table } from './view.js';

/** The charts of a place show the same time: until half of the recordings had so many holds, in microseconds at most. */
const SHOWN_MICROSECONDS = 2000;
const SHOWN_HOLDS = 200;
/** With fewer nothing is said about how the lock goes round. */
const TOLD_HOLDS = 20;

/** Who holds the lock, a row for each thread; null where nothing was recorded. */
export function timelineSection(arrangement: Arrangement): Section | null {
  const places = everyPlace(arrangement).filter(({ members }) =>
    members.some(({ runs }) => holdsOf(runs) !== null),
  );
  const wanted = mainPlace(arrangement);
  const main = places.find(place => place === wanted) ?? places[0];
  const figure = placesFigure(places, main, place => panelsOf(place, arrangement.styles), []);
  if (figure === null || main === undefined) return null;
  return {
    id: 'timeline',
    title: 'Who holds the lock',
    says: saysTurns(main),
    reading: [
      'A moment of one run: a bar is a time in which a thread held the lock. The charts of one choice have the same scale. ' +
        'Recording takes time itself, so these moments come after the time that was measured.',
    ],
    figure,
    tables: [timelineTable(places, arrangement.subject)],
    summarized: false,
  };
}

interface Recorded {
  readonly member: Member;
  readonly recording: Holds;
}

function recordedAt({ members }: Place): Recorded[] {
  return members.flatMap(member => {
    const recording = holdsOf(member.runs);
    return recording === null ? [] : [{ member, recording }];
  });
}

function panelsOf(place: Place, styles: readonly Style[]): Rows[] {
  const recorded = recordedAt(place);
  const end = Math.min(
    SHOWN_MICROSECONDS,
    median(recorded.map(({ recording: { holds } }) => (holds[SHOWN_HOLDS] ?? holds.at(-1)!).to)),
  );
  const { axis } = linear('', [end], duration);
  return recorded.map(({ member, recording: { run, holds } }) => ({
    kind: 'rows',
    title: member.name,
    x: { ...axis, to: end, ticks: axis.ticks.filter(([at]) => at <= end) },
    names: 'beside',
    rows: run.threads.flatMap(({ role, index }, thread) => {
      const name = `${role} ${index + 1}`;
      if (role === 'router' && !holds.some(hold => hold.thread === thread)) return [];
      const spans = holds
        .filter(hold => hold.thread === thread && hold.from < end)
        .map(
          ({ from, to }): Span => [from, Math.min(to, end), `${duration(to - from)}, from ${duration(from)}`],
        );
      return [
        {
          name,
          bars: [],
          dots: [],
          spans: { paint: styles[member.series]!.paint, says: 'holds the lock for', all: spans },
        },
      ];
    }),
  }));
}

function saysTurns(place: Place): string[] {
  const turns = recordedAt(place)
    .map(({ member, recording }) => ({ name: member.name, ...holdFigures(recording.holds) }))
    .filter(({ count }) => count >= TOLD_HOLDS)
    .sort((a, b) => b.handedOver - a.handedOver);
  const [most, least] = [turns[0], turns.at(-1)];
  if (most === undefined || least === undefined) {
    return [saysPlace(place, 'too few holds were recorded to say how the lock goes round')];
  }
  const says = ({ name, handedOver, longestTurn }: HoldFigures & { name: string }) =>
    `the lock of ${name} goes to another thread in ${percent(handedOver)} of the cases, and ` +
    (longestTurn === 1
      ? 'none has it twice in a row'
      : `one has it ${integer(longestTurn)} times in a row at most`);
  return [saysPlace(place, most === least ? says(most) : `${says(most)}; ${says(least)}`)];
}

function timelineTable(places: readonly Place[], subject: string): Table {
  return {
    caption: 'The moments recorded, one run of each',
    columns: [
      subject,
      'holds',
      'lock held',
      'hold, median',
      'longest hold',
      'goes to another thread',
      'longest turn of one thread',
    ],
    groups: places.map(place => ({
      title: place.label,
      oversubscribed: place.oversubscribed,
      rows: recordedAt(place).map(({ member, recording: { holds } }) => {
        const { count, held, median, longest, handedOver, longestTurn } = holdFigures(holds);
        return {
          style: member.series,
          cells: [
            member.name,
            integer(count),
            percent(held),
            duration(median),
            duration(longest),
            percent(handedOver),
            counted(longestTurn, 'hold'),
          ],
        };
      }),
    })),
  };
}
