import type { QueueCounters } from '../memory/counters.js';
import { CLOSED_BIT, SPACE_BELL, SPACE_WRITER } from '../memory/layout.js';
import { NO_ROOM, type TrackedWriter } from '../memory/record-queue.js';
import type { Lock } from './lock.js';
import { Locked } from './locked-layout.js';
import type { LockedRing } from './locked-ring.js';

/** Up to this many int32s a loop of plain stores beats `TypedArray.set` and the view that it needs. */
const LOOP_INT32S = 64;
/** int32s that a writer gathers before it takes the lock; a longer record still goes, alone. */
const BATCH_INT32S = 4096;

/**
 * A writer of the ring under a lock. Records gather in memory of this thread; flush() copies them in one critical
 * section, in which nothing is allocated and nobody is woken.
 */
export class LockedWriter implements TrackedWriter {
  words: Int32Array;
  bytes: Uint8Array;
  closed = false;
  /** Records that wait for flush(). */
  count = 0;
  readonly maxRecordWords: number;
  readonly counters: QueueCounters;

  readonly #ring: LockedRing;
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  readonly #lock: Lock;
  readonly #batch: number;
  readonly #int32s: number;
  readonly #mask: number;
  /** int32s of the batch memory, and how many are in use. */
  #limit: number;
  #fill = 0;
  /** The view of the first int32s of the batch memory that was copied last: batches tend to have one length. */
  #view: Int32Array;
  #position: number;

  constructor(ring: LockedRing, lock: Lock) {
    this.#ring = ring;
    this.counters = ring.counters;
    this.#control = ring.control;
    this.#words = ring.words;
    this.#lock = lock;
    this.#batch = ring.batch;
    this.#int32s = ring.capacity * 2;
    this.#mask = this.#int32s - 1;
    this.maxRecordWords = ring.capacity >>> 1;
    this.#limit = Math.min(BATCH_INT32S, ring.capacity);
    this.words = new Int32Array(this.#limit);
    this.bytes = new Uint8Array(this.words.buffer);
    this.#view = this.words;
    this.#position = Atomics.load(ring.control, Locked.TAIL) & ~CLOSED_BIT; // pairs with flush() of all writers
  }

  reserve(words: number): number {
    const int32s = words << 1;
    if (this.#fill + int32s > this.#limit || this.count === this.#batch) {
      if (words > this.maxRecordWords) this.#tooLong(words);
      if (!this.flush()) return NO_ROOM;
      if (int32s > this.#limit) this.#grow(int32s);
    }
    const at = this.#fill;
    this.#fill += int32s;
    this.count++;
    return at;
  }

  #tooLong(words: number): never {
    throw new RangeError(`A record of ${words} words does not fit a ring of ${this.#ring.capacity} words`);
  }

  #grow(int32s: number): void {
    this.#limit = int32s;
    this.words = new Int32Array(int32s);
    this.bytes = new Uint8Array(this.words.buffer);
    this.#view = this.words;
  }

  /** Takes back every record reserved since the last flush. */
  discard(): void {
    this.#fill = 0;
    this.count = 0;
  }

  flush(): boolean {
    if (this.count === 0) return true;
    const control = this.#control;
    const fill = this.#fill;
    // Before the lock: a new view costs up to 180 ns.
    if (fill > LOOP_INT32S && this.#view.length !== fill) this.#view = this.words.subarray(0, fill);
    this.#lock.acquire();
    const tail = Atomics.load(control, Locked.TAIL); // pairs with the or in close(); other writers are shut out
    // HEAD changes only under the lock, so it is read plainly.
    if ((tail & CLOSED_BIT) !== 0 || ((tail + fill - control[Locked.HEAD]!) | 0) > this.#int32s) {
      this.#lock.release();
      if ((tail & CLOSED_BIT) !== 0) this.closed = true;
      return false;
    }
    this.#copy(tail & this.#mask, fill);
    // What makes the records visible; pairs with the load in LockedReader.open(), and fails if close() was first.
    const before = Atomics.compareExchange(control, Locked.TAIL, tail, (tail + fill) | 0);
    this.#lock.release();
    if (before !== tail) {
      this.closed = true;
      return false;
    }
    this.#position = (tail + fill) | 0;
    this.#fill = 0;
    this.count = 0;
    this.#ring.sleepers.wakeOne();
    return true;
  }

  #copy(index: number, fill: number): void {
    const ring = this.#words;
    const words = this.words;
    const toEnd = this.#int32s - index;
    if (fill > toEnd) {
      // Around the end of the ring, once a lap.
      ring.set(words.subarray(0, toEnd), index);
      ring.set(words.subarray(toEnd, fill), 0);
    } else if (fill <= LOOP_INT32S) {
      for (let i = 0; i < fill; i += 2) {
        ring[index + i] = words[i]!;
        ring[index + i + 1] = words[i + 1]!;
      }
    } else {
      ring.set(this.#view, index);
    }
  }

  close(): void {
    this.flush();
    this.closed = true;
    this.#ring.close();
  }

  get position(): number {
    return this.#position;
  }

  get released(): number {
    return this.#ring.released;
  }

  get hasSpace(): boolean {
    return this.#used() <= this.#ring.capacity;
  }

  /** int32s between HEAD and TAIL; at most a moment old. */
  #used(): number {
    const head = Atomics.load(this.#control, Locked.HEAD); // pairs with the store in LockedReader.open()
    const tail = Atomics.load(this.#control, Locked.TAIL); // pairs with the compareExchange in flush()
    return ((tail & ~CLOSED_BIT) - head) | 0;
  }

  #mayFit(): boolean {
    return this.#used() + this.#fill <= this.#int32s || this.#ring.closed;
  }

  askForBell(): void {
    this.#ring.space.request(SPACE_BELL);
  }

  awaitSpace(milliseconds = Number.POSITIVE_INFINITY): void {
    const value = this.#ring.space.request(SPACE_WRITER);
    if (!this.#mayFit()) this.#ring.space.sleep(value, milliseconds);
  }

  awaitSpaceAsync(): Promise<unknown> | undefined {
    const value = this.#ring.space.request(SPACE_WRITER);
    return this.#mayFit() ? undefined : this.#ring.space.sleepAsync(value);
  }
}
