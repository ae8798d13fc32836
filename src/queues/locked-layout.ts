import { CELL } from '../memory/layout.js';

/**
 * One ring, any number of writers and readers, one lock: the design that most people write first, as fast as it
 * gets. Records lie one after the other; one that meets the end of the ring goes on at its start.
 *
 *     ┌──────┬──────┬──────┬────────┬───────┬──────┬───────────────────┬────────────┬──────────────────┐
 *     │ LOCK │ TAIL │ HEAD │ ASLEEP │ SPACE │ META │ reader 0 … R-1    │ lock       │ words (the ring) │
 *     └──────┴──────┴──────┴────────┴───────┴──────┴───────────────────┴────────────┴──────────────────┘
 *       one cell each                                one cell each       L cells      capacity x 8 bytes
 *
 *     LOCK    the first word of the lock: all of the mutex and of the spin lock, NEXT of the ticket lock, TAIL of the MCS
 *             lock. SERVING of the ticket lock lies in a further cell (L = 1), and so do the nodes of the MCS lock: one for
 *             each reader, then one for each writer (L = R + W). L = 0 for the others.
 *     TAIL    behind the last record; bit 0 says that the ring is closed
 *     HEAD    the first record that no reader has taken
 *     ASLEEP  which readers may be asleep (sleepers.ts)
 *     SPACE   which writers wait for space (space-waiters.ts)
 *
 *        HEAD                           TAIL
 *          ▼                              ▼
 *     ┌────┬──────────┬──────────┬────────┬────┐
 *     │    │ record   │ record   │ record │    │    a record: one word {payload bytes, tag}, then the payload
 *     └────┴──────────┴──────────┴────────┴────┘
 *
 * Positions count int32s, so they are even, and wrap at 2^32.
 *
 * A critical section becomes visible by its last store: the writer's to TAIL, the reader's to HEAD. A thread that
 * dies before it has changed nothing, one that dies after it has finished; so recovery is to release its lock, which can
 * be done with the futex mutex (lock.ts).
 */
export const Locked = {
  LOCK: 0,
  TAIL: CELL,
  HEAD: 2 * CELL,
  ASLEEP: 3 * CELL,
  SPACE: 4 * CELL,
  /**
   * Constants of the ring: capacity in words, reader slots, records of one critical section; the lock, by its place in
   * RING_LOCKS, and the writers that an MCS lock has nodes for.
   */
  CAPACITY: 5 * CELL,
  READERS: 5 * CELL + 1,
  BATCH: 5 * CELL + 2,
  LOCK_KIND: 5 * CELL + 4,
  WRITERS: 5 * CELL + 5,
  /** One more than the highest reader slot ever used: how many cells `released` looks at. */
  USED: 5 * CELL + 3,
  /** The first reader cell. The lock's cells follow the last one. */
  CELLS: 6 * CELL,
} as const;

/** int32s of a reader's cell. */
export const LockedCell = {
  /** PARKED while the reader sleeps. */
  BELL: 0,
  /** Position + 1 of the first record that the reader has taken and not given back; 0: none. */
  READING: 1,
  /**
   * Of the records that the reader took last: the first int32 of the first one's payload, and how many they are. They
   * tell whoever recovers what a dead reader took with it.
   */
  FIRST: 2,
  COUNT: 3,
} as const;
