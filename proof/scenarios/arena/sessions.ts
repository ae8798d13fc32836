import {
  joinThread,
  type Operation,
  operation,
  reachable,
  type Scenario,
  type Specification,
} from '../../../explore/index.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { forgetShared } from '../forget-shared.js';
import { type Reader, runRouter } from './router-loop.js';
import { expectEqual, type SmallArena, smallArena } from './small-arena.js';

/**
 * Sessions that take and leave a slot of the inbox, and deaths that are reported meanwhile: attachWriter() and
 * detachWriter() as Session calls them, markDead() as thread-deaths.ts does, and the router's Burial.
 */

/** Thread ids. */
const A = 7;
const B = 8;
const C = 9;
const PARENT = 3;

/** What a session that holds a slot writes there: the owner's mark, plainly, so that two owners would race. */
function use(code: CodeUnderTest, arena: SmallArena, slot: number, mark: number): void {
  const at = arena.inbox.slotAt(slot) + code.Slot.NOTE_WORDS;
  arena.inbox.control[at] = mark;
  expectEqual(arena.inbox.control[at], mark, `what the owner of slot ${slot} wrote there`);
}

/** Attaches, and detaches again; `times` times. */
function visit(code: CodeUnderTest, thread: number, times: number) {
  return (arena: SmallArena): number[] =>
    Array.from({ length: times }, () => {
      const slot = operation('attach', [], () => arena.inbox.attachWriter(thread));
      if (slot < 0) {
        reachable('none');
        return slot;
      }
      use(code, arena, slot, thread);
      expectEqual(arena.inbox.writerThread(slot), thread, `thread of slot ${slot}`);
      operation('detach', [slot], () => arena.inbox.detachWriter(slot));
      return slot;
    });
}

/** A slot has one owner. None is free only if each was somebody's, or in other hands for a moment. */
function slots(count: number): Specification {
  const specification: Specification<readonly boolean[]> = {
    initial: new Array(count).fill(false),
    next(taken, { name, arguments: parameters, result }, concurrent) {
      if (name === 'detach') return [taken.with(parameters[0] as number, false)];
      const slot = result as number;
      if (slot >= 0) return taken[slot] ? [] : [taken.with(slot, true)];
      return taken.every((is, other) => is || concurrent.some(call => slotOf(call) === other)) ? [taken] : [];
    },
  };
  return specification as Specification;
}

function slotOf({ name, arguments: parameters, result }: Operation): number {
  return (name === 'detach' ? parameters[0] : result) as number;
}

function visiting(
  code: CodeUnderTest,
  sessions: number,
  visits: readonly number[],
  judged: boolean,
): Scenario {
  return forgetShared<SmallArena>({
    name: 'visiting',
    setup: () => smallArena(code, 1, sessions),
    threads: Object.fromEntries(visits.map((times, i) => [`session ${i + 1}`, visit(code, A + i, times)])),
    ...(judged ? { linearizable: slots(sessions) } : {}),
    reachable: visits.length > sessions ? ['none'] : [],
    check({ shared: arena }) {
      for (let slot = 0; slot < sessions; slot++) {
        expectEqual(arena.inbox.writerThread(slot), undefined, `thread of slot ${slot}`);
        expectEqual(arena.inbox.isDead(slot), false, `slot ${slot} is dead`);
      }
    },
  });
}

/** Sends one record that holds `value`, as the only one of its frame. */
function send(code: CodeUnderTest, arena: SmallArena, slot: number, value: number): void {
  const writer = new code.MailboxWriter(arena.inbox, slot);
  const at = writer.reserve(2);
  writer.words[at] = 8;
  writer.words[at + 1] = 0;
  writer.words[at + 2] = value;
  writer.words[at + 3] = value;
  expectEqual(writer.flush(), true, 'flush()');
}

function received(inbox: Reader): number {
  expectEqual(inbox.words[inbox.at + 3], inbox.words[inbox.at + 2], 'the two halves of the record');
  return inbox.words[inbox.at + 2]!;
}

/**
 * A thread may die while it attaches, sends or detaches. Its slot becomes free, what it had sent arrives, and a session that
 * waits for the slot gets it.
 */
function dying(code: CodeUnderTest): Scenario {
  return forgetShared<SmallArena>({
    name: 'dying',
    setup: () => smallArena(code, 1, 1),
    threads: {
      dying(arena) {
        const slot = arena.inbox.attachWriter(A);
        send(code, arena, slot, A);
        arena.inbox.detachWriter(slot);
      },
      // Whoever sees the thread's exit event (threadEnded() in thread-deaths.ts), and connects then.
      witness(arena) {
        if (joinThread('dying')) arena.reportDeath(A);
        while (arena.inbox.attachWriter(B) < 0);
        send(code, arena, 0, B);
        arena.inbox.close();
      },
      router(arena) {
        const frames: number[] = [];
        runRouter(code, arena, {
          frame: inbox => void frames.push(received(inbox)),
          release: () => reachable('buried'),
        });
        return frames;
      },
    },
    mayDie: ['dying'],
    reachable: ['buried'],
    check({ shared: arena, results, died }) {
      const frames = (results['router'] as number[]).join();
      if (died === undefined || frames !== `${B}`)
        expectEqual(frames, `${A},${B}`, 'what the router received');
      expectEqual(arena.inbox.writerThread(0), B, 'thread of the slot');
    },
  });
}

/**
 * The thread that had created a session's thread ends, and takes it along: the session is found by its lineage. Another
 * session, in a slot whose last owner had the same lineage, is not taken for it.
 */
