import {
  type Operation,
  operation,
  reachable,
  type Scenario,
  type Specification,
} from '../../../explore/index.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { forgetShared } from '../forget-shared.js';
import {
  expectAllFree,
  expectEqual,
  expectPages,
  headerOf,
  pageTable,
  type SmallArena,
  smallArena,
  writePages,
} from './small-arena.js';

/**
 * Threads that take and give back runs of pages. Each writes to the pages that it has, plainly: were a page in two hands, or
 * handed on before its last owner is done with it, these writes would race.
 */

interface Borrowing {
  pages: number;
  /** Runs that each thread takes one after the other, in pages; it gives each back before the next. */
  threads: Record<string, readonly number[]>;
  reachable: readonly string[];
  /** True if the calls' results are judged too: then they are steps, and there are more executions. */
  judged: boolean;
}

function borrowing({ pages, threads, reachable: labels, judged }: Borrowing) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<SmallArena>({
      name: 'borrowing',
      setup: () => smallArena(code, pages),
      threads: Object.fromEntries(
        Object.entries(threads).map(([name, runs], i) => [
          name,
          (arena: SmallArena) => runs.map(run => borrow(code, arena, run, code.Page.SESSION_TAG + i)),
        ]),
      ),
      ...(judged ? { linearizable: allocation(code, pages) } : {}),
      reachable: labels,
      check: ({ shared: arena }) => expectAllFree(code, arena),
    });
}

/** Takes a run, uses it, and gives it back; false if there was none. */
function borrow(code: CodeUnderTest, arena: SmallArena, pages: number, tag: number): boolean {
  const start = operation('allocate', [pages], () => arena.pages.allocate(pages, tag));
  if (start === code.NO_PAGES) {
    reachable('none');
    return false;
  }
  writePages(code, arena, start, pages, tag);
  reachable(`run of ${pages}`);
  expectEqual(arena.pages.runLength(start), pages, 'length of the run');
  expectPages(code, arena, start, pages, tag);
  operation('free', [start, pages], () => arena.pages.free(start));
  return true;
}

/** The arena's own pages: what lies before those that are handed out, with one session. */
const FIRST_PAGE = 4;

/**
 * Pages, as text: 0 is free. A run that is taken was free. There is none only if no run was free all the while: a thread
 * that finds the second page of a run taken has had the first one for a moment.
 */
function allocation({ NO_PAGES }: CodeUnderTest, pages: number): Specification {
  const specification: Specification<string> = {
    initial: '0'.repeat(pages),
    next(state, { name, arguments: parameters, result }, concurrent) {
      if (name === 'free') {
        const [start, length] = parameters as [number, number];
        return [filled(state, start - FIRST_PAGE, length, '0')];
      }
      const wanted = '0'.repeat(parameters[0] as number);
      if (result === NO_PAGES) return leftAlone(state, concurrent, NO_PAGES).includes(wanted) ? [] : [state];
      const at = (result as number) - FIRST_PAGE;
      return state.startsWith(wanted, at) ? [filled(state, at, wanted.length, '1')] : [];
    },
  };
  return specification as Specification;
}

/** The pages without those that other calls may have changed meanwhile. */
function leftAlone(state: string, concurrent: readonly Operation[], none: number): string {
  let left = state;
  for (const { name, arguments: parameters, result } of concurrent) {
    if (name === 'free') {
      const [start, length] = parameters as [number, number];
      left = filled(left, start - FIRST_PAGE, length, '1');
    } else if (parameters[0] !== 1) {
      return '1'.repeat(state.length); // it may have claimed the first page of any run, and given it back
    } else if (result !== none) {
      left = filled(left, (result as number) - FIRST_PAGE, 1, '1');
    }
  }
  return left;
}

function filled(state: string, at: number, length: number, by: string): string {
  return state.slice(0, at) + by.repeat(length) + state.slice(at + length);
}

