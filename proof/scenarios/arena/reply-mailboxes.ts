import { joinThread, reachable, type Scenario } from '../../../explore/index.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { forgetShared } from '../forget-shared.js';
import { type Reader, runRouter } from './router-loop.js';
import { expectEqual, type SmallArena, smallArena } from './small-arena.js';

/**
 * The ring in which a session gets its answers: prepared by the session when it attaches, filled by the router, and another
 * session's as soon as the first has read its last answer. The steps are those of Session, RouterLink and RouterSession,
 * which need an event loop: here a thread sleeps where they wait for a promise.
 */

/** Requests, as the tag of their records. */
const ASK = 1;
const FAREWELL = 2;

/** Connects, sends its requests and waits for the answer to each, and leaves: the answers, or what became of it. */
function session(code: CodeUnderTest, thread: number, requests: readonly number[], sleeps: boolean) {
  return (arena: SmallArena): readonly number[] | string => {
    const { inbox } = arena;
    let slot = -1;
    while (slot < 0) {
      if (inbox.closed) return 'closed'; // Session's constructor
      slot = inbox.attachWriter(thread);
    }
    const replies = new code.MailboxReader(arena.createReplies(slot), {
      spaceBell: inbox.bell,
      exclusive: true,
    });
    const writer = new code.MailboxWriter(inbox, slot);
    const answers: number[] = [];
    for (const request of requests) {
      const at = writer.reserve(1);
      writer.words[at] = 0;
      writer.words[at + 1] = request;
      // RouterLink.#listen()
      while (!replies.open()) {
        if (replies.ended) return 'ended';
        if (!writer.flush()) return 'refused';
        if (sleeps) replies.await();
      }
      answers.push(replies.words[replies.at + 2]!);
      replies.release();
    }
    inbox.detachWriter(slot); // the end of Session.#close()
    return answers;
  };
}

/** What the router does with requests: Router.#attach(), Router.#request() and Router.#detach(). */
class Answers {
  readonly #code: CodeUnderTest;
  readonly #arena: SmallArena;
  /** The way of each session's answers, and how many it had. */
  readonly #bySlot = new Map<
    number,
    { writer: InstanceType<CodeUnderTest['ExclusiveWriter']>; answers: number }
  >();

  constructor(code: CodeUnderTest, arena: SmallArena) {
    this.#code = code;
    this.#arena = arena;
  }

