import { QueueCounters } from '../memory/counters.js';
import { CELL, CLOSED_BIT, WORD_BYTES } from '../memory/layout.js';
import type { Lock, LockOptions, RobustLock } from './lock.js';
import { Locked, LockedCell } from './locked-layout.js';
import { LockedReader, type LockedReaderOptions } from './locked-reader.js';
import { LockedWriter } from './locked-writer.js';
import { Mutex } from './mutex.js';
import { lockCells, RING_LOCKS, type RingLock, spinningLock } from './ring-lock.js';
import { Sleepers } from './sleepers.js';
import { SpaceWaiters } from './space-waiters.js';

export interface LockedRingOptions {
  /** Words of the ring, a power of two, at least 64. */
  capacity: number;
  /** Reader slots. Default: 64. */
  readers?: number;
  /** Records that one critical section moves at most, on both sides. 1: a lock for each record. Default: 64. */
  batch?: number;
  /** What guards the ring. Default: the futex mutex, the only one that survives the death of a thread. */
  lock?: RingLock;
  /** Writers that there may be under an MCS lock; under the others, any number. Default: 64. */
  writers?: number;
  /** First position, a multiple of 2; tests start just below a wrap. */
  start?: number;
}

type LockedRingShape = Required<Omit<LockedRingOptions, 'start'>>;

/**
 * One ring, any number of writers and readers, one lock: the views through which one thread sees it, and the making
 * of its readers and writers. The picture is in locked-layout.ts.
 */
export class LockedRing {
  readonly control: Int32Array;
  /** The ring, two int32s a word. */
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** Words of the ring. */
  readonly capacity: number;
  readonly readers: number;
  readonly batch: number;
  readonly lock: RingLock;
  readonly writers: number;
  readonly sleepers: Sleepers;
  readonly space: SpaceWaiters;
  /** What this thread does through these views. */
  readonly counters = new QueueCounters();

  private constructor(buffer: SharedArrayBuffer, offset: number, shape: LockedRingShape) {
    const { capacity, readers, batch, lock, writers } = shape;
    const wordsAt = wordsOffset(shape);
    this.control = new Int32Array(buffer, offset, wordsAt / 4);
    this.words = new Int32Array(buffer, offset + wordsAt, capacity * 2);
    this.bytes = new Uint8Array(buffer, offset + wordsAt, capacity * WORD_BYTES);
    this.capacity = capacity;
    this.readers = readers;
    this.batch = batch;
    this.lock = lock;
    this.writers = writers;
    const bells = Locked.CELLS + LockedCell.BELL;
    this.sleepers = new Sleepers(this.control, Locked.ASLEEP, bells, readers, this.counters);
    this.space = new SpaceWaiters(this.control, Locked.SPACE, this.counters);
  }

  /** Bytes that a ring takes. */
  static bytes(options: LockedRingOptions): number {
    return wordsOffset(complete(options)) + options.capacity * WORD_BYTES;
  }

  /** Prepares the memory at `offset` (bytes, a multiple of 128) as an empty ring; nobody else may use it yet. */
  static create(buffer: SharedArrayBuffer, offset: number, options: LockedRingOptions): LockedRing {
    const shape = complete(options);
    const { capacity, readers, batch, lock, writers } = shape;
    if (capacity < 64 || capacity > 1 << 29 || (capacity & (capacity - 1)) !== 0) {
      throw new RangeError(`The capacity of a ring is a power of two from 64 to 2^29 words, not ${capacity}`);
    }
    const kind = RING_LOCKS.indexOf(lock);
    if (kind < 0) {
      throw new RangeError(`The lock of a ring is one of ${RING_LOCKS.join(', ')}, not ${lock}`);
    }
    if (!Number.isInteger(writers) || writers < 1) {
      throw new RangeError(`The writers of a ring are a positive integer, not ${writers}`);
    }
    const { start = 0 } = options;
    const ring = new LockedRing(buffer, offset, shape);
    // Plain stores: the memory is handed to other threads only after this, through a synchronising message.
    ring.control.fill(0);
    ring.control[Locked.CAPACITY] = capacity;
    ring.control[Locked.READERS] = readers;
    ring.control[Locked.BATCH] = batch;
    ring.control[Locked.LOCK_KIND] = kind;
    ring.control[Locked.WRITERS] = writers;
    ring.control[Locked.TAIL] = start;
    ring.control[Locked.HEAD] = start;
    return ring;
  }

  /** The ring that `create` prepared at `offset`, seen from another thread. */
  static attach(buffer: SharedArrayBuffer, offset: number): LockedRing {
    const meta = new Int32Array(buffer, offset, Locked.CELLS);
    return new LockedRing(buffer, offset, {
      capacity: meta[Locked.CAPACITY]!,
      readers: meta[Locked.READERS]!,
      batch: meta[Locked.BATCH]!,
      lock: RING_LOCKS[meta[Locked.LOCK_KIND]!]!,
      writers: meta[Locked.WRITERS]!,
    });
  }

