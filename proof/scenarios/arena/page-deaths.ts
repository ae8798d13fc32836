import { joinThread, reachable, type Scenario } from '../../../explore/index.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { forgetShared } from '../forget-shared.js';
import { type Reader, runRouter } from './router-loop.js';
import {
  expectAllFree,
  expectEqual,
  expectPages,
  pageTable,
  type SmallArena,
  smallArena,
  writePages,
} from './small-arena.js';

/** A session whose thread is terminated anywhere: its pages come back, and nobody else's do. */

/** Thread ids. */
const DYING = 7;
const OTHER = 8;

/** The dying session is the one in slot 0, the other the one in slot 1. */
function dyingSession(code: CodeUnderTest, runs: readonly number[], others: readonly number[]): Scenario {
  const { SESSION_TAG } = code.Page;
  return forgetShared<SmallArena>({
    name: 'dying session',
    setup: () => smallArena(code, 3, 2),
    threads: {
      dying({ pages }) {
        for (const run of runs) {
          const start = pages.allocate(run, SESSION_TAG);
          if (start !== code.NO_PAGES) pages.free(start);
        }
        pages.allocate(runs[0]!, SESSION_TAG); // and keeps it, as a body that was not handed over yet
      },
      other(arena) {
        return others.map(run => {
          const start = arena.pages.allocate(run, SESSION_TAG + 1);
          if (start !== code.NO_PAGES) writePages(code, arena, start, run, OTHER);
          return start;
        });
      },
      router(arena) {
        if (joinThread('dying')) reachable('died');
        if (arena.pages.used() > 0) reachable('pages left behind');
        arena.sweepSession(0);
      },
    },
    mayDie: ['dying'],
    reachable: ['died', 'pages left behind'],
    check({ shared: arena, results }) {
      const starts = results['other'] as number[];
      const expected = pageTable(code, arena).map(() => code.Page.FREE as number);
      starts.forEach((start, i) => {
        if (start === code.NO_PAGES) return;
        expectPages(code, arena, start, others[i]!, OTHER);
        expected.fill(code.Page.CONTINUED, start - FIRST_PAGE, start - FIRST_PAGE + others[i]!);
        expected[start - FIRST_PAGE] = SESSION_TAG + 1;
      });
      expectEqual(pageTable(code, arena).join(), expected.join(), 'page table');
      arena.sweepSession(1);
      expectAllFree(code, arena);
    },
  });
}

/** The arena's own pages, with two sessions. */
const FIRST_PAGE = 5;

/** A body in pages of its own: written, sent, adopted and freed by the router, while its writer may die anywhere. */
function handingOver(code: CodeUnderTest): Scenario {
  const { SESSION_TAG } = code.Page;
  return forgetShared<SmallArena>({
    name: 'handing over',
    setup() {
      const arena = smallArena(code, 2, 2);
      arena.inbox.attachWriter(DYING);
      return arena;
    },
    threads: {
      // Publisher.#publishLarge()
      session(arena) {
        const writer = new code.MailboxWriter(arena.inbox, 0);
        const page = arena.pages.allocate(2, SESSION_TAG);
        writePages(code, arena, page, 2, DYING);
        const at = writer.reserve(2);
        writer.words[at] = 8;
        writer.words[at + 2] = page;
        expectEqual(writer.flush(), true, 'flush()');
      },
      // Whoever sees the thread's exit event: thread-deaths.ts
      witness(arena) {
        if (joinThread('session')) arena.reportDeath(DYING);
        arena.inbox.close();
      },
      router(arena) {
        const bodies = new code.LargeBodies(arena.pages);
        let received = 0;
        // Router.#publishDemanding(), with a message that no queue keeps
        const frame = (inbox: Reader) => {
          const page = inbox.words[inbox.at + 2]!;
          // Whoever is buried has nothing in the inbox any more: its pages are its own until they are adopted.
          expectEqual(arena.pages.runLength(page), 2, 'length of the run that is handed over');
          bodies.adopt(page);
          expectPages(code, arena, page, 2, DYING);
          bodies.release(page);
          received++;
        };
        runRouter(code, arena, { frame, release: () => reachable('buried') });
        return received;
      },
    },
    mayDie: ['session'],
    reachable: ['buried'],
    check({ shared: arena, died, results }) {
      if (died === undefined) expectEqual(results['router'], 1, 'bodies received');
      expectEqual(arena.inbox.writerThread(0), died === undefined ? DYING : undefined, 'owner of the slot');
      expectAllFree(code, arena);
    },
  });
}

export const pageDeathEntries: readonly ProofEntry[] = [
  {
    name: 'pages/owner-dies',
    shows: 'what a session had claimed when it died is swept, at whatever step, beside another that claims',
    make: code => dyingSession(code, [2], [1, 1]),
    search: { preemptions: 2 },
    nightly: {},
  },
  {
    name: 'pages/owner-dies-2-runs',
    shows: 'the same with a run of pages that the other wants, too',
    make: code => dyingSession(code, [1, 2], [2]),
    search: { preemptions: 2 },
    nightly: {},
  },
  {
    name: 'pages/body-handed-over',
    shows:
      'a body whose writer dies reaches the router whole, or not at all, and its pages come back either way',
    make: handingOver,
    search: {},
  },
];
