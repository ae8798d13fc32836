import { joinThread, reachable, type Scenario } from '../../../explore/index.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { forgetShared } from '../forget-shared.js';
import {
  expectAllFree,
  expectEqual,
  expectPages,
  headerOf,
  type SmallArena,
  smallArena,
  tableOf,
  writePages,
} from './small-arena.js';

/**
 * Publishers that sleep until there are pages for their bodies: Outgoing.allocateBlocking(). No wait has a time limit, so a
 * wake-up that is lost is a deadlock.
 */

/** Thread ids of those that write through the slots 0 and 1. */
const FIRST = 7;
const SECOND = 8;

interface Memory {
  arena: SmallArena;
  /** The run that fills it. */
  body: number;
}

function memoryOf(code: CodeUnderTest, pages: number): SmallArena {
  const arena = smallArena(code, pages, 2);
  class NotingAllocator extends code.PageAllocator {
    override sleepForMemory(
      ...parameters: Parameters<InstanceType<CodeUnderTest['PageAllocator']>['sleepForMemory']>
    ) {
      reachable('waits');
      super.sleepForMemory(...parameters);
    }
  }
  Object.assign(arena, { pages: new NotingAllocator(headerOf(arena), tableOf(code, arena)) });
  arena.inbox.attachWriter(FIRST);
  arena.inbox.attachWriter(SECOND);
  return arena;
}

function full(code: CodeUnderTest, pages: number): Memory {
  const arena = memoryOf(code, pages);
  return { arena, body: arena.pages.allocate(pages, code.Page.ROUTER_TAG) };
}

/** Waits for pages, uses them, and gives them back, as the router would. */
function publish(code: CodeUnderTest, arena: SmallArena, slot: number, pages: number): boolean {
  const start = new code.Outgoing(arena, slot).allocateBlocking(pages * code.PAGE_BYTES);
  writePages(code, arena, start, pages, slot);
  expectPages(code, arena, start, pages, slot);
  arena.pages.free(start);
  return true;
}

/** Two wait, and one run is freed: whoever comes second gets it when the first is done. */
function twoWait(code: CodeUnderTest, pages: number, first: number, second: number): Scenario {
  return forgetShared<Memory>({
    name: 'two wait',
    setup: () => full(code, pages),
    threads: {
      first: ({ arena }) => publish(code, arena, 0, first),
      second: ({ arena }) => publish(code, arena, 1, second),
      router({ arena, body }) {
        arena.pages.free(body);
      },
    },
    reachable: ['waits'],
    check: ({ shared: { arena } }) => expectAllFree(code, arena),
  });
}

/**
 * Somebody claims a page for a run of two, finds the second one taken and gives it back: who saw it taken meanwhile, and
 * needs only that one, hears of it.
 */
function givenBack(code: CodeUnderTest): Scenario {
  return forgetShared<SmallArena>({
    name: 'given back',
    setup: () => memoryOf(code, 2),
    threads: {
      // whenFull is 'return': it does not wait
      greedy(arena) {
        const start = new code.Outgoing(arena, 0).allocate(2 * code.PAGE_BYTES);
        if (start !== code.NO_PAGES) arena.pages.free(start);
        else reachable('given back');
      },
      keeper: arena => arena.pages.allocate(1, code.Page.ROUTER_TAG),
      modest: arena => publish(code, arena, 1, 1),
    },
    reachable: ['given back', 'waits'],
    check({ shared: arena }) {
      arena.pages.sweep(code.Page.ROUTER_TAG);
      expectAllFree(code, arena);
    },
  });
}

/** A session that gives its page back dies before it has woken those who wait for it. */
function wakerDies(code: CodeUnderTest): Scenario {
  return forgetShared<SmallArena>({
    name: 'waker dies',
    setup: () => memoryOf(code, 1),
    threads: {
      // Publisher.#publishLarge(), which finds no room for the record
      dying(arena) {
        const start = arena.pages.allocate(1, code.Page.SESSION_TAG);
        if (start !== code.NO_PAGES) arena.pages.free(start);
      },
      waiting: arena => publish(code, arena, 1, 1),
      router(arena) {
        if (joinThread('dying')) {
          arena.reportDeath(FIRST);
          new code.Burial(arena, new code.MailboxReader(arena.inbox), () => {}).bury();
          reachable('buried');
        }
      },
    },
    mayDie: ['dying'],
    reachable: ['buried', 'waits'],
    check: ({ shared: arena }) => expectAllFree(code, arena),
  });
}

