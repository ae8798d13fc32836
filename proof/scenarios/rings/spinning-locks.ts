import { reachable, type Scenario } from '../../../explore/index.js';
import type { Lock } from '../../../src/queues/lock.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { forgetShared } from '../forget-shared.js';
import { lockedBy } from './kinds.js';
import { closing, numbered, readersOfOne, writersAndReader } from './traffic.js';

/**
 * The locks that spin. What they guard is read and written plainly: two threads inside at once are a race, and a lost
 * increment. A thread that spins when nobody is left to let it in is a livelock.
 */

type Kind = 'spin' | 'ticket' | 'mcs';

/** int32s of the memory: the lock's first word, what it guards, and flags; then the lock's further cells. */
const LOCK = 0;
const COUNT = 1;
const HELD = 2;
const DONE = 3;
const CELLS = 32;
const THREADS = 3;

/** Just below where the numbers of the ticket lock wrap: the last that fits is taken first. */
const LAST_TICKET = 0x7fffffff;

function memory(kind: Kind): Int32Array {
  const words = new Int32Array(new SharedArrayBuffer(4 * CELLS * (1 + THREADS)));
  if (kind === 'ticket') words.fill(LAST_TICKET, LOCK, LOCK + 1).fill(LAST_TICKET, CELLS, CELLS + 1);
  return words;
}

/** Nobody has the lock, or waits for it. */
function expectFree(kind: Kind, words: Int32Array): void {
  const free = kind === 'ticket' ? words[CELLS] : 0;
  if (words[LOCK] !== free) throw new Error(`the lock's word is ${words[LOCK]}, not ${free}`);
}

/** Counts one up, under the lock; returns the count, which tells the order of the threads. */
function increment(lock: Lock, words: Int32Array): number {
  lock.acquire();
  if (lock.contended > 0) reachable('contended');
  const count = words[COUNT]! + 1;
  words[COUNT] = count;
  lock.release();
  return count;
}

/** Threads that each count `times` up. */
function counting(kind: Kind, threads: number, times: number) {
  return ({ spinningLock }: CodeUnderTest): Scenario =>
    forgetShared<Int32Array>({
      name: `${kind}: ${threads} threads, ${times} times`,
      setup: () => memory(kind),
      threads: numbered('thread', threads, (words: Int32Array, i) => {
        const lock = spinningLock(kind, words, LOCK, CELLS, i + 1);
        return Array.from({ length: times }, () => increment(lock, words));
      }),
      reachable: ['contended'],
      check({ shared }) {
        if (shared[COUNT] !== threads * times) throw new Error(`counted ${shared[COUNT]}`);
        expectFree(kind, shared);
      },
    });
}

/** True if the thread with id 2 has a place in the line behind the one with id 1, or had one. */
function isInLine(kind: Kind, words: Int32Array): boolean {
  if (Atomics.load(words, DONE) === 1) return true;
  // The number that it takes is the second. The spin lock has no line: that it is coming must do.
  if (kind === 'ticket') return Atomics.load(words, LOCK) === ((LAST_TICKET + 2) | 0);
  return kind === 'mcs' ? Atomics.load(words, LOCK) === 2 : Atomics.load(words, HELD) === 2;
}

/** While one thread has the lock, or had it, a second one gets into line, and only then a third one comes. */
function inLine(kind: Kind) {
  return ({ spinningLock }: CodeUnderTest): Scenario =>
    forgetShared<Int32Array>({
      name: `${kind}: in line`,
      setup: () => memory(kind),
      threads: {
        holder(words) {
          const lock = spinningLock(kind, words, LOCK, CELLS, 1);
          lock.acquire();
          if (lock.contended !== 0) throw new Error('the lock was free, and counted as taken');
          Atomics.store(words, HELD, 1);
          lock.release();
        },
        second(words) {
          const lock = spinningLock(kind, words, LOCK, CELLS, 2);
          while (Atomics.load(words, HELD) === 0);
          if (kind === 'spin') Atomics.store(words, HELD, 2);
          const count = increment(lock, words);
          Atomics.store(words, DONE, 1);
          return count;
        },
        third(words) {
          const lock = spinningLock(kind, words, LOCK, CELLS, 3);
          while (!isInLine(kind, words));
          return increment(lock, words);
        },
      },
      reachable: kind === 'spin' ? ['contended', 'overtaken'] : ['contended'],
      check({ results }) {
        if (results['second'] === 1) return;
        if (kind !== 'spin') throw new Error('the third was before the second');
        reachable('overtaken');
      },
    });
}

const ALL = {};
const TWO = { preemptions: 2 };
const THREE = { preemptions: 3 };

/** A search of a mutant takes a second. One that takes longer does not come to an access any more. */
const MUTANT_MILLISECONDS = 3000;

/** The lock by itself. */
function lockEntries(kind: Kind): ProofEntry[] {
  const entries: ProofEntry[] = [
    {
      name: `${kind}/2-threads-2-times`,
      shows: 'two threads are never inside together, and each comes in',
      make: counting(kind, 2, 2),
      search: ALL,
    },
    {
      name: `${kind}/3-threads`,
      shows: 'the same with three threads',
      make: counting(kind, 3, 1),
      search: ALL,
    },
    {
      name: `${kind}/3-threads-2-times`,
      shows: 'three threads, twice each',
      make: counting(kind, 3, 2),
      search: THREE,
    },
    {
      name: `${kind}/in-line`,
      shows:
        kind === 'spin'
          ? 'a thread that comes later may be let in first: no order is promised'
          : 'a thread that is in line is let in before one that comes later',
      make: inLine(kind),
      search: ALL,
    },
  ];
  const catches = [`queues/${kind}-lock.js`];
  return entries.map(entry =>
    entry.search === ALL ? { ...entry, trap: { milliseconds: MUTANT_MILLISECONDS }, catches } : entry,
  );
}

function ringEntries(kind: Kind): ProofEntry[] {
  const ring = lockedBy(kind);
  return [
    {
      name: `${ring.name}/2-writers-2-records`,
      shows: 'a ring under it: each record is written once, whole and in its writer’s order',
      make: writersAndReader(ring, 2, 2, 'afterwards'),
      search: ALL,
    },
    {
      name: `${ring.name}/2-writers-1-record-reader`,
      shows: 'the same, and a reader that looks meanwhile',
      make: writersAndReader(ring, 2, 1, 'meanwhile'),
      search: TWO,
      nightly: THREE,
    },
    {
      name: `${ring.name}/2-readers-1-writer`,
      shows: 'two readers share the records while they are written',
      make: readersOfOne(ring, 2, 1),
      search: TWO,
      nightly: THREE,
    },
    {
      name: `${ring.name}/closing`,
      shows: 'what was accepted before a close is read, and the reader ends',
      make: closing(ring, 1),
      search: ALL,
    },
  ];
}

export const spinningLockEntries: readonly ProofEntry[] = (['spin', 'ticket', 'mcs'] as const).flatMap(
  kind => [...lockEntries(kind), ...ringEntries(kind)],
);
