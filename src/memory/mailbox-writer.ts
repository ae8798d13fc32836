import type { QueueCounters } from './counters.js';
import {
  BLOCK_SHIFT,
  blockAligned,
  CLOSED_BIT,
  MAX_FRAME_RECORDS,
  Mailbox,
  PADDING,
  RECORD_HEADER_WORDS,
  Slot,
  SPACE_WRITER,
  STALE_NOTE,
} from './layout.js';
import type { MailboxMemory } from './mailbox.js';
import { NO_ROOM, type RecordWriter } from './record-queue.js';

/** Below this many int32s a loop of plain stores beats `TypedArray.set` and the view that it needs (40 ns). */
const LOOP_INT32S = 64;

export interface BatchLimits {
  /** Records of one frame at most. 64: the claim and the commit then cost 1 ns a record. */
  records?: number;
  /** Words of one frame; a longer record still goes, as a frame of its own. */
  words?: number;
}

/**
 * One of many writers of a mailbox. Records gather in memory of this thread; flush() publishes them as one frame:
 * claim, copy, commit. One claim and one commit serve the whole batch, and they are what a message costs.
 *
 * One instance belongs to one thread and one writer slot.
 */
export class MailboxWriter implements RecordWriter {
  words: Int32Array;
  bytes: Uint8Array;
  closed = false;
  /** Records that wait for flush(). */
  count = 0;
  /** The slot of the mailbox through which this writer claims. */
  readonly slot: number;
  readonly counters: QueueCounters;

  readonly #memory: MailboxMemory;
  readonly #control: Int32Array;
  readonly #stamps: Int32Array;
  readonly #ring: Int32Array;
  readonly #capacity: number;
  readonly #mask: number;
  readonly #note: number;
  readonly #maxRecords: number;
  /** Words of the batch memory. */
  #limit: number;
  /** Words of the batch memory in use. */
  #fill = 0;
  /** HEAD as last seen: reading the reader's cache line for every frame would cost 2 to 4 times the throughput. */
  #head: number;
  /** Where the last claim starts. */
  #position = 0;
  /** The part of the batch memory that was copied last: full batches of equal messages need no new view. */
  #view: Int32Array;

