import type { QueueCounters } from './counters.js';
import {
  BLOCK_SHIFT,
  blockAligned,
  MAX_FRAME_RECORDS,
  Mailbox,
  PADDING,
  RECORD_HEADER_WORDS,
  SPACE_BELL,
  SPACE_WRITER,
} from './layout.js';
import type { MailboxMemory } from './mailbox.js';
import { NO_ROOM, type TrackedWriter } from './record-queue.js';

/**
 * The only writer of a mailbox. Nobody else claims, so it needs neither a compare-exchange nor a batch of its own:
 * records are written where they will be read, into a frame that stays open until flush().
 *
 * The router writes to its consumers this way: one copy, from its mailbox to theirs.
 */
export class ExclusiveWriter implements TrackedWriter {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  closed = false;
  /** Records of the open frame. */
  count = 0;
  readonly counters: QueueCounters;

  readonly #memory: MailboxMemory;
  readonly #capacity: number;
  readonly #mask: number;
  /** Position of the open frame, or of the next one. */
  #tail: number;
  #head: number;
  /** Word index in the ring of the next record, and of the end of the room for this frame. */
  #fill: number;
  #limit: number;

  constructor(memory: MailboxMemory) {
    this.#memory = memory;
    this.counters = memory.counters;
    this.words = memory.words;
    this.bytes = memory.bytes;
    this.#capacity = memory.capacity;
    this.#mask = memory.capacity - 1;
    // no other writer: pairs with its own stores
    // mutant weaken: equivalent, nobody else stores TAIL while this writer lives
    // mutant swap-after: equivalent, the HEAD that is read here is not used
    this.#tail = Atomics.load(memory.control, Mailbox.TAIL);
    // pairs with the store in MailboxReader.release()
    // mutant drop: equivalent, the first reserve() reads HEAD before it is used
    this.#head = Atomics.load(memory.control, Mailbox.HEAD);
    this.#fill = (this.#tail & this.#mask) + RECORD_HEADER_WORDS;
    this.#limit = 0; // the first reserve() looks at HEAD
  }

  /**
   * Words of the longest record that this mailbox takes: a quarter of the ring, so that it fits whenever half of the
   * ring is free, padding included.
   */
  get maxRecordWords(): number {
    return (this.#capacity >>> 2) - RECORD_HEADER_WORDS;
  }

  reserve(words: number): number {
    if (this.#fill + words > this.#limit && !this.#extend(words)) return NO_ROOM;
    const at = this.#fill << 1;
    this.#fill += words;
    this.count++;
    return at;
  }

  /** Finds more room: behind the open frame, or in a new frame at the start of the ring. */
  #extend(words: number): boolean {
    if (words > this.maxRecordWords) {
      throw new RangeError(`A record of ${words} words does not fit a mailbox of ${this.#capacity} words`);
    }
    this.#head = Atomics.load(this.#memory.control, Mailbox.HEAD); // pairs with MailboxReader.release()
    this.#setLimit();
    if (this.#fill + words <= this.#limit) return true;
    const start = this.#tail & this.#mask;
    if (this.count > 0 && (this.#limit === this.#capacity || this.#limit === start + MAX_FRAME_RECORDS)) {
      return this.flush() && this.#extend(words);
    }
    // A frame never wraps: what is left of the ring becomes padding, if all of it is free.
    if (this.count > 0 || start === 0 || this.#limit !== this.#capacity) return false;
    this.words[start << 1] = this.#capacity - start;
    this.words[(start << 1) + 1] = PADDING;
    this.#commit(this.#capacity - start);
    return this.#extend(words);
  }

  #setLimit(): void {
    const start = this.#tail & this.#mask;
    const free = this.#capacity - ((this.#tail - this.#head) | 0);
    this.#limit = Math.min(start + free, this.#capacity, start + MAX_FRAME_RECORDS);
  }

  /** False only if the mailbox was closed: the room was found by reserve(). */
  flush(): boolean {
    if (this.count === 0) return true;
    // mutant swap-after: equivalent, what is stored in between is the header of a frame that nobody will read
    if (this.closed || this.#memory.closed) {
      this.closed = true;
      return false;
    }
    const start = this.#tail & this.#mask;
    const frame = blockAligned(this.#fill - start);
    this.words[start << 1] = frame;
    this.words[(start << 1) + 1] = this.count;
    this.count = 0;
    this.#commit(frame);
    this.#memory.bell.ring();
    return true;
  }

  #commit(frame: number): void {
    const position = this.#tail;
    const start = position & this.#mask;
    this.#tail = (position + frame) | 0;
    this.#fill = (this.#tail & this.#mask) + RECORD_HEADER_WORDS;
    this.#setLimit();
    // Pairs with the load in release(). An addition keeps the bit that close() may set meanwhile.
    Atomics.add(this.#memory.control, Mailbox.TAIL, frame);
    // The commit, and the last store: a session that reads its last reply gives the memory to another. Pairs with the
    // load in MailboxReader.open().
    Atomics.store(this.#memory.stamps, start >>> BLOCK_SHIFT, (position + 1) | 0);
  }

  /** Refuses everything from now on; the reader finds what was flushed, and then the end. */
  close(): void {
    this.flush();
    this.closed = true;
    this.#memory.close();
  }

  /** Position up to which the reader gave everything back. */
  get released(): number {
    return Atomics.load(this.#memory.control, Mailbox.HEAD); // pairs with the store in MailboxReader.release()
  }

  /** Position behind the last flushed frame. */
  get position(): number {
    return this.#tail;
  }

  /** True if at least half of the ring is free: the state that askForBell() announces. */
  get hasSpace(): boolean {
    return ((this.#tail - this.released) | 0) <= this.#capacity >>> 1;
  }

  /** Lets the reader ring this thread's own bell at its next release that leaves half of the ring free. */
  askForBell(): void {
    Atomics.or(this.#memory.control, Mailbox.SPACE, SPACE_BELL); // pairs with the load in MailboxReader.release()
  }

  awaitSpace(milliseconds = Number.POSITIVE_INFINITY): void {
    const previous = Atomics.or(this.#memory.control, Mailbox.SPACE, SPACE_WRITER); // pairs with release()
    if (this.hasSpace) return;
    // pairs with the notify in wakeWriters()
    this.counters.waited(
      Atomics.wait(this.#memory.control, Mailbox.SPACE, previous | SPACE_WRITER, milliseconds),
    );
  }

  awaitSpaceAsync(): Promise<unknown> | undefined {
    const previous = Atomics.or(this.#memory.control, Mailbox.SPACE, SPACE_WRITER); // pairs with release()
    if (this.hasSpace) return undefined;
    // pairs with the notify in wakeWriters()
    const wait = Atomics.waitAsync(this.#memory.control, Mailbox.SPACE, previous | SPACE_WRITER);
    return this.counters.waitedAsync(wait);
  }
}
