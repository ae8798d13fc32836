import { reachable } from '../../../explore/index.js';
import type { Bell } from '../../../src/memory/bell.js';
import type { RecordReader, TrackedWriter } from '../../../src/memory/record-queue.js';
import type { LockFreeRing } from '../../../src/queues/lock-free-ring.js';
import type { LockedRing } from '../../../src/queues/locked-ring.js';
import type { RingLock } from '../../../src/queues/ring-lock.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import { put, readAll } from './records.js';

/** Just below where positions wrap. The locked ring's first record lies around the end of the ring then. */
export const BELOW_WRAP = -2;
/** The same where a position becomes negative. */
export const BELOW_SIGN = 0x7ffffffe;

export interface RingOptions {
  /** Records of one frame each that the ring has room for, a power of two. Default: 8. */
  places?: number;
  readers?: number;
  /** Records that a reader takes at once, where it takes any number. Default: 64. */
  batch?: number;
  start?: number;
  /** Frames of two records that were in the lock-free ring before: what they leave behind lies in its slots. */
  used?: number;
  /** The numbers of records that are in the ring already, a frame each. */
  filled?: readonly number[];
}

/** What scenarios use of either ring. One such object is all threads': the views in it do not change. */
export interface Ring {
  readonly control: Int32Array;
  readonly closed: boolean;
  close(): void;
  recoverReader(slot: number, held?: (first: number, count: number) => void): boolean;
}

/** A design of ring: how it is made and used, and how to see that it is as if nothing had been in it. */
export interface RingKind {
  readonly name: string;
  /** What positions count up by, from record to record. */
  readonly step: number;
  make(code: CodeUnderTest, options: RingOptions): Ring;
  writer(ring: Ring, slot: number): Writer;
  reader(ring: Ring, slot: number, options?: ReaderOptions): RecordReader;
  /** Waits until no other reader can be what recoverReader() had to wait for. */
  awaitOtherReaders(code: CodeUnderTest, ring: Ring, slot: number): void;
  /** False if a living thread must go on first. */
  recoverWriter(code: CodeUnderTest, ring: Ring, slot: number): boolean;
  /** @throws Error unless the ring is empty, and nobody holds or notes anything */
  expectEmpty(code: CodeUnderTest, ring: Ring): void;
}

export interface ReaderOptions {
  /** Asked by a reader that waits unusually long for a lock: is the reader in this slot dead? */
  isDead?: (slot: number) => boolean;
  /** Rung when space was given back, for a writer that asked for it. */
  spaceBell?: Bell;
}

export type Writer = TrackedWriter & { discard?(): void };

/** Waiters sleep at once: it is the sleeping that is to be shown. */
const NO_SPINS = { spins: 0 };

export const LOCKED = lockedBy('futex');

/** The locked ring under this lock. Only under the futex mutex may threads die. */
export function lockedBy(lock: Exclude<RingLock, 'none'>): RingKind {
  return {
    name: lock === 'futex' ? 'locked' : `locked-${lock}`,
    step: 4,
    make(code, { places = 8, readers = 1, batch = 64, start = 0, filled = [] }) {
      const { LockedRing, Locked } = code;
      const options = { capacity: 64, readers, batch, start, lock, writers: 3 };
      const buffer = new SharedArrayBuffer(LockedRing.bytes(options));
      // Fewer words than create() allows, and nothing else minds: so the ring is full soon.
      LockedRing.create(buffer, 0, options).control[Locked.CAPACITY] = 2 * places;
      const ring = LockedRing.attach(buffer, 0);
      fill(ring.writer(0), filled);
      return ring;
    },
    writer: (ring, slot) => (ring as LockedRing).writer(slot, NO_SPINS),
    reader: (ring, slot, { isDead, spaceBell } = {}) =>
      (ring as LockedRing).reader(slot, {
        spaceBell,
        lock: isDead === undefined ? NO_SPINS : { spins: 0, isDead: owner => isDead(owner - 1) },
      }),
    awaitOtherReaders() {},
    recoverWriter: (_, ring, slot) => (ring as LockedRing).recoverWriter(slot),
    expectEmpty({ Locked, LockedCell, CLOSED_BIT }, shared) {
      const ring = shared as LockedRing;
      const { control } = ring;
      // Of the ticket lock, the numbers that were taken and not called.
      const called = lock === 'ticket' ? control[ring.cellAt(ring.readers)]! : 0;
      expectNothing('the lock', control[Locked.LOCK]! - called);
      expectNothing('records', (control[Locked.TAIL]! & ~CLOSED_BIT) - control[Locked.HEAD]!);
      for (let slot = 0; slot < ring.readers; slot++) {
        expectNothing(`the note of reader ${slot}`, control[ring.cellAt(slot) + LockedCell.READING]!);
      }
    },
  };
}