function lineage(code: CodeUnderTest): Scenario {
  const { Slot } = code;
  return forgetShared<SmallArena>({
    name: 'lineage',
    setup() {
      const arena = smallArena(code, 1, 2);
      for (const thread of [A, B]) arena.inbox.attachWriter(thread, [PARENT, PARENT]);
      for (const slot of [0, 1]) arena.inbox.detachWriter(slot);
      return arena;
    },
    threads: {
      child(arena) {
        arena.inbox.attachWriter(B, [2, PARENT]);
        return arena.inbox.closed; // an access at which it may die when it has attached
      },
      other: arena => arena.inbox.attachWriter(C, [2]),
      witness: arena => (joinThread('child') ? arena.inbox.markDead(PARENT) : 0),
    },
    mayDie: ['child'],
    reachable: ['marked', 'unseen'],
    check({ shared: arena, results, died }) {
      const { inbox } = arena;
      expectEqual(inbox.writerThread(results['other'] as number), C, 'the thread of the other session');
      const slot = 1 - (results['other'] as number);
      if (died === undefined) {
        expectEqual(inbox.writerThread(slot), B, 'the thread of the session');
      } else if (results['witness'] === 1) {
        reachable('marked');
        expectEqual(inbox.isDead(slot), true, 'the session is dead');
      } else {
        // What attachWriter() says of itself: who dies before its lineage is noted is not seen.
        if (inbox.control[inbox.slotAt(slot) + Slot.OWNER] !== 0) reachable('unseen');
        expectEqual(inbox.control[inbox.slotAt(slot) + Slot.LINEAGE_LENGTH], 0, 'length of the lineage');
      }
    },
  });
}

/**
 * A slot changes hands while others look at it: somebody reports a death that is neither owner's, nor that of a thread that
 * created it; and the router looks for what a third session had claimed when it died.
 */
function changingHands(code: CodeUnderTest): Scenario {
  const { Slot } = code;
  return forgetShared<SmallArena>({
    name: 'changing hands',
    setup() {
      const arena = smallArena(code, 1, 2);
      arena.inbox.attachWriter(A, [2, 3]);
      // The dead one has claimed a frame and not committed it.
      const slot = arena.inbox.attachWriter(B);
      arena.inbox.control[arena.inbox.slotAt(slot) + Slot.NOTE_WORDS] = 8;
      arena.inbox.control[arena.inbox.slotAt(slot) + Slot.NOTE] = 1;
      arena.inbox.control[code.Mailbox.TAIL] = 8;
      arena.inbox.markDead(B);
      return arena;
    },
    threads: {
      leaving: arena => arena.inbox.detachWriter(0),
      next(arena) {
        while (arena.inbox.attachWriter(C, [4, 5]) < 0);
      },
      witness: arena => [arena.inbox.markDead(6), arena.inbox.writerThread(0)],
      router: arena => new code.MailboxReader(arena.inbox).recover(),
    },
    check({ shared: arena, results }) {
      const [marked, seen] = results['witness'] as [number, number | undefined];
      expectEqual(marked, 0, 'sessions that were marked');
      if (![A, C, undefined].includes(seen)) throw new Error(`The slot was seen as that of thread ${seen}`);
      expectEqual(results['router'], true, 'the frame of the dead was skipped');
      expectEqual(arena.inbox.writerThread(0), C, 'thread of the slot');
    },
  });
}

/** Two threads report one death, the second perhaps when the slot has been freed and has a new owner. */
function reportedTwice(code: CodeUnderTest): Scenario {
  return forgetShared<SmallArena>({
    name: 'reported twice',
    setup() {
      const arena = smallArena(code, 1, 1);
      arena.inbox.attachWriter(A);
      return arena;
    },
    threads: {
      first: arena => arena.reportDeath(A),
      second(arena) {
        arena.reportDeath(A);
        joinThread('first');
        joinThread('next');
        arena.inbox.close();
      },
      next(arena) {
        while (arena.inbox.attachWriter(B) < 0);
      },
      router: arena => runRouter(code, arena, { frame: () => {}, release: () => reachable('buried') }),
    },
    reachable: ['buried'],
    check({ shared: arena }) {
      expectEqual(arena.inbox.writerThread(0), B, 'thread of the slot');
      expectEqual(arena.deaths, 2, 'reports');
    },
  });
}

export const sessionEntries: readonly ProofEntry[] = [
  {
    name: 'sessions/2-for-1-slot',
    shows:
      'of two sessions one gets the slot, twice each, and none is refused a slot that was free all the while',
    make: code => visiting(code, 1, [2, 2], true),
    search: {},
  },
  {
    name: 'sessions/3-for-2-slots',
    shows: 'three sessions share two slots',
    make: code => visiting(code, 2, [1, 1, 1], true),
    search: {},
  },
  {
    name: 'sessions/3-for-2-slots-2-times',
    shows: 'the same, twice each',
    make: code => visiting(code, 2, [2, 2, 2], false),
    search: { preemptions: 4 },
    nightly: { preemptions: 6 },
  },
  {
    name: 'sessions/dies-attaching-or-detaching',
    shows:
      'a thread that dies while it takes, uses or leaves its slot loses nothing that it had sent, and the slot is free again',
    make: dying,
    search: { preemptions: 2 },
    nightly: { preemptions: 4 },
  },
  {
    name: 'sessions/lineage',
    shows: 'a session that dies with the thread that created its own is found, and no other is taken for it',
    make: lineage,
    search: {},
  },
  {
    name: 'sessions/changing-hands',
    shows: 'a slot that passes from one session to another is taken for neither a dead one nor a claim',
    make: changingHands,
    search: {},
  },
  {
    name: 'sessions/reported-twice',
    shows: 'a death that two threads report is one death, and hits nobody who has the slot by then',
    make: reportedTwice,
    search: { preemptions: 2 },
    nightly: { preemptions: 4 },
  },
];
