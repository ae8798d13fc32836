import { expect, test } from 'vitest';
import { MAX_OWNER, Mutex } from '#src/queues/mutex.js';
import { COUNT, lockMemory } from './fixtures/locks.mjs';
import { startThread } from './fixtures/thread.js';

function words(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(8));
}

test('the word names the holder, and is 0 when nobody holds the lock', () => {
  const shared = words();
  const mutex = new Mutex(shared, 0, 7);
  mutex.acquire();
  expect(mutex.owner).toBe(7);
  mutex.release();
  expect(mutex.owner).toBe(0);
  expect(shared[0]).toBe(0);
});

test.each([0, -1, 1.5, MAX_OWNER + 1])('%d is no owner id', owner => {
  expect(() => new Mutex(words(), 0, owner)).toThrow(RangeError);
});

test('only one of two that recover succeeds, and only if the dead thread held the lock', () => {
  const shared = words();
  new Mutex(shared, 0, 5).acquire();
  expect(new Mutex(shared, 0, 1).recover(6)).toBe(false);
  expect(new Mutex(shared, 0, 1).recover(5)).toBe(true);
  expect(new Mutex(shared, 0, 2).recover(5)).toBe(false);
});

test('a lock that somebody waits for is recovered too', () => {
  const shared = words();
  new Mutex(shared, 0, 5).acquire();
  shared[0] = (shared[0] as number) | 1;
  expect(new Mutex(shared, 0, 1).recover(5)).toBe(true);
  new Mutex(shared, 0, 1).acquire();
});

test('a waiter asks whether the holder is dead, and takes the lock from it', () => {
  const shared = words();
  new Mutex(shared, 0, 5).acquire();
  const asked: number[] = [];
  const isDead = (owner: number) => asked.push(owner) === 2;
  const mutex = new Mutex(shared, 0, 1, { spins: 0, isDead });
  const waits: string[] = [];
  mutex.waits = { begin: () => waits.push('begin'), end: () => waits.push('end') };
  mutex.acquire();
  expect(asked).toEqual([5, 5]);
  expect(waits).toEqual(['begin', 'end']);
  expect(mutex.owner).toBe(1);
});

test('a thread that dies while it holds the lock stops the others only until it is recovered', async () => {
  const shared = lockMemory();
  const kind = 'futex';
  const victim = startThread('lock-counter.mjs', { shared, kind, owner: 1, rounds: 0, hold: true });
  await victim.message;
  const waiter = startThread('lock-counter.mjs', { shared, kind, owner: 2, rounds: 10 });
  await waiter.message;
  await victim.kill();
  expect(new Mutex(new Int32Array(shared), 0, 3).recover(1)).toBe(true);
  await waiter.exited;
  expect(new Int32Array(shared)[COUNT]).toBe(10);
});
