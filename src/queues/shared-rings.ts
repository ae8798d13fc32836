import type { Bell } from '../memory/bell.js';
import { Page } from '../memory/layout.js';
import type { RecordReader, TrackedWriter } from '../memory/record-queue.js';
import { recoverSoleWriter } from './lock-free-recovery.js';
import { LockFreeRing } from './lock-free-ring.js';
import { LockedRing } from './locked-ring.js';

/** The dispatches in which all consumers of a queue share one ring. */
export type SharedDispatch = 'shared-locked' | 'shared-locked-batched' | 'shared-lock-free';

/** Consumers of one shared ring at most. */
export const RING_READERS = 64;
/** Records that one critical section of the batched lock moves. */
const LOCK_BATCH = 64;
/** Words of a slot of the lock-free ring: holds the largest message that travels in a ring (8 KiB). */
const SLOT_WORDS = 1024;

/** A ring that one writer, the router, fills for many readers. */
export interface SharedRingMemory {
  readonly closed: boolean;
  close(): void;
  /**
   * Takes back what reader `slot` held; false if it must be called again a little later. `held` is told of the records
   * that it has taken with it: the first int32 of the first one's payload, and how many they are.
   */
  recoverReader(slot: number, held?: (first: number, count: number) => void): boolean;
  /** Wakes every reader that sleeps: one of them is to look at something else. */
  readonly sleepers: { wakeAll(): void };
}

/** Bytes of a shared ring for about `ringBytes` of records. */
export function sharedRingBytes(dispatch: SharedDispatch, ringBytes: number): number {
  return dispatch === 'shared-lock-free'
    ? LockFreeRing.bytes(lockFreeOptions(ringBytes))
    : LockedRing.bytes(lockedOptions(dispatch, ringBytes));
}

/**
 * Makes a ring at `offset`, and its only writer.
 *
 * @param isDead says whether the reader in a slot is known to have died: a lock that it holds is then taken back
 */
export function createSharedRing(
  dispatch: SharedDispatch,
  buffer: SharedArrayBuffer,
  offset: number,
  ringBytes: number,
  isDead: (slot: number) => boolean,
): { ring: SharedRingMemory; writer: TrackedWriter } {
  if (dispatch === 'shared-lock-free') {
    const ring = LockFreeRing.create(buffer, offset, lockFreeOptions(ringBytes));
    return { ring, writer: ring.soleWriter() };
  }
  const ring = LockedRing.create(buffer, offset, lockedOptions(dispatch, ringBytes));
  // The lock's owner ids are the readers' slots + 1; see LockedRing.reader().
  return { ring, writer: ring.writer(0, { isDead: owner => isDead(owner - 1) }) };
}

/** Closes the ring whose page carries `tag`, in the name of a router that no longer can. */
export function closeSharedRing(tag: number, buffer: SharedArrayBuffer, offset: number): void {
  // It may have died in the middle of a write: with the lock, or with a slot that it had claimed.
  if (tag === Page.LOCK_FREE_TAG) {
    const ring = LockFreeRing.attach(buffer, offset);
    recoverSoleWriter(ring);
    ring.close();
  } else {
    const ring = LockedRing.attach(buffer, offset);
    ring.close();
    ring.recoverWriter(0);
  }
}

/** The reader in `slot` of the ring at `offset`. */
export function sharedRingReader(
  dispatch: SharedDispatch,
  buffer: SharedArrayBuffer,
  offset: number,
  slot: number,
  options: { spaceBell?: Bell; spins?: () => number },
): RecordReader {
  return dispatch === 'shared-lock-free'
    ? LockFreeRing.attach(buffer, offset).reader(slot, options)
    : LockedRing.attach(buffer, offset).reader(slot, options);
}

function lockedOptions(dispatch: SharedDispatch, ringBytes: number) {
  return {
    capacity: ringBytes / 8,
    readers: RING_READERS,
    batch: dispatch === 'shared-locked-batched' ? LOCK_BATCH : 1,
  };
}

function lockFreeOptions(ringBytes: number) {
  return {
    slots: Math.max(4, ringBytes / (SLOT_WORDS * 8)),
    slotWords: SLOT_WORDS,
    readers: RING_READERS,
    writers: 1,
  };
}
