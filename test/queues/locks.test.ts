import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { explore, reachable } from '#explore/index.js';
import { COUNT, LOCK, lockMemory, lockOf, TURNS } from './fixtures/locks.mjs';
import { startThread, type Thread } from './fixtures/thread.js';

// Where threads outnumber cores, a lock that keeps an order hands over once in a turn of the scheduler: milliseconds.
const KINDS = [
  { kind: 'futex', rounds: 20_000 },
  { kind: 'spin', rounds: 20_000 },
  { kind: 'ticket', rounds: 100 },
  { kind: 'mcs', rounds: 100 },
] as const;

describe.each(KINDS)('$kind', ({ kind, rounds }) => {
  test('four threads count to the same number', async () => {
    const shared = lockMemory();
    const threads = [1, 2, 3, 4].map(owner =>
      startThread('lock-counter.mjs', { shared, kind, owner, rounds }),
    );
    await Promise.all(threads.map(thread => thread.exited));
    expect(new Int32Array(shared)[COUNT]).toBe(4 * rounds);
  });

  test('counts how often it found the lock taken, and tells of each wait', () => {
    const onceIn = (owner: number) => (words: Int32Array) => {
      const lock = lockOf(kind, words, owner);
      const told: string[] = [];
      lock.waits = { begin: () => told.push('begin'), end: () => told.push('end') };
      lock.acquire();
      lock.release();
      expect(told).toEqual(lock.contended === 0 ? [] : ['begin', 'end']);
      return lock.contended;
    };
    const { violation, complete } = explore<Int32Array>({
      name: 'contended',
      setup: () => new Int32Array(lockMemory()),
      threads: { a: onceIn(1), b: onceIn(2) },
      reachable: ['0 times', '1 times'],
      check({ results }) {
        const taken = Number(results['a']) + Number(results['b']);
        expect(taken).toBeLessThan(2);
        reachable(`${taken} times`);
      },
    });
    expect(violation).toBeUndefined();
    expect(complete).toBe(true);
  });
});

/** Looks until it is so, as long as the thread runs. */
async function until(condition: () => boolean, thread: Thread): Promise<void> {
  let over = false;
  const end = () => {
    over = true;
  };
  thread.exited.then(end, end);
  while (!condition()) {
    if (over) throw new Error('The thread has ended, and did not wait for the lock');
    await setImmediate();
  }
}

// NEXT of the ticket lock: how many have come. TAIL of the MCS lock: who came last.
test.each(['ticket', 'mcs'] as const)('%s: threads come in in the order in which they came', async kind => {
  const shared = lockMemory();
  const words = new Int32Array(shared);
  const mine = lockOf(kind, words, 1);
  mine.acquire();
  const threads: Thread[] = [];
  for (const owner of [5, 2, 4, 3]) {
    const thread = startThread('lock-counter.mjs', { shared, kind, owner, rounds: 1 });
    threads.push(thread);
    const inLine = kind === 'ticket' ? threads.length + 1 : owner;
    await until(() => Atomics.load(words, LOCK) === inLine, thread);
  }
  mine.release();
  await Promise.all(threads.map(thread => thread.exited));
  expect([...words.subarray(TURNS, TURNS + 4)]).toEqual([5, 2, 4, 3]);
});