/** Runs that are kept: all of them are found by whoever lists them later. */
function keeping(code: CodeUnderTest): Scenario {
  const keep = (pages: number, tag: number) => (arena: SmallArena) => {
    const start = arena.pages.allocate(pages, tag);
    writePages(code, arena, start, pages, tag);
    return start;
  };
  const { SESSION_TAG } = code.Page;
  return forgetShared<SmallArena>({
    name: 'keeping',
    setup: () => smallArena(code, 3),
    threads: { a: keep(1, SESSION_TAG), b: keep(1, SESSION_TAG + 1), c: keep(1, SESSION_TAG + 2) },
    check({ shared: arena, results }) {
      const listed = [...arena.pages.runs()].map(({ start, tag }) => `${start} ${tag}`);
      const kept = ['a', 'b', 'c'].map((name, i) => `${results[name]} ${SESSION_TAG + i}`);
      expectEqual(listed.join(), kept.sort().join(), 'the runs that are listed');
      expectEqual(headerOf(arena)[code.Header.HIGH_WATER], FIRST_PAGE + 3, 'HIGH_WATER');
      for (let tag = SESSION_TAG; tag < SESSION_TAG + 3; tag++) arena.pages.sweep(tag);
      expectAllFree(code, arena);
    },
  });
}

/** A run that is given to another owner while neighbours come and go: it stays whole, and in one hand. */
function transferring(code: CodeUnderTest): Scenario {
  const { Page } = code;
  return forgetShared<{ arena: SmallArena; body: number }>({
    name: 'transferring',
    setup() {
      const arena = smallArena(code, 4);
      const body = arena.pages.allocate(2, Page.SESSION_TAG);
      writePages(code, arena, body, 2, 7);
      return { arena, body };
    },
    threads: {
      router({ arena, body }) {
        arena.pages.transfer(body, Page.ROUTER_TAG);
        expectEqual(arena.pages.runLength(body), 2, 'length of the run that was handed over');
        expectPages(code, arena, body, 2, 7);
        arena.pages.free(body);
      },
      session: ({ arena }) => borrow(code, arena, 1, Page.SESSION_TAG + 1),
      // Whoever sees to the session that wrote the body finds nothing of its own any more, or the whole run.
      lister: ({ arena, body }) =>
        [...arena.pages.runs()].filter(({ start }) => start === body).map(({ tag }) => tag),
    },
    reachable: ['run of 1'],
    check({ shared: { arena }, results }) {
      const tags = results['lister'] as number[];
      if (
        tags.some(tag => tag !== Page.ROUTER_TAG && tag !== Page.SESSION_TAG && tag !== Page.SESSION_TAG + 1)
      ) {
        throw new Error(`The run was seen with the tag ${tags}`);
      }
      expectAllFree(code, arena);
    },
  });
}

/** The last pages are for the router alone, so that a consumer can be started when bodies fill the rest. */
function reserved(code: CodeUnderTest): Scenario {
  const { Page } = code;
  return forgetShared<SmallArena>({
    name: 'reserved',
    setup: () => smallArena(code, 4),
    threads: {
      session: ({ pages }) => [pages.allocate(2, Page.SESSION_TAG), pages.allocate(2, Page.SESSION_TAG)],
      router: ({ pages }) => pages.allocate(1, Page.ROUTER_TAG),
    },
    check({ shared: arena, results }) {
      expectEqual(arena.pages.pages, 3, 'pages that sessions may have');
      expectEqual((results['session'] as number[])[1], code.NO_PAGES, 'the second run of the session');
      if (results['router'] === code.NO_PAGES) throw new Error('The router got no page');
      expectEqual(arena.pages.mayFit(2), false, 'a run of 2 may fit');
      for (const tag of [Page.SESSION_TAG, Page.ROUTER_TAG]) arena.pages.sweep(tag);
      expectEqual(arena.pages.mayFit(3), true, 'a run of 3 may fit');
      expectEqual(arena.pages.mayFit(4), false, 'a run of 4 may fit, for a session');
      expectAllFree(code, arena);
    },
  });
}

