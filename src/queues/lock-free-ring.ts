import { QueueCounters } from '../memory/counters.js';
import { CELL, CLOSED_BIT, RECORD_HEADER_WORDS, WORD_BYTES } from '../memory/layout.js';
import type { BatchLimits } from '../memory/mailbox-writer.js';
import { LockFree, ReaderCell, SEQUENCE } from './lock-free-layout.js';
import { LockFreeReader, type LockFreeReaderOptions } from './lock-free-reader.js';
import { recoverReader, recoverWriter } from './lock-free-recovery.js';
import { LockFreeSoleWriter } from './lock-free-sole-writer.js';
import { LockFreeWriter } from './lock-free-writer.js';
import { Sleepers } from './sleepers.js';
import { SpaceWaiters } from './space-waiters.js';

export interface LockFreeRingOptions {
  /** Slots, a power of two, at least 2. */
  slots: number;
  /** Words of a slot, a multiple of 16, at least 16. One word of it is the frame's header. Default: 512 (4 KiB). */
  slotWords?: number;
  /** Reader slots. Default: 64. */
  readers?: number;
  /** Writer slots. Default: 64. */
  writers?: number;
  /** First position, a multiple of 2; tests start just below a wrap. */
  start?: number;
}

/**
 * One ring, any number of writers and readers, no lock: the views through which one thread sees it, and the making
 * of its readers and writers. The picture is in lock-free-layout.ts.
 */
export class LockFreeRing {
  readonly control: Int32Array;
  readonly sequences: Int32Array;
  /** The slots, two int32s a word. */
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly slots: number;
  readonly slotWords: number;
  readonly readers: number;
  readonly writers: number;
  readonly sleepers: Sleepers;
  readonly space: SpaceWaiters;
  /** What this thread does through these views. */
  readonly counters = new QueueCounters();

  private constructor(buffer: SharedArrayBuffer, offset: number, options: Required<LockFreeRingOptions>) {
    const { slots, slotWords, readers, writers } = options;
    const sequencesAt = (LockFree.CELLS + (readers + writers) * CELL) * 4;
    const wordsAt = sequencesAt + slots * SEQUENCE * 4;
    this.control = new Int32Array(buffer, offset, sequencesAt / 4);
    this.sequences = new Int32Array(buffer, offset + sequencesAt, slots * SEQUENCE);
    this.words = new Int32Array(buffer, offset + wordsAt, slots * slotWords * 2);
    this.bytes = new Uint8Array(buffer, offset + wordsAt, slots * slotWords * WORD_BYTES);
    this.slots = slots;
    this.slotWords = slotWords;
    this.readers = readers;
    this.writers = writers;
    const bells = LockFree.CELLS + ReaderCell.BELL;
    this.sleepers = new Sleepers(this.control, LockFree.ASLEEP, bells, readers, this.counters);
    this.space = new SpaceWaiters(this.control, LockFree.SPACE, this.counters);
  }

  /** Bytes that a ring takes. */
  static bytes(options: LockFreeRingOptions): number {
    const { slots, slotWords, readers, writers } = complete(options);
    return (
      (LockFree.CELLS + (readers + writers) * CELL + slots * SEQUENCE) * 4 + slots * slotWords * WORD_BYTES
    );
  }

  /** Prepares the memory at `offset` (bytes, a multiple of 128) as an empty ring; nobody else may use it yet. */
  static create(buffer: SharedArrayBuffer, offset: number, options: LockFreeRingOptions): LockFreeRing {
    const all = complete(options);
    const { slots, slotWords, start } = all;
    if (slots < 2 || slots > 1 << 24 || (slots & (slots - 1)) !== 0) {
      throw new RangeError(`The slots of a ring are a power of two from 2 to 2^24, not ${slots}`);
    }
    if (slotWords < 16 || slotWords % 16 !== 0) {
      throw new RangeError(`The words of a slot are a multiple of 16, at least 16, not ${slotWords}`);
    }
    const ring = new LockFreeRing(buffer, offset, all);
    // Plain stores: the memory is handed to other threads only after this, through a synchronising message.
    ring.control.fill(0);
    ring.control[LockFree.SLOTS] = slots;
    ring.control[LockFree.SLOT_WORDS] = slotWords;
    ring.control[LockFree.READERS] = all.readers;
    ring.control[LockFree.WRITERS] = all.writers;
    ring.control[LockFree.TAIL] = start;
    ring.control[LockFree.HEAD] = start;
    for (let i = 0; i < slots; i++) {
      const position = (start + 2 * i) | 0;
      ring.sequences[ring.sequenceAt(position)] = position;
    }
    return ring;
  }

  /** The ring that `create` prepared at `offset`, seen from another thread. */
  static attach(buffer: SharedArrayBuffer, offset: number): LockFreeRing {
    const meta = new Int32Array(buffer, offset, LockFree.CELLS);
    return new LockFreeRing(buffer, offset, {
      slots: meta[LockFree.SLOTS] as number,
      slotWords: meta[LockFree.SLOT_WORDS] as number,
      readers: meta[LockFree.READERS] as number,
      writers: meta[LockFree.WRITERS] as number,
      start: 0,
    });
  }