/** A record that was read before. */
const OLD = 99;
/** Words of a slot: the least, and more than a record needs. */
const SLOT_WORDS = 16;

export const LOCK_FREE: RingKind = {
  name: 'lock-free',
  step: 2,
  make({ LockFreeRing }, { places = 8, readers = 1, start = 0, used = 0, filled = [] }) {
    const options = { slots: places, slotWords: SLOT_WORDS, readers, writers: 3, start: start - 2 * used };
    const ring = LockFreeRing.create(new SharedArrayBuffer(LockFreeRing.bytes(options)), 0, options);
    const before = ring.writer(0);
    for (let frame = 0; frame < used; frame++) {
      put(before, OLD);
      fill(before, [OLD]);
      readAll(ring.reader(0));
    }
    fill(ring.writer(0), filled);
    return ring;
  },
  writer: (ring, slot) => (ring as LockFreeRing).writer(slot),
  reader: (ring, slot, { spaceBell } = {}) => (ring as LockFreeRing).reader(slot, { spaceBell }),
  awaitOtherReaders({ ReaderCell }, shared, slot) {
    const ring = shared as LockFreeRing;
    for (let other = 0; other < ring.readers; other++) {
      if (other === slot) continue;
      while (Atomics.load(ring.control, ring.readerAt(other) + ReaderCell.HELD) !== 0);
      reachable('recovered in two steps');
    }
  },
  recoverWriter: (_, ring, slot) => (ring as LockFreeRing).recoverWriter(slot),
  expectEmpty({ LockFree, ReaderCell, WriterCell, MAX_HELD, CLOSED_BIT }, shared) {
    const ring = shared as LockFreeRing;
    const { control, slots } = ring;
    const tail = control[LockFree.TAIL]! & ~CLOSED_BIT;
    expectNothing('frames', tail - control[LockFree.HEAD]!);
    for (let position = tail; position !== ((tail + 2 * slots) | 0); position = (position + 2) | 0) {
      expectNothing(`the slot of ${position}`, ring.sequences[ring.sequenceAt(position)]! - position);
    }
    for (let slot = 0; slot < ring.readers; slot++) {
      expectNothing(`the state of reader ${slot}`, control[ring.readerAt(slot) + ReaderCell.STATE]!);
      for (let i = 0; i < MAX_HELD; i++) {
        expectNothing(`note ${i} of reader ${slot}`, control[ring.readerAt(slot) + ReaderCell.HELD + i]!);
      }
    }
    for (let slot = 0; slot < ring.writers; slot++) {
      expectNothing(`the note of writer ${slot}`, control[ring.writerAt(slot) + WriterCell.NOTE]!);
      expectNothing(`the state of writer ${slot}`, control[ring.writerAt(slot) + WriterCell.STATE]!);
    }
  },
};

/** The lock-free ring with its only writer: for scenarios with one. */
export const SOLE_WRITER: RingKind = {
  ...LOCK_FREE,
  writer: ring => (ring as LockFreeRing).soleWriter(),
  recoverWriter({ recoverSoleWriter }, ring) {
    recoverSoleWriter(ring as LockFreeRing);
    return true;
  },
};

function fill(writer: TrackedWriter, numbers: readonly number[]): void {
  for (const number of numbers) {
    if (!put(writer, number) || !writer.flush()) throw new Error(`the ring has no room for record ${number}`);
  }
}

function expectNothing(what: string, left: number): void {
  if (left !== 0) throw new Error(`${what}: ${left} was left behind`);
}