/** Alone, because the hint may be wrong after two threads at once: pages just freed are taken again first. */
function lowPagesFirst(code: CodeUnderTest): Scenario {
  const { Header, Page } = code;
  return forgetShared<SmallArena>({
    name: 'low pages first',
    setup: () => smallArena(code, 3),
    threads: {
      session(arena) {
        const { pages } = arena;
        const searchFrom = () => Atomics.load(headerOf(arena), Header.SEARCH_FROM) - FIRST_PAGE;
        const taken = [1, 1].map(run => pages.allocate(run, Page.SESSION_TAG) - FIRST_PAGE);
        const hints = [searchFrom()];
        pages.free(FIRST_PAGE);
        hints.push(searchFrom());
        taken.push(pages.allocate(1, Page.SESSION_TAG) - FIRST_PAGE);
        hints.push(searchFrom());
        return { taken, hints };
      },
    },
    check({ shared: arena, results }) {
      const expected = { taken: [0, 1, 0], hints: [2, 0, 1] };
      expectEqual(JSON.stringify(results['session']), JSON.stringify(expected), 'pages taken, and hints');
      expectEqual(
        pageTable(code, arena).join(),
        [Page.SESSION_TAG, Page.SESSION_TAG, Page.FREE].join(),
        'table',
      );
    },
  });
}

export const pageAllocatorEntries: readonly ProofEntry[] = [
  {
    name: 'pages/2-threads-1-page',
    shows: 'a page has one owner at a time, and is refused to nobody while it is free',
    make: borrowing({ pages: 1, threads: { a: [1], b: [1] }, reachable: ['run of 1', 'none'], judged: true }),
    search: {},
  },
  {
    name: 'pages/2-threads-1-page-2-times',
    shows: 'the same with a page that comes back and goes again',
    make: borrowing({ pages: 1, threads: { a: [1, 1], b: [1, 1] }, reachable: ['none'], judged: true }),
    search: { preemptions: 3 },
    nightly: {},
  },
  {
    name: 'pages/run-against-page',
    shows: 'a run of which a page was taken meanwhile is given back whole',
    make: borrowing({
      pages: 2,
      threads: { a: [2], b: [1] },
      reachable: ['run of 1', 'run of 2', 'none'],
      judged: true,
    }),
    search: {},
  },
  {
    name: 'pages/run-against-run',
    shows: 'two runs of 2 that overlap, in 3 pages: one is had, and none is lost',
    make: borrowing({ pages: 3, threads: { a: [2], b: [2] }, reachable: ['run of 2', 'none'], judged: true }),
    search: {},
  },
  {
    name: 'pages/2-threads-2-runs',
    shows: 'runs of different lengths, one after the other: pages are neither shared nor lost',
    make: borrowing({
      pages: 2,
      threads: { a: [2, 1], b: [1, 2] },
      reachable: ['run of 1', 'run of 2', 'none'],
      judged: false,
    }),
    search: {},
  },
  {
    name: 'pages/2-threads-2-runs-judged',
    shows: 'the same, and nobody is refused a run that was free all the while',
    make: borrowing({ pages: 2, threads: { a: [2, 1], b: [1, 2] }, reachable: ['none'], judged: true }),
    search: { preemptions: 3 },
    nightly: { preemptions: 5 },
  },
  {
    name: 'pages/3-threads',
    shows: 'three threads and two pages',
    make: borrowing({
      pages: 2,
      threads: { a: [1], b: [1], c: [1] },
      reachable: ['run of 1', 'none'],
      judged: true,
    }),
    search: { preemptions: 2 },
    nightly: { preemptions: 4 },
  },
  {
    name: 'pages/3-threads-runs',
    shows: 'three threads with runs of 1 and 2 in three pages',
    make: borrowing({
      pages: 3,
      threads: { a: [2], b: [1], c: [2] },
      reachable: ['run of 1', 'run of 2', 'none'],
      judged: true,
    }),
    search: { preemptions: 2 },
    nightly: { preemptions: 3 },
  },
  {
    name: 'pages/high-water',
    shows: 'however three claims interleave, HIGH_WATER ends behind the last of them, and a sweep finds all',
    make: keeping,
    search: { preemptions: 3 },
    nightly: { preemptions: 5 },
  },
  {
    name: 'pages/transfer',
    shows: 'a run that changes its owner is listed with one of the two, and freed once',
    make: transferring,
    search: {},
  },
  {
    name: 'pages/reserve',
    shows: 'sessions leave the last pages to the router',
    make: reserved,
    search: {},
  },
  {
    name: 'pages/low-pages-first',
    shows: 'what was freed last is taken first',
    make: lowPagesFirst,
    search: {},
  },
];
