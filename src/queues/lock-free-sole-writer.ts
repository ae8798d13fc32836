import type { QueueCounters } from '../memory/counters.js';
import { CLOSED_BIT, SPACE_BELL, SPACE_WRITER } from '../memory/layout.js';
import { NO_ROOM, type TrackedWriter } from '../memory/record-queue.js';
import { LockFree } from './lock-free-layout.js';
import type { LockFreeRing } from './lock-free-ring.js';

/**
 * The only writer of a lock-free ring. Nobody else claims, so it writes records where they will be read and claims
 * their slot only to commit it: one copy and no note. If it dies, nobody writes to the ring any more, and
 * recoverSoleWriter() ends what it had begun. The counterpart of the mailbox's ExclusiveWriter.
 */
export class LockFreeSoleWriter implements TrackedWriter {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  closed = false;
  /** Records that wait for flush(). */
  count = 0;
  readonly maxRecordWords: number;
  readonly counters: QueueCounters;

  readonly #ring: LockFreeRing;
  readonly #slotInt32s: number;
  /** Position of the slot that is being filled. */
  #tail: number;
  /** Where the next record goes, and the end of the slot: equal until the slot was found free. */
  #fill = 0;
  #limit = 0;

  constructor(ring: LockFreeRing) {
    this.#ring = ring;
    this.counters = ring.counters;
    this.words = ring.words;
    this.bytes = ring.bytes;
    this.maxRecordWords = ring.maxRecordWords;
    this.#slotInt32s = ring.slotWords * 2;
    this.#tail = Atomics.load(ring.control, LockFree.TAIL) & ~CLOSED_BIT; // no other writer: pairs with its own stores
  }

  reserve(words: number): number {
    const int32s = words << 1;
    if (this.#fill + int32s > this.#limit && !this.#extend(words)) return NO_ROOM;
    const at = this.#fill;
    this.#fill += int32s;
    this.count++;
    return at;
  }

  /** Goes on to the next slot, if it is free. */
  #extend(words: number): boolean {
    if (words > this.maxRecordWords) {
      throw new RangeError(`A record of ${words} words does not fit a slot of ${this.#ring.slotWords} words`);
    }
    if (this.count > 0 && !this.flush()) return false;
    const tail = this.#tail;
    const ring = this.#ring;
    if (ring.closed) {
      this.closed = true;
      return false;
    }
    // pairs with the store in LockFreeReader.release(): what the last lap's reader read here, it has read
    if (Atomics.load(ring.sequences, ring.sequenceAt(tail)) !== tail) return false;
    const start = ring.slotAt(tail);
    this.#fill = start + 2;
    this.#limit = start + this.#slotInt32s;
    return true;
  }

  /** Fails only if the ring was closed: the room was found by reserve(). */
  flush(): boolean {
    if (this.count === 0) return true;
    const ring = this.#ring;
    const tail = this.#tail;
    this.counters.claims++;
    // Fails if close() was first: pairs with its or. Readers go by the sequence, so nothing is visible yet.
    if (Atomics.compareExchange(ring.control, LockFree.TAIL, tail, (tail + 2) | 0) !== tail) {
      this.counters.failedClaims++;
      this.closed = true;
      return false;
    }
    this.words[ring.slotAt(tail) + 1] = this.count;
    Atomics.store(ring.sequences, ring.sequenceAt(tail), tail + 1); // the commit; pairs with LockFreeReader.open()
    this.#tail = (tail + 2) | 0;
    this.#fill = 0;
    this.#limit = 0;
    this.count = 0;
    ring.sleepers.wakeOne();
    return true;
  }

  close(): void {
    this.flush();
    this.closed = true;
    this.#ring.close();
  }

  get position(): number {
    return this.#tail;
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