/** What is freed suffices for one of two who wait, and the other waits on: its announcement hides nothing from the first. */
function unequal(code: CodeUnderTest): Scenario {
  return forgetShared<Memory>({
    name: 'unequal',
    setup() {
      const arena = memoryOf(code, 2);
      arena.pages.allocate(1, code.Page.ROUTER_TAG);
      return { arena, body: arena.pages.allocate(1, code.Page.ROUTER_TAG) };
    },
    threads: {
      modest: ({ arena }) => publish(code, arena, 0, 1),
      greedy: ({ arena }) => publish(code, arena, 1, 2),
      router: ({ arena, body }) => arena.pages.free(body),
    },
    maySleep: true,
    reachable: ['waits'],
    check({ results }) {
      expectEqual(results['modest'], true, 'what was to be published');
      expectEqual(results['greedy'], undefined, 'what does not fit');
    },
  });
}

/** Publishers that wait as those on an event loop do: Outgoing.awaitMemory(), asleep where that waits for a promise. */
function ready(code: CodeUnderTest): Scenario {
  const wait =
    (slot: number) =>
    ({ arena }: Memory) => {
      const { pages } = arena;
      const outgoing = new code.Outgoing(arena, slot);
      for (;;) {
        const start = outgoing.allocate(code.PAGE_BYTES);
        if (start !== code.NO_PAGES) {
          pages.free(start);
          return;
        }
        const announced = pages.announceWaiter();
        arena.inbox.bell.ring();
        if (!pages.mayFit(1)) pages.sleepForMemory(announced);
      }
    };
  return forgetShared<Memory>({
    name: 'ready',
    setup: () => full(code, 1),
    threads: { first: wait(0), second: wait(1), router: ({ arena, body }) => arena.pages.free(body) },
    reachable: ['waits'],
    check: ({ shared: { arena } }) => expectAllFree(code, arena),
  });
}

/** The router is dead, and the broker is ended by two who saw it: nobody waits for its memory any more. */
function ended(code: CodeUnderTest): Scenario {
  const wait =
    (slot: number) =>
    ({ arena }: Memory) => {
      try {
        publish(code, arena, slot, 1);
        return 'published';
      } catch (error) {
        return (error as Error).name;
      }
    };
  return forgetShared<Memory>({
    name: 'ended',
    setup: () => full(code, 1),
    threads: { first: wait(0), second: wait(1), owner: ({ arena }) => code.endBroker(arena) },
    reachable: ['waits'],
    check({ results }) {
      for (const name of ['first', 'second']) expectEqual(results[name], 'BrokerClosedError', name);
    },
  });
}

export const memoryWaiterEntries: readonly ProofEntry[] = [
  {
    name: 'memory/2-wait',
    shows: 'two publishers wait for the same page: one after the other gets it',
    make: code => twoWait(code, 1, 1, 1),
    search: { preemptions: 3 },
    nightly: {},
  },
  {
    name: 'memory/2-wait-for-runs',
    shows: 'one waits for a run and one for a page: both get theirs',
    make: code => twoWait(code, 2, 2, 1),
    search: { preemptions: 2 },
  },
  {
    name: 'memory/ready',
    shows: 'the same for publishers that look for pages, sleep, and only then try to get them',
    make: ready,
    search: { preemptions: 2 },
    nightly: { preemptions: 4 },
  },
  {
    name: 'memory/given-back',
    shows: 'a claim that is given back wakes those who saw the page taken',
    make: givenBack,
    search: { preemptions: 2 },
  },
  {
    name: 'memory/unequal',
    shows: 'who needs little is woken beside one who needs more than there is',
    make: unequal,
    search: { preemptions: 3 },
    nightly: { preemptions: 5 },
  },
  {
    name: 'memory/waker-dies',
    shows: 'a thread that dies between giving a page back and waking leaves nobody asleep',
    make: wakerDies,
    search: {},
  },
  {
    name: 'memory/ended',
    shows: 'publishers that wait for memory, or are about to, end with the broker',
    make: ended,
    search: {},
  },
];
