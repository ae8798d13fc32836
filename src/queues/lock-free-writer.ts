import type { QueueCounters } from '../memory/counters.js';
import { CLOSED_BIT, SPACE_BELL, SPACE_WRITER } from '../memory/layout.js';
import type { BatchLimits } from '../memory/mailbox-writer.js';
import { NO_ROOM, type TrackedWriter } from '../memory/record-queue.js';
import { LockFree, WriterCell } from './lock-free-layout.js';
import type { LockFreeRing } from './lock-free-ring.js';

/** Up to this many int32s a loop of plain stores beats `TypedArray.set` and the view that it needs. */
const LOOP_INT32S = 64;

/**
 * One of several writers of the lock-free ring. Records gather in memory of this thread; flush() claims a slot,
 * copies, and sets the slot's sequence: a slot that is claimed and not finished holds up every reader, so it must not
 * stay so while a caller thinks about its next record.
 */
export class LockFreeWriter implements TrackedWriter {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  closed = false;
  /** Records that wait for flush(). */
  count = 0;
  readonly slot: number;
  readonly maxRecordWords: number;
  readonly counters: QueueCounters;

  readonly #ring: LockFreeRing;
  readonly #control: Int32Array;
  readonly #sequences: Int32Array;
  readonly #words: Int32Array;
  readonly #note: number;
  readonly #limit: number;
  readonly #maxRecords: number;
  /** int32s of the batch memory in use. */
  #fill = 0;
  /** The view of the first int32s of the batch memory that was copied last: batches tend to have one length. */
  #view: Int32Array;
  #position: number;

  constructor(ring: LockFreeRing, slot: number, limits: BatchLimits) {
    this.#ring = ring;
    this.counters = ring.counters;
    this.#control = ring.control;
    this.#sequences = ring.sequences;
    this.#words = ring.words;
    this.slot = slot;
    this.#note = ring.writerAt(slot) + WriterCell.NOTE;
    this.maxRecordWords = ring.maxRecordWords;
    this.#limit = Math.min(limits.words ?? this.maxRecordWords, this.maxRecordWords) * 2;
    this.#maxRecords = limits.records ?? 64;
    this.words = new Int32Array(this.maxRecordWords * 2);
    this.bytes = new Uint8Array(this.words.buffer);
    this.#view = this.words;
    this.#position = Atomics.load(ring.control, LockFree.TAIL) & ~CLOSED_BIT; // pairs with flush() of all writers
  }

  reserve(words: number): number {
    const int32s = words << 1;
    if (this.#fill + int32s > this.#limit || this.count === this.#maxRecords) {
      if (words > this.maxRecordWords) this.#tooLong(words);
      if (!this.flush()) return NO_ROOM;
    }
    const at = this.#fill;
    this.#fill += int32s;
    this.count++;
    return at;
  }

  #tooLong(words: number): never {
    throw new RangeError(`A record of ${words} words does not fit a slot of ${this.#ring.slotWords} words`);
  }

  /** Takes back every record reserved since the last flush. */
  discard(): void {
    this.#fill = 0;
    this.count = 0;
  }

  flush(): boolean {
    if (this.count === 0) return true;
    const fill = this.#fill;
    if (fill > LOOP_INT32S && this.#view.length !== fill) this.#view = this.words.subarray(0, fill);
    if (!this.#claim()) return false;
    const position = this.#position;
    this.#copy(this.#ring.slotAt(position), fill);
    // The commit; pairs with the load in LockFreeReader.open().
    Atomics.store(this.#sequences, this.#ring.sequenceAt(position), position + 1);
    Atomics.store(this.#control, this.#note, 0); // after the commit: pairs with the loads in recoverWriter()
    this.#position = (position + 2) | 0;
    this.#fill = 0;
    this.count = 0;
    this.#ring.sleepers.wakeOne();
    return true;
  }

  /** Claims the slot at TAIL and keeps its position. False if the ring is full or closed; nothing is noted then. */
  #claim(): boolean {
    const control = this.#control;
    const ring = this.#ring;
    let noted = false;
    for (;;) {
      const tail = Atomics.load(control, LockFree.TAIL); // pairs with the compareExchange below, and close()
      if ((tail & CLOSED_BIT) !== 0) {
        this.closed = true;
        break;
      }
      // pairs with the store in LockFreeReader.release()
      const ahead = (Atomics.load(this.#sequences, ring.sequenceAt(tail)) - tail) | 0;
      if (ahead < 0) break; // not given back since the last lap
      if (ahead > 0) continue; // another writer was first: TAIL has moved
      Atomics.store(control, this.#note, tail + 1); // before the claim: pairs with the loads in recoverWriter()
      noted = true;
      this.counters.claims++;
      // pairs with the load above in every other writer: one claim starts at a position
      if (Atomics.compareExchange(control, LockFree.TAIL, tail, (tail + 2) | 0) === tail) {
        this.#position = tail;
        return true;
      }
      this.counters.failedClaims++;
    }
    if (noted) Atomics.store(control, this.#note, 0); // pairs with the loads in recoverWriter()
    return false;
  }

  #copy(index: number, fill: number): void {
    const ring = this.#words;
    ring[index + 1] = this.count;
    const to = index + 2;
    if (fill <= LOOP_INT32S) {
      const words = this.words;
      for (let i = 0; i < fill; i += 2) {
        ring[to + i] = words[i]!;
        ring[to + i + 1] = words[i + 1]!;
      }
    } else {
      ring.set(this.#view, to);
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
    return this.#ring.free && this.#ring.waiting <= this.#ring.slots >>> 1;
  }

  askForBell(): void {
    this.#ring.space.request(SPACE_BELL);
  }

  awaitSpace(milliseconds = Number.POSITIVE_INFINITY): void {
    const value = this.#ring.space.request(SPACE_WRITER);
    if (!this.#ring.free && !this.#ring.closed) this.#ring.space.sleep(value, milliseconds);
  }

  awaitSpaceAsync(): Promise<unknown> | undefined {
    const value = this.#ring.space.request(SPACE_WRITER);
    return this.#ring.free || this.#ring.closed ? undefined : this.#ring.space.sleepAsync(value);
  }
}
