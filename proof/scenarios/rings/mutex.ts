import { joinThread, reachable, type Scenario } from '../../../explore/index.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { forgetShared } from '../forget-shared.js';

/**
 * The futex mutex. What it guards is read and written plainly: two threads inside at once are a race, and a lost
 * increment. Where a wait may time out is said; elsewhere (`timeouts: 0`) only a notify ends one, so that a lost wake-up
 * is a deadlock and is not mended by the slice.
 */

const LOCK = 0;
const COUNT = 1;
/** The ids of the threads. */
const A = 1;
const B = 2;
const C = 3;

const CONTENDED = 1;

function memory(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(8));
}

/** The lock is held by `owner`, and nobody waits for it yet. */
function heldBy(owner: number): Int32Array {
  const words = memory();
  words[LOCK] = owner << 1;
  return words;
}

type Mutex = InstanceType<CodeUnderTest['Mutex']>;

/** Counts one up, under the lock; returns the count, which tells the order of the threads. */
function increment(lock: Mutex, words: Int32Array): number {
  lock.acquire();
  if ((Atomics.load(words, LOCK) & CONTENDED) !== 0) reachable('contended');
  const count = words[COUNT]! + 1;
  words[COUNT] = count;
  lock.release();
  return count;
}

function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, not ${expected}`);
}

/** Threads that each count `times` up. */
function counting(threads: number, times: number, spins: number) {
  return ({ Mutex }: CodeUnderTest): Scenario =>
    forgetShared<Int32Array>({
      name: 'counting',
      setup: memory,
      threads: Object.fromEntries(
        Array.from({ length: threads }, (_, i) => [
          `thread ${i + 1}`,
          (words: Int32Array) => {
            const lock = new Mutex(words, LOCK, i + 1, { spins });
            return Array.from({ length: times }, () => increment(lock, words));
          },
        ]),
      ),
      reachable: ['contended'],
      check({ shared }) {
        expectEqual(shared[COUNT], threads * times, 'counted');
        expectEqual(shared[LOCK], 0, 'the lock word');
      },
    });
}

/** A holder that may die at any step; two who wait; and one that hears of the death, which may have been an end. */
function dyingHolder({ Mutex }: CodeUnderTest): Scenario {
  return forgetShared<Int32Array>({
    name: 'dying holder',
    setup: memory,
    threads: {
      holder: words => increment(new Mutex(words, LOCK, A, { spins: 0 }), words),
      waiter: words => increment(new Mutex(words, LOCK, B, { spins: 0 }), words),
      heir(words) {
        const lock = new Mutex(words, LOCK, C, { spins: 0 });
        if (joinThread('holder')) {
          if (lock.recover(A)) reachable('recovered');
          expectEqual(lock.recover(A), false, 'released a second time');
        }
        increment(lock, words);
      },
    },
    mayDie: ['holder'],
    reachable: ['contended', 'recovered'],
    check({ shared, died }) {
      const counted = shared[COUNT]!;
      if (counted < 2 || counted > 3 || (died === undefined && counted !== 3))
        throw new Error(`counted ${counted}`);
      expectEqual(shared[LOCK], 0, 'the lock word');
    },
  });
}

/** One of two waiters dies: asleep, woken, or with the lock. The other has to get it all the same. */
function dyingWaiter({ Mutex }: CodeUnderTest): Scenario {
  return forgetShared<Int32Array>({
    name: 'dying waiter',
    setup: () => heldBy(A),
    threads: {
      holder: words => new Mutex(words, LOCK, A).release(),
      dying: words => increment(new Mutex(words, LOCK, B, { spins: 0 }), words),
      waiter: words => increment(new Mutex(words, LOCK, C, { spins: 0 }), words),
      witness(words) {
        if (joinThread('dying') && new Mutex(words, LOCK, 4).recover(B)) reachable('recovered');
      },
    },
    mayDie: ['dying'],
    reachable: ['contended', 'recovered'],
    check({ shared, died }) {
      const counted = shared[COUNT]!;
      if (counted < 1 || counted > 2 || (died === undefined && counted !== 2))
        throw new Error(`counted ${counted}`);
      expectEqual(shared[LOCK], 0, 'the lock word');
    },
  });
}

/** The holder died long ago, and two who wait ask about it when their slice is over. */
function deadHolder({ Mutex }: CodeUnderTest): Scenario {
  const thread = (owner: number) => (words: Int32Array) => {
    const isDead = (held: number) => {
      if (held === A) reachable('asked');
      return held === A;
    };
    return increment(new Mutex(words, LOCK, owner, { spins: 0, isDead }), words);
  };
  return forgetShared<Int32Array>({
    name: 'dead holder',
    setup: () => heldBy(A),
    threads: { b: thread(B), c: thread(C) },
    reachable: ['asked', 'contended'],
    check({ shared }) {
      expectEqual(shared[COUNT], 2, 'counted');
      expectEqual(shared[LOCK], 0, 'the lock word');
    },
  });
}

/** Two hear of a holder's death, and both recover: one releases the lock, which a third thread then takes. */
function recoveredTwice({ Mutex }: CodeUnderTest): Scenario {
  const recovering = (owner: number) => (words: Int32Array) => new Mutex(words, LOCK, owner).recover(A);
  return forgetShared<Int32Array>({
    name: 'recovered twice',
    setup: () => heldBy(A),
    threads: {
      b: recovering(B),
      c: recovering(C),
      waiter: words => increment(new Mutex(words, LOCK, 4, { spins: 0 }), words),
    },
    reachable: ['contended'],
    check({ shared, results }) {
      expectEqual(Number(results['b']) + Number(results['c']), 1, 'how many released it');
      expectEqual(shared[COUNT], 1, 'counted');
      expectEqual(shared[LOCK], 0, 'the lock word');
    },
  });
}

/** Two threads use the lock, and a third one looks who has it. */
function watched({ Mutex }: CodeUnderTest): Scenario {
  const holding = (owner: number) => (words: Int32Array) => {
    const lock = new Mutex(words, LOCK, owner, { spins: 0 });
    lock.acquire();
    expectEqual(lock.owner, owner, 'the owner');
    lock.release();
    if (lock.owner === owner) throw new Error('the owner has given it back');
  };
  return forgetShared<Int32Array>({
    name: 'watched',
    setup: memory,
    threads: { a: holding(A), b: holding(B), watcher: words => new Mutex(words, LOCK, C).owner },
    check({ results, shared }) {
      if (![0, A, B].includes(results['watcher'] as number)) throw new Error(`${results['watcher']} had it`);
      expectEqual(shared[LOCK], 0, 'the lock word');
      const lock = new Mutex(shared, LOCK, C);
      lock.acquire();
      expectEqual(lock.contended, 0, 'how often it was taken, though nobody is there');
      lock.release();
    },
  });
}

const entries: readonly ProofEntry[] = [
  {
    name: 'mutex/2-threads-2-times',
    shows: 'two threads are never inside together, and neither sleeps for ever',
    make: counting(2, 2, 0),
    search: { timeouts: 0 },
  },
  {
    name: 'mutex/3-threads',
    shows: 'three threads: the one that wakes with the lock passes the wake-up on',
    make: counting(3, 1, 0),
    search: { timeouts: 0 },
  },
  {
    name: 'mutex/looking-first',
    shows: 'the same with a look at the word before sleeping',
    make: counting(2, 2, 1),
    search: { timeouts: 0 },
  },
  {
    name: 'mutex/slices',
    shows: 'a wait that times out is followed by another, and costs no wake-up',
    make: counting(2, 2, 0),
    search: { timeouts: 1 },
  },
  {
    name: 'mutex/3-threads-slices',
    shows: 'three threads whose waits may time out',
    make: counting(3, 1, 0),
    search: { timeouts: 1, preemptions: 3 },
    nightly: { timeouts: 1 },
  },
  {
    name: 'mutex/3-threads-2-times',
    shows: 'three threads, twice each',
    make: counting(3, 2, 0),
    search: { timeouts: 0, preemptions: 3 },
    nightly: { timeouts: 0, preemptions: 5 },
  },
  {
    name: 'mutex/owner',
    shows: 'the word names the holder as long as there is one',
    make: watched,
    search: { timeouts: 0 },
  },
  {
    name: 'mutex/holder-dies',
    shows: 'a holder that dies at any step is released once, and nobody who waits stays asleep',
    make: dyingHolder,
    search: { timeouts: 0 },
  },
  {
    name: 'mutex/waiter-dies',
    shows: 'a waiter that dies asleep, woken or as the holder costs the other waiter nothing',
    make: dyingWaiter,
    search: { timeouts: 0, preemptions: 3 },
    nightly: { timeouts: 0 },
  },
  {
    name: 'mutex/dead-holder-is-asked-about',
    shows: 'waiters find by themselves that the holder has died',
    make: deadHolder,
    search: { timeouts: 2 },
  },
  {
    name: 'mutex/recovered-twice',
    shows: 'of two that recover one dead holder exactly one releases its lock',
    make: recoveredTwice,
    search: { timeouts: 0 },
  },
];

/** Mutants need two threads, or one that dies: three living ones would find nothing that the others do not find. */
export const mutexEntries: readonly ProofEntry[] = entries.map(entry =>
  entry.name.startsWith('mutex/3-threads')
    ? entry
    : { ...entry, trap: entry.search, catches: ['queues/mutex.js'] },
);
