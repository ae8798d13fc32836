import type { Lock } from './lock.js';
import { McsLock } from './mcs-lock.js';
import { SpinLock } from './spin-lock.js';
import { TicketLock } from './ticket-lock.js';

/**
 * What can guard a LockedRing. A ring's memory keeps the place in this list.
 *
 *     futex    Mutex: sleeps, and survives the death of its holder; the broker's
 *     spin     SpinLock: test-and-test-and-set, in no order
 *     ticket   TicketLock: in order, all waiters look at one word
 *     mcs      McsLock: in order, each waiter looks at a word of its own
 *     none     nothing: callers exclude each other around open() and flush(), and around reserve() where it may flush
 */
export const RING_LOCKS = ['futex', 'spin', 'ticket', 'mcs', 'none'] as const;
export type RingLock = (typeof RING_LOCKS)[number];

/** Cells that the lock needs beside its first word. */
export function lockCells(lock: RingLock, threads: number): number {
  if (lock === 'ticket') return 1;
  return lock === 'mcs' ? threads : 0;
}

/**
 * The lock, if it is another than the mutex, for one thread.
 *
 * @param index of its first word
 * @param cells index of its further cells
 * @param owner this thread's id, from 1
 */
export function spinningLock(
  lock: Exclude<RingLock, 'futex'>,
  words: Int32Array,
  index: number,
  cells: number,
  owner: number,
): Lock {
  switch (lock) {
    case 'spin':
      return new SpinLock(words, index);
    case 'ticket':
      return new TicketLock(words, index, cells);
    case 'mcs':
      return new McsLock(words, index, cells, owner);
    case 'none':
      return { contended: 0, acquire() {}, release() {} };
  }
}