  /** A reader for this thread. `slot` (0 to readers - 1) belongs to it until recoverReader(slot). */
  reader(slot: number, options: LockedReaderOptions = {}): LockedReader {
    if (slot < 0 || slot >= this.readers)
      throw new RangeError(`Reader slot ${slot} of ${this.readers} does not exist`);
    for (;;) {
      const used = Atomics.load(this.control, Locked.USED); // pairs with the compareExchange below
      if (used > slot) break;
      // pairs with the load in released: before this reader notes anything, its cell is looked at
      if (Atomics.compareExchange(this.control, Locked.USED, used, slot + 1) === used) break;
    }
    return new LockedReader(this, slot, this.#lock(slot + 1, options.lock), options);
  }

  /**
   * A writer for this thread. Any number from 0 names it, under an MCS lock below `writers`; no two living writers have
   * the same.
   */
  writer(slot: number, lock: LockOptions = {}): LockedWriter {
    if (this.lock === 'mcs' && !(slot >= 0 && slot < this.writers))
      throw new RangeError(`Writer slot ${slot} of ${this.writers} does not exist`);
    return new LockedWriter(this, this.#lock(this.readers + slot + 1, lock));
  }

  #lock(owner: number, options: LockOptions = {}): Lock {
    // With isDead it has to be the mutex: it says so if it is not.
    const lock =
      this.lock === 'futex' || options.isDead !== undefined
        ? this.#mutex(owner, options)
        : spinningLock(this.lock, this.control, Locked.LOCK, this.cellAt(this.readers), owner);
    return options.wrap?.(lock) ?? lock;
  }

  /** @throws RangeError if the lock is another: nobody knows who holds it, and it cannot be recovered */
  #mutex(owner: number, { spins, isDead }: LockOptions = {}): RobustLock {
    if (this.lock !== 'futex') {
      throw new RangeError(
        `A ring under the lock ${this.lock} cannot be recovered from a dead thread: only the futex mutex knows its ` +
          "holder. Make the ring with `lock: 'futex'`, or let its threads end in good order.",
      );
    }
    const options = { spins, counters: this.counters };
    if (isDead === undefined) return new Mutex(this.control, Locked.LOCK, owner, options);
    // Whoever hears of a death from it releases the dead one's lock next.
    const settled = (other: number) => {
      if (!isDead(other)) return false;
      this.#settle(other - 1);
      return true;
    };
    return new Mutex(this.control, Locked.LOCK, owner, { ...options, isDead: settled });
  }

  /**
   * Takes back the note of a dead reader that had not moved HEAD: it has taken nothing. Before its lock is released: as
   * long as it is held HEAD stands still, and afterwards another reader may move it as the dead one would have.
   */
  #settle(slot: number): void {
    if (slot >= this.readers) return; // a writer
    const at = this.cellAt(slot) + LockedCell.READING;
    const note = Atomics.load(this.control, at); // pairs with LockedReader.open()
    const head = Atomics.load(this.control, Locked.HEAD); // pairs with the store in LockedReader.open()
    // pairs with the load in released
    if (note !== 0 && ((note - 1) | 0) === head) Atomics.store(this.control, at, 0);
  }

  /** Index in `control` of reader `slot`'s cell. */
  cellAt(slot: number): number {
    return Locked.CELLS + slot * CELL;
  }

  /** True once close() was called, by any thread. */
  get closed(): boolean {
    return (Atomics.load(this.control, Locked.TAIL) & CLOSED_BIT) !== 0; // pairs with the or in close()
  }

  /** Position before which no reader has anything any more, and which nobody will read again. */
  get released(): number {
    // HEAD first; pairs with the store in LockedReader.open(), which comes after the reader's note: whoever sees
    // HEAD behind a record sees the note of the reader that took it, or that it was given back.
    let released = Atomics.load(this.control, Locked.HEAD);
    const used = Atomics.load(this.control, Locked.USED); // pairs with the compareExchange in reader()
    for (let slot = 0; slot < used; slot++) {
      // pairs with the stores in LockedReader.open() and release()
      const reading = Atomics.load(this.control, this.cellAt(slot) + LockedCell.READING);
      if (reading !== 0 && ((reading - 1 - released) | 0) < 0) released = (reading - 1) | 0;
    }
    return released;
  }

  /** Refuses everything from now on: takes no lock, so nobody can hold it up. Wakes whoever sleeps. */
  close(): void {
    Atomics.or(this.control, Locked.TAIL, CLOSED_BIT); // pairs with the compareExchange in LockedWriter.flush()
    this.sleepers.wakeAll();
    this.space.announce();
  }

  /**
   * Takes back what a reader left behind when its thread died: the lock, its note, and the wake-up that it may have
   * swallowed. Call it once when the thread has really ended; also for a reader that leaves in good order. Its slot
   * may then be given to another.
   *
   * @param held told of what the reader took last and did not give back: the first int32 of the first record's payload,
   *   and the number of records
   * @returns true: the slot is free. (The lock-free ring may have to wait.)
   * @throws RangeError unless the lock is the futex mutex
   */
  recoverReader(slot: number, held?: (first: number, count: number) => void): boolean {
    const mutex = this.#mutex(slot + 1);
    const cell = this.cellAt(slot);
    this.#settle(slot);
    mutex.recover(slot + 1);
    if (Atomics.load(this.control, cell + LockedCell.READING) !== 0) {
      held?.(this.control[cell + LockedCell.FIRST]!, this.control[cell + LockedCell.COUNT]!);
    }
    // pairs with the load in released; after the lock, so that what the reader held is given back as a whole
    Atomics.store(this.control, cell + LockedCell.READING, 0);
    // It may have died while it woke another, or after it was woken itself: everyone looks for himself.
    this.sleepers.wakeAll();
    this.space.announce();
    return true;
  }

  /** The same for a writer: releases its lock, and wakes the readers that it may have had to wake. */
  recoverWriter(slot: number): boolean {
    const owner = this.readers + slot + 1;
    this.#mutex(owner).recover(owner);
    this.sleepers.wakeAll();
    return true;
  }
}

function complete({
  capacity,
  readers = 64,
  batch = 64,
  lock = 'futex',
  writers = 64,
}: LockedRingOptions): LockedRingShape {
  return { capacity, readers, batch, lock, writers };
}

/** Where the ring's words start, in bytes. */
function wordsOffset({ readers, lock, writers }: LockedRingShape): number {
  return (Locked.CELLS + (readers + lockCells(lock, readers + writers)) * CELL) * 4;
}