  /** A reader for this thread. `slot` (0 to readers - 1) belongs to it until recoverReader(slot) is true. */
  reader(slot: number, options: LockFreeReaderOptions = {}): LockFreeReader {
    if (slot < 0 || slot >= this.readers)
      throw new RangeError(`Reader slot ${slot} of ${this.readers} does not exist`);
    for (;;) {
      const used = Atomics.load(this.control, LockFree.USED); // pairs with the compareExchange below
      if (used > slot) break;
      // pairs with the load in released: before this reader notes anything, its cell is looked at
      if (Atomics.compareExchange(this.control, LockFree.USED, used, slot + 1) === used) break;
    }
    return new LockFreeReader(this, slot, options);
  }

  /** A writer for this thread. `slot` (0 to writers - 1) belongs to it until recoverWriter(slot) is true. */
  writer(slot: number, limits: BatchLimits = {}): LockFreeWriter {
    if (slot < 0 || slot >= this.writers)
      throw new RangeError(`Writer slot ${slot} of ${this.writers} does not exist`);
    return new LockFreeWriter(this, slot, limits);
  }

  /** The only writer of this ring: it saves the copy, the claim and the note. No other may be used beside it. */
  soleWriter(): LockFreeSoleWriter {
    return new LockFreeSoleWriter(this);
  }

  /** Words of the longest record. */
  get maxRecordWords(): number {
    return this.slotWords - RECORD_HEADER_WORDS;
  }

  /** Index in `control` of reader `slot`'s cell. */
  readerAt(slot: number): number {
    return LockFree.CELLS + slot * CELL;
  }

  /** Index in `control` of writer `slot`'s cell. */
  writerAt(slot: number): number {
    return LockFree.CELLS + (this.readers + slot) * CELL;
  }

  /** Index in `sequences` of the slot of `position`. */
  sequenceAt(position: number): number {
    return ((position >>> 1) & (this.slots - 1)) * SEQUENCE;
  }

  /** Index in `words` of the slot of `position`. */
  slotAt(position: number): number {
    return ((position >>> 1) & (this.slots - 1)) * this.slotWords * 2;
  }

  /** True once close() was called, by any thread. */
  get closed(): boolean {
    return (Atomics.load(this.control, LockFree.TAIL) & CLOSED_BIT) !== 0; // pairs with the or in close()
  }

  /** Slots written or claimed, and not yet claimed by a reader; at most a moment old. */
  get waiting(): number {
    const head = Atomics.load(this.control, LockFree.HEAD); // pairs with the claims in LockFreeReader.open()
    const tail = Atomics.load(this.control, LockFree.TAIL); // pairs with the claims of writers
    return (((tail & ~CLOSED_BIT) - head) | 0) >> 1;
  }

  /** True if a flush would find the slot at TAIL free. */
  get free(): boolean {
    const tail = Atomics.load(this.control, LockFree.TAIL) & ~CLOSED_BIT; // pairs with the claims of writers
    // pairs with the store in LockFreeReader.release(). Behind `tail`: another writer has moved on, so look again.
    return ((Atomics.load(this.sequences, this.sequenceAt(tail)) - tail) | 0) >= 0;
  }

  /** Position before which no reader has anything any more, and which nobody will read again. */
  get released(): number {
    // HEAD first; pairs with the compareExchange in LockFreeReader.open(), which comes after the reader's note:
    // whoever sees HEAD behind a slot sees the note of the reader that took it, or that it was given back.
    let released = Atomics.load(this.control, LockFree.HEAD);
    const used = Atomics.load(this.control, LockFree.USED); // pairs with the compareExchange in reader()
    for (let slot = 0; slot < used; slot++) {
      // pairs with the stores in LockFreeReader.open() and release()
      const held = Atomics.load(this.control, this.readerAt(slot) + ReaderCell.HELD);
      if (held !== 0 && ((held - 1 - released) | 0) < 0) released = (held - 1) | 0;
    }
    return released;
  }

  /** Refuses every claim from now on and wakes whoever sleeps. What was claimed before can be read. */
  close(): void {
    Atomics.or(this.control, LockFree.TAIL, CLOSED_BIT); // pairs with the compareExchange of claims
    this.sleepers.wakeAll();
    this.space.announce();
  }

  /**
   * Gives back what a reader held when its thread died, and passes on the wake-up that it may have swallowed. Call it
   * when the thread has really ended, or for a reader that leaves in good order. One thread recovers at a time.
   *
   * @returns false if a living reader might be the holder of what the dead one has noted: call again a little later.
   *   True once nothing is left to do; the slot may then be given to another.
   * @param held told of what the reader took with it: the first int32 of the first record's payload, and the number
   *   of records
   */
  recoverReader(slot: number, held?: (first: number, count: number) => void): boolean {
    const done = recoverReader(this, slot, held);
    this.sleepers.wakeAll();
    this.space.announce();
    return done;
  }

  /** The same for a writer: a slot that it claimed and did not finish becomes an empty frame. */
  recoverWriter(slot: number): boolean {
    const done = recoverWriter(this, slot);
    this.sleepers.wakeAll();
    return done;
  }
}

function complete(options: LockFreeRingOptions): Required<LockFreeRingOptions> {
  return { slotWords: 512, readers: 64, writers: 64, start: 0, ...options };
}