  constructor(memory: MailboxMemory, slot: number, limits: BatchLimits = {}) {
    this.#memory = memory;
    this.counters = memory.counters;
    this.#control = memory.control;
    this.#stamps = memory.stamps;
    this.#ring = memory.words;
    this.#capacity = memory.capacity;
    this.#mask = memory.capacity - 1;
    this.slot = slot;
    this.#note = memory.slotAt(slot) + Slot.NOTE;
    this.#maxRecords = Math.min(limits.records ?? 64, MAX_FRAME_RECORDS);
    this.#limit = Math.min(limits.words ?? 2048, this.maxRecordWords);
    this.words = new Int32Array(this.#limit * 2);
    this.bytes = new Uint8Array(this.words.buffer);
    this.#view = this.words;
    this.#head = Atomics.load(this.#control, Mailbox.HEAD); // pairs with the store in MailboxReader.release()
  }

  /** Words of the longest record that this mailbox takes: half the ring, less the frame's header. */
  get maxRecordWords(): number {
    return (this.#capacity >>> 1) - RECORD_HEADER_WORDS;
  }

  reserve(words: number): number {
    if (this.#fill + words > this.#limit || this.count === this.#maxRecords) {
      if (!this.flush()) return NO_ROOM;
      if (words > this.#limit) this.#grow(words);
    }
    const at = this.#fill << 1;
    this.#fill += words;
    this.count++;
    return at;
  }

  /** Takes back every record reserved since the last flush. */
  discard(): void {
    this.#fill = 0;
    this.count = 0;
  }

  #grow(words: number): void {
    if (words > this.maxRecordWords) {
      throw new RangeError(`A record of ${words} words does not fit a mailbox of ${this.#capacity} words`);
    }
    this.#limit = words;
    this.words = new Int32Array(words * 2);
    this.bytes = new Uint8Array(this.words.buffer);
    this.#view = this.words;
  }

  flush(): boolean {
    if (this.count === 0) return true;
    const index = this.#claim(blockAligned(this.#fill + 1));
    if (index === NO_ROOM) return false;
    this.#copy(index);
    // The commit; pairs with the load in MailboxReader.open(): the reader sees the copy above.
    Atomics.store(this.#stamps, index >>> BLOCK_SHIFT, (this.#position + 1) | 0);
    // pairs with the load in claimantOf(), which looks at notes first and at stamps second
    // mutant swap-after: equivalent, nobody waits for the note of a frame that is committed
    Atomics.store(this.#control, this.#note, 0);
    this.#fill = 0;
    this.count = 0;
    this.#memory.bell.ring();
    return true;
  }

  /**
   * Claims `frame` words in one piece. The note says what this writer is about to claim before it does, so that a
   * reader that is stuck on the frame of a dead writer knows how much to skip.
   *
   * @returns index of the first word in the ring, or NO_ROOM if the ring is full or closed.
   */
  #claim(frame: number): number {
    const control = this.#control;
    let noted = false;
    let lookAgain = false;
    for (;;) {
      const position = Atomics.load(control, Mailbox.TAIL); // pairs with the compareExchange below, and close()
      if ((position & CLOSED_BIT) !== 0) {
        this.closed = true;
        return this.#withdraw(noted);
      }
      const index = position & this.#mask;
      const toEnd = this.#capacity - index;
      const claim = Math.min(frame, toEnd);
      // mutant swap-after: equivalent, a length without a new note is what a writer may leave anyhow that dies before it
      if (lookAgain || (position + claim - this.#head) >>> 0 > this.#capacity) {
        this.#head = Atomics.load(control, Mailbox.HEAD); // pairs with the store in MailboxReader.release()
        // TAIL was loaded first, so HEAD may have passed it meanwhile: then the claim would fail anyway.
        if (((position - this.#head) | 0) < 0) continue;
        if ((position + claim - this.#head) >>> 0 > this.#capacity) return this.#withdraw(noted);
      }
      control[this.#note + Slot.NOTE_WORDS] = claim;
      // pairs with the loads in claimantOf(), and with the compareExchange in MailboxReader.#markStale()
      const before = Atomics.exchange(control, this.#note, (position + 1) | 0);
      noted = true;
      if (before === STALE_NOTE) {
        // So much has passed since this writer looked at HEAD that the difference may have wrapped: look again.
        lookAgain = true;
        continue;
      }
      this.counters.claims++;
      // pairs with the load above in every other writer, and with recovery: only one claim starts at a position
      if (Atomics.compareExchange(control, Mailbox.TAIL, position, (position + claim) | 0) !== position) {
        this.counters.failedClaims++;
        // Others are writing: however long this thread was away, HEAD is looked at once more.
        lookAgain = true;
        continue;
      }
      if (claim === frame) {
        this.#position = position;
        return index;
      }
      this.#ring[index << 1] = claim;
      this.#ring[(index << 1) + 1] = PADDING;
      Atomics.store(this.#stamps, index >>> BLOCK_SHIFT, (position + 1) | 0); // pairs with MailboxReader.open()
    }
  }

  /** Leaves #claim without one: a reader that waits to see what the note becomes must hear of it. */
  #withdraw(noted: boolean): number {
    if (noted) {
      Atomics.store(this.#control, this.#note, 0); // pairs with the loads in claimantOf()
      this.#memory.bell.ring();
    }
    return NO_ROOM;
  }

  #copy(index: number): void {
    const ring = this.#ring;
    const words = this.words;
    const int32s = this.#fill << 1;
    let to = index << 1;
    ring[to++] = blockAligned(this.#fill + 1);
    ring[to++] = this.count | (this.slot << 16);
    if (int32s <= LOOP_INT32S) {
      for (let i = 0; i < int32s; i += 2) {
        ring[to + i] = words[i]!;
        ring[to + i + 1] = words[i + 1]!;
      }
    } else {
      if (this.#view.length !== int32s) this.#view = words.subarray(0, int32s);
      ring.set(this.#view, to);
    }
  }

  /** After a request for space: true if a frame of what is reserved fits now, or the mailbox is closed. */
  #mayFit(): boolean {
    // pairs with close(), and the claims of others
    const position = Atomics.load(this.#control, Mailbox.TAIL);
    // mutant swap-after: equivalent, HEAD says nothing about the end
    if ((position & CLOSED_BIT) !== 0) {
      // Nobody else answers a request that comes after close(), and a writer that made its own before, and is slow to fall
      // asleep, would sleep on this one.
      this.#memory.wakeWriters();
      return true;
    }
    const frame = blockAligned(this.#fill + 1);
    const toEnd = this.#capacity - (position & this.#mask);
    const head = Atomics.load(this.#control, Mailbox.HEAD); // pairs with the store in MailboxReader.release()
    return (position + Math.min(frame, toEnd) - head) >>> 0 <= this.#capacity;
  }

  awaitSpace(milliseconds = Number.POSITIVE_INFINITY): void {
    const previous = Atomics.or(this.#control, Mailbox.SPACE, SPACE_WRITER); // pairs with the load in release()
    if (this.#mayFit()) return;
    // pairs with the notify in wakeWriters()
    this.counters.waited(Atomics.wait(this.#control, Mailbox.SPACE, previous | SPACE_WRITER, milliseconds));
  }

  awaitSpaceAsync(): Promise<unknown> | undefined {
    const previous = Atomics.or(this.#control, Mailbox.SPACE, SPACE_WRITER); // pairs with the load in release()
    if (this.#mayFit()) return undefined;
    // pairs with the notify in wakeWriters()
    const wait = Atomics.waitAsync(this.#control, Mailbox.SPACE, previous | SPACE_WRITER);
    return this.counters.waitedAsync(wait);
  }
}