  /** Answers with the number of the session's request. True if it was the farewell. */
  answer(inbox: Reader): boolean {
    const slot = inbox.writer;
    let session = this.#bySlot.get(slot);
    if (session === undefined) {
      session = { writer: new this.#code.ExclusiveWriter(this.#arena.attachReplies(slot)), answers: 0 };
      this.#bySlot.set(slot, session);
    }
    const { writer } = session;
    const at = writer.reserve(2);
    writer.words[at] = 8;
    writer.words[at + 1] = 0;
    writer.words[at + 2] = ++session.answers;
    expectEqual(writer.flush(), true, 'flush()');
    const last = inbox.words[inbox.at + 1] === FAREWELL;
    if (last) this.forget(slot);
    return last;
  }

  forget(slot: number): void {
    this.#bySlot.delete(slot);
  }
}

/** Sessions that follow each other in one slot, and each send a farewell. */
function following(code: CodeUnderTest, sleeps: boolean): Scenario {
  return forgetShared<SmallArena>({
    name: 'following',
    setup: () => smallArena(code, 1, 1),
    threads: {
      first: session(code, 7, [FAREWELL], sleeps),
      second: session(code, 8, [FAREWELL], sleeps),
      router(arena) {
        const inbox = new code.MailboxReader(arena.inbox);
        const answers = new Answers(code, arena);
        for (let left = 2; left > 0; ) {
          if (!inbox.open()) continue;
          if (answers.answer(inbox)) left--;
          inbox.release();
        }
      },
    },
    check({ shared: arena, results }) {
      expectEqual(`${results['first']}`, '1', 'answers of the first');
      expectEqual(`${results['second']}`, '1', 'answers of the second');
      expectEqual(arena.inbox.writerThread(0), undefined, 'thread of the slot');
    },
  });
}

/** A session dies anywhere between attaching and leaving; the next one in its slot gets its own answers, and no others. */
function dying(code: CodeUnderTest): Scenario {
  const next = session(code, 8, [ASK, FAREWELL], true);
  return forgetShared<SmallArena>({
    name: 'dying',
    setup: () => smallArena(code, 1, 1),
    threads: {
      dying: session(code, 7, [ASK, FAREWELL], true),
      next(arena) {
        if (joinThread('dying')) arena.reportDeath(7);
        const answers = next(arena);
        arena.inbox.close();
        return answers;
      },
      router(arena) {
        const answers = new Answers(code, arena);
        const release = (slot: number) => {
          reachable('buried');
          answers.forget(slot);
        };
        runRouter(code, arena, { frame: inbox => void answers.answer(inbox), release });
      },
    },
    mayDie: ['dying'],
    reachable: ['buried'],
    check: ({ results }) => expectEqual(`${results['next']}`, '1,2', 'answers of the next session'),
  });
}

/**
 * A thread that blocks until its confirms are there, for a while, and whose event loop waits for other answers: both sleep on
 * one bell. They are two threads here, so that there are more interleavings than there can be.
 *
 * @param wakes as RouterLink.awaitBlocking() does; without it the one takes the announcement of the other back
 */
export function twoWaits(code: CodeUnderTest, wakes: boolean): Scenario {
  const attach = (buffer: SharedArrayBuffer) => code.MailboxMemory.attach(buffer, 0);
  return forgetShared<SharedArrayBuffer>({
    name: 'two waits',
    setup: () => code.MailboxMemory.standalone(64, 1),
    threads: {
      router(buffer) {
        const writer = new code.ExclusiveWriter(attach(buffer));
        for (const value of [1, 2]) {
          const at = writer.reserve(2);
          writer.words[at] = 8;
          writer.words[at + 2] = value;
          writer.flush();
        }
      },
      'event loop'(buffer) {
        const replies = new code.MailboxReader(attach(buffer), { exclusive: true });
        for (let left = 2; left > 0; ) {
          if (!replies.open()) replies.await();
          else left--;
        }
      },
      blocking(buffer) {
        const { bell } = attach(buffer);
        // MailboxReader.await(), without the look in between: what there is to see, the event loop takes
        bell.announce();
        bell.sleep(1);
        bell.retract();
        if (wakes) bell.wake();
      },
    },
  });
}

/** The broker's router has died, and whoever started it closes everything, while a session connects. */
function closing(code: CodeUnderTest): Scenario {
  return forgetShared<SmallArena>({
    name: 'closing',
    setup() {
      const arena = smallArena(code, 1, 1);
      arena.createReplies(0); // the slot had an owner before
      return arena;
    },
    threads: {
      session: session(code, 7, [ASK, FAREWELL], true),
      owner(arena) {
        arena.inbox.close(); // Broker.close()
        code.endBroker(arena);
      },
    },
    check({ results }) {
      if (results['session'] === 'ended') reachable('ended');
      if (results['session'] === 'refused') reachable('refused');
    },
    reachable: ['ended', 'refused'],
  });
}

export const replyMailboxEntries: readonly ProofEntry[] = [
  {
    name: 'replies/reused',
    shows:
      'a session that has read its last answer leaves its ring to the next, and the two do not disturb each other',
    make: code => following(code, false),
    search: { preemptions: 2 },
    trap: { preemptions: 0 },
    nightly: {},
  },
  {
    name: 'replies/reused-asleep',
    shows: 'the same with sessions that sleep until the answer is there',
    make: code => following(code, true),
    search: { preemptions: 2 },
    nightly: {},
  },
  {
    name: 'replies/owner-dies',
    shows:
      'a session that dies with its answers under way leaves nothing of them to the next one in its slot',
    make: dying,
    search: { search: 'random', executions: 3000, seed: 1 },
    nightly: { preemptions: 1 },
  },
  {
    name: 'replies/two-waits',
    shows:
      'a thread that blocks for a while leaves its event loop no less awake than before (a model of RouterLink)',
    make: code => twoWaits(code, true),
    search: { preemptions: 2, timeouts: 1 },
    nightly: { timeouts: 1 },
  },
  {
    name: 'replies/closing',
    shows: 'a session that connects while the broker ends hears of it, wherever it stands',
    make: closing,
    search: {},
    trap: {},
  },
];
