import type { Bell } from '../memory/bell.js';
import type { QueueCounters } from '../memory/counters.js';
import { CLOSED_BIT, SPACE_BELL } from '../memory/layout.js';
import type { RecordReader } from '../memory/record-queue.js';
import type { Lock, LockOptions } from './lock.js';
import { Locked, LockedCell } from './locked-layout.js';
import type { LockedRing } from './locked-ring.js';

/** Up to this many int32s a loop of plain loads beats `TypedArray.set` and the view that it needs. */
const LOOP_INT32S = 64;
/** int32s that one critical section copies at most; a longer record still goes, alone. */
const BATCH_INT32S = 4096;

export interface LockedReaderOptions {
  /** Rung when space was given back and a writer had asked for it. */
  spaceBell?: Bell | undefined;
  /** How often to look for records before sleeping. 0 where threads outnumber cores. */
  spins?: (() => number) | undefined;
  /** How to wait for the lock. */
  lock?: LockOptions | undefined;
}

/**
 * One of several readers of the ring under a lock. open() copies records into memory of this thread, so that the
 * ring is not held up by what the reader does with them.
 */
export class LockedReader implements RecordReader {
  words: Int32Array;
  bytes: Uint8Array;
  at = 0;
  count = 0;
  readonly slot: number;
  readonly counters: QueueCounters;

  readonly #ring: LockedRing;
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  readonly #lock: Lock;
  readonly #batch: number;
  readonly #mask: number;
  readonly #reading: number;
  readonly #spaceBell: Bell | undefined;
  readonly #spins: () => number;
  /** int32s in `words` that hold records not yet given back. */
  #fill = 0;
  /** True if the last look found nothing: look again without the lock first. */
  #idle = true;

  constructor(ring: LockedRing, slot: number, lock: Lock, options: LockedReaderOptions) {
    this.#ring = ring;
    this.counters = ring.counters;
    this.#control = ring.control;
    this.#words = ring.words;
    this.#lock = lock;
    this.#batch = ring.batch;
    this.#mask = ring.capacity * 2 - 1;
    this.#reading = ring.cellAt(slot) + LockedCell.READING;
    this.#spaceBell = options.spaceBell;
    this.#spins = options.spins ?? noSpins;
    this.slot = slot;
    this.words = new Int32Array(Math.min(BATCH_INT32S, ring.capacity * 2));
    this.bytes = new Uint8Array(this.words.buffer);
  }

  open(limit = this.#batch): boolean {
    if (this.#idle && this.#left() === 0) return false;
    const control = this.#control;
    this.#lock.acquire();
    const head = control[Locked.HEAD]!; // changes only under the lock
    const tail = Atomics.load(control, Locked.TAIL) & ~CLOSED_BIT; // pairs with the compareExchange in flush()
    if (head === tail) {
      this.#lock.release();
      this.#idle = true;
      return false;
    }
    const end = this.#walk(head, tail, Math.min(this.#batch, limit));
    // Before HEAD moves; pairs with the load in LockedRing.released. The first note of several stays.
    if (this.#fill === 0) Atomics.store(control, this.#reading, head | 1);
    this.#copy(head & this.#mask, (end - head) | 0);
    // Plain stores: they are read under the lock, or when this thread is dead.
    control[this.#reading + LockedCell.FIRST - LockedCell.READING] = this.words[this.at + 2]!;
    control[this.#reading + LockedCell.COUNT - LockedCell.READING] = this.count;
    Atomics.store(control, Locked.HEAD, end); // what takes the records; pairs with the load in released
    this.#lock.release();
    // Records are left: the next reader may have them while this one works.
    if (end !== tail) this.#ring.sleepers.wakeOne();
    this.#idle = end === tail;
    return true;
  }

  /** Position behind as many records as one critical section takes, `batch` at most; sets `count`. */
  #walk(head: number, tail: number, batch: number): number {
    const ring = this.#words;
    const mask = this.#mask;
    const bound = (head + BATCH_INT32S) | 0;
    let position = head;
    let count = 0;
    do {
      const next = (position + 2 + (((ring[position & mask]! + 7) >>> 3) << 1)) | 0;
      if (((next - bound) | 0) > 0 && count > 0) break;
      position = next;
      count++;
    } while (position !== tail && count < batch);
    this.count = count;
    return position;
  }

  #copy(index: number, int32s: number): void {
    const ring = this.#words;
    if (this.#fill + int32s > this.words.length) {
      // What was opened before stays where it is, for whoever still reads it.
      this.words = new Int32Array(Math.max(this.words.length, int32s));
      this.bytes = new Uint8Array(this.words.buffer);
      this.#fill = 0;
    }
    const words = this.words;
    const at = this.#fill;
    const end = index + int32s;
    if (end > ring.length) {
      // Around the end of the ring, once a lap.
      words.set(ring.subarray(index), at);
      words.set(ring.subarray(0, end - ring.length), at + ring.length - index);
    } else if (int32s <= LOOP_INT32S) {
      for (let i = 0; i < int32s; i += 2) {
        words[at + i] = ring[index + i]!;
        words[at + i + 1] = ring[index + i + 1]!;
      }
    } else {
      words.set(ring.subarray(index, end), at);
    }
    this.at = at;
    this.#fill = at + int32s;
  }

  release(): void {
    if (this.#fill === 0) return;
    this.#fill = 0;
    Atomics.store(this.#control, this.#reading, 0); // pairs with the load in LockedRing.released
    if (this.#ring.space.any) this.#announceSpace();
  }

  /** Tells the waiting writers, once half of the ring is free. An empty ring always qualifies. */
  #announceSpace(): void {
    if (this.#left() > this.#ring.capacity) return;
    if ((this.#ring.space.announce() & SPACE_BELL) !== 0) this.#spaceBell?.ring();
  }

  /** int32s that no reader has taken; at most a moment old. */
  #left(): number {
    const tail = Atomics.load(this.#control, Locked.TAIL); // pairs with the compareExchange in flush()
    const head = Atomics.load(this.#control, Locked.HEAD); // pairs with the store in open()
    return ((tail & ~CLOSED_BIT) - head) | 0;
  }

  ready(): boolean {
    return this.#left() !== 0 || this.#ring.closed;
  }

  get ended(): boolean {
    return this.#ring.closed && this.#left() === 0;
  }

  await(milliseconds = Number.POSITIVE_INFINITY): void {
    for (let spins = this.#spins(); spins > 0; spins--) if (this.ready()) return;
    const sleepers = this.#ring.sleepers;
    sleepers.announce(this.slot);
    if (!this.ready()) sleepers.sleep(this.slot, milliseconds);
    sleepers.retract(this.slot);
  }

  awaitAsync(): Promise<unknown> | undefined {
    const sleepers = this.#ring.sleepers;
    sleepers.announce(this.slot);
    if (!this.ready()) {
      const woken = sleepers.sleepAsync(this.slot);
      if (woken !== undefined) return woken;
    }
    sleepers.retract(this.slot);
    return undefined;
  }
}

function noSpins(): number {
  return 0;
}
