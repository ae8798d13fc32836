import { CELL } from '../memory/layout.js';

/**
 * One ring, any number of writers and readers, no lock: Dmitry Vyukov's bounded multi-producer multi-consumer queue,
 * whose slots hold not one record but a frame of many, so that two compare-exchanges serve a whole batch.
 *
 *     ┌──────┬──────┬────────┬───────┬──────┬───────────┬───────────┬───────────────────┬──────────────────┐
 *     │ TAIL │ HEAD │ ASLEEP │ SPACE │ META │ reader    │ writer    │ sequence 0 … S-1  │ slot 0 … S-1     │
 *     │      │      │        │       │      │ 0 … R-1   │ 0 … W-1   │                   │                  │
 *     └──────┴──────┴────────┴───────┴──────┴───────────┴───────────┴───────────────────┴──────────────────┘
 *       one cell each                         one cell each           one cell each       slotWords x 8 bytes
 *
 *     TAIL    the next slot to be written; bit 0 says that the ring is closed
 *     HEAD    the next slot to be read
 *     ASLEEP  which readers may be asleep (sleepers.ts)
 *     SPACE   which writers wait for space (space-waiters.ts)
 *
 * Positions count slots in steps of 2, so they are even, and wrap at 2^32; position p is slot (p / 2) mod S. The
 * sequence of a slot says who may use it:
 *
 *     p           free: whoever moves TAIL from p to p + 2 may write
 *     p + 1       full: whoever moves HEAD from p to p + 2 may read
 *     p + 2 S     free again, for the next lap
 *
 * A slot:
 *
 *     ┌──────────────────┬──────────┬──────────┬───┬──────┐
 *     │ 0    │ count     │ record 0 │ record 1 │ … │      │    count 0: nothing here, go on
 *     └──────────────────┴──────────┴──────────┴───┴──────┘
 *       one word           each: one word {payload bytes, tag}, then the payload
 *
 * A reader reads where the records lie and then sets the sequence free. So a slow reader stops the ring when the
 * writers come round to its slot, and a dead one does until recoverReader() (lock-free-recovery.ts).
 */
export const LockFree = {
  TAIL: 0,
  HEAD: CELL,
  ASLEEP: 2 * CELL,
  SPACE: 3 * CELL,
  /** Constants of the ring: slots, words of a slot, reader cells, writer cells. */
  SLOTS: 4 * CELL,
  SLOT_WORDS: 4 * CELL + 1,
  READERS: 4 * CELL + 2,
  WRITERS: 4 * CELL + 3,
  /** One more than the highest reader slot ever used: how many cells `released` looks at. */
  USED: 4 * CELL + 4,
  /** The first reader cell. */
  CELLS: 5 * CELL,
} as const;

/** Slots that a reader may hold at once. What it opens beyond them, it copies out. */
export const MAX_HELD = 16;

/** int32s of a reader's cell. */
export const ReaderCell = {
  /** PARKED while the reader sleeps. */
  BELL: 0,
  /** DEAD from the first recoverReader() until the slot is free again. */
  STATE: 1,
  /** Position + 1 of a slot that the reader is about to claim or holds; 0: none. HELD is the oldest. */
  HELD: 2,
} as const;

/** int32s of a writer's cell. */
export const WriterCell = {
  /** Position + 1 of the slot that the writer is about to claim or fills; 0: none. */
  NOTE: 0,
  /** DEAD from the first recoverWriter() until the slot is free again. */
  STATE: 1,
} as const;

export const ALIVE = 0;
export const DEAD = 1;

/**
 * int32s from one sequence to the next: a cell each, because neighbouring slots are in different hands. Costs 3 % of
 * a slot of 4 KiB.
 */
export const SEQUENCE = CELL;
