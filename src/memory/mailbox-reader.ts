import type { Bell } from './bell.js';
import type { QueueCounters } from './counters.js';
import {
  BLOCK_SHIFT,
  CLOSED_BIT,
  Mailbox,
  PADDING,
  RECORD_HEADER_WORDS,
  Slot,
  SPACE_BELL,
  SPACE_WRITER,
  STALE_NOTE,
} from './layout.js';
import type { MailboxMemory } from './mailbox.js';
import type { RecordReader } from './record-queue.js';
import { deadClaim } from './recovery.js';

/** The bits of a position that change every 2^30 words: see #markStale(). */
const EPOCH = 0xc0000000 | 0;

export interface ReaderOptions {
  /** Rung when space was given back and the writer had asked for it: the bell of the writer's own mailbox. */
  spaceBell?: Bell | undefined;
  /** How often to look before sleeping. 0 where threads outnumber cores: spinning then only delays the writer. */
  spins?: (() => number) | undefined;
  /**
   * True if an ExclusiveWriter fills the mailbox, and nobody closes it but that writer, or whoever knows it to be
   * dead: what is not committed when it is closed never will be.
   */
  exclusive?: boolean | undefined;
}

/**
 * The only reader of a mailbox.
 *
 * "Nothing there" may be said while a write is in flight: a frame that was claimed but not committed hides the
 * committed frames behind it. Every queue of this kind (Vyukov's too) has that property.
 */
export class MailboxReader implements RecordReader {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  at = 0;
  count = 0;
  /** Writer slot of the frame that open() found. */
  writer = 0;
  readonly counters: QueueCounters;

  readonly #memory: MailboxMemory;
  readonly #stamps: Int32Array;
  readonly #control: Int32Array;
  readonly #mask: number;
  readonly #spaceBell: Bell | undefined;
  readonly #spins: () => number;
  readonly #exclusive: boolean;
  /** Position of the next frame. */
  #head: number;
  /** HEAD as the writers see it. */
  #released: number;

  constructor(memory: MailboxMemory, options: ReaderOptions = {}) {
    this.#memory = memory;
    this.counters = memory.counters;
    this.words = memory.words;
    this.bytes = memory.bytes;
    this.#stamps = memory.stamps;
    this.#control = memory.control;
    this.#mask = memory.capacity - 1;
    this.#spaceBell = options.spaceBell;
    this.#spins = options.spins ?? noSpins;
    this.#exclusive = options.exclusive === true;
    // no other reader: pairs with its own stores
    // mutant weaken: equivalent, nobody else stores HEAD
    this.#head = Atomics.load(memory.control, Mailbox.HEAD);
    this.#released = this.#head;
  }

  /** Position behind the last opened frame. */
  get position(): number {
    return this.#head;
  }

  open(): boolean {
    for (;;) {
      const head = this.#head;
      const index = head & this.#mask;
      // pairs with the commit in MailboxWriter.flush() and ExclusiveWriter.#commit()
      if (Atomics.load(this.#stamps, index >>> BLOCK_SHIFT) !== ((head + 1) | 0)) return false;
      const header = index << 1;
      const words = this.words[header]!;
      const records = this.words[header + 1]!;
      // A plain store: the next writer of this stamp claims after it saw the HEAD that release() stores. Without
      // it, a stamp that no later frame overwrote would be taken for a commit after 2^32 words.
      this.#stamps[index >>> BLOCK_SHIFT] = 0;
      this.#head = (head + words) | 0;
      if (records === PADDING) continue;
      this.at = header + 2 * RECORD_HEADER_WORDS;
      this.count = records & 0xffff;
      this.writer = records >>> 16;
      return true;
    }
  }

  release(): void {
    const head = this.#head;
    if (head === this.#released) return;
    const crossed = ((head ^ this.#released) & EPOCH) !== 0;
    this.#released = head;
    // pairs with the loads of HEAD in #claim() and #extend()
    // mutant swap-after: equivalent, a HEAD that is one release old is not stale
    Atomics.store(this.#control, Mailbox.HEAD, head);
    // mutant swap-after: equivalent, notes and requests for space have nothing to do with each other
    if (crossed) this.#markStale();
    // pairs with the or in awaitSpace() and askForBell()
    // mutant drop-true: equivalent, #announceSpace() finds no request then; it only costs more
    if (Atomics.load(this.#control, Mailbox.SPACE) !== 0) this.#announceSpace();
  }

  /**
   * Tells the waiting writers, once half of the ring is free: waking one for every frame would cost 16 to 68
   * microseconds each time. An empty ring always qualifies, so nobody waits for ever.
   */
  #announceSpace(): void {
    const tail = Atomics.load(this.#control, Mailbox.TAIL) & ~CLOSED_BIT; // pairs with the claims
    if (((tail - this.#head) | 0) > this.#memory.capacity >>> 1) return;
    const waiting = Atomics.exchange(this.#control, Mailbox.SPACE, 0); // pairs with the or in awaitSpace()
    // pairs with its wait
    // mutant swap-after: equivalent, who sleeps on which word does not depend on the other
    if ((waiting & SPACE_WRITER) !== 0) this.counters.notified(Atomics.notify(this.#control, Mailbox.SPACE));
    if ((waiting & SPACE_BELL) !== 0) this.#spaceBell?.ring();
  }

  /**
   * Every 2^30 words: lets each idle writer know that the HEAD it remembers is old. Positions wrap at 2^32, so a
   * writer that slept through exactly one wrap would find its old HEAD plausible, and overwrite what is unread. A
   * writer that is just claiming needs no mark: its claim keeps HEAD from moving far, or fails, and then it looks again.
   */
  #markStale(): void {
    for (let slot = 0; slot < this.#memory.writers; slot++) {
      const note = this.#memory.slotAt(slot) + Slot.NOTE;
      Atomics.compareExchange(this.#control, note, 0, STALE_NOTE); // pairs with the exchange in #claim()
    }
  }

  ready(): boolean {
    // Not as soon as it is closed: a frame may be claimed and not committed yet, and its writer rings when it is.
    return this.#committed() || this.ended;
  }

  /** True if open() would find a frame, or padding. */
  #committed(): boolean {
    const head = this.#head;
    // pairs with the commits, as in open()
    return Atomics.load(this.#stamps, (head & this.#mask) >>> BLOCK_SHIFT) === ((head + 1) | 0);
  }

  get ended(): boolean {
    const tail = Atomics.load(this.#control, Mailbox.TAIL); // pairs with close(), and the claims before it
    if ((tail & CLOSED_BIT) === 0) return false;
    return this.#exclusive ? !this.#committed() : (tail & ~CLOSED_BIT) === this.#head;
  }

  /**
   * Skips the frame at HEAD if the writer that claimed it is dead. Call it when a writer was marked dead, until
   * the mailbox has been read up to where TAIL stood then.
   *
   * @returns true if a frame was skipped: open() may find more now.
   */
  recover(): boolean {
    const words = deadClaim(this.#memory, this.#head);
    if (words === 0) return false;
    this.#head = (this.#head + words) | 0;
    return true;
  }

  /** True if recover() would skip a frame. A reader that waits for notes to go away looks at this before it sleeps. */
  get recoverable(): boolean {
    return deadClaim(this.#memory, this.#head) !== 0;
  }

  await(milliseconds = Number.POSITIVE_INFINITY): void {
    for (let spins = this.#spins(); spins > 0; spins--) if (this.ready()) return;
    const bell = this.#memory.bell;
    bell.announce();
    if (!this.ready()) bell.sleep(milliseconds);
    bell.retract();
  }

  awaitAsync(): Promise<unknown> | undefined {
    const bell = this.#memory.bell;
    bell.announce();
    if (!this.ready()) {
      const rung = bell.sleepAsync();
      if (rung !== undefined) return rung;
    }
    bell.retract();
    return undefined;
  }
}

function noSpins(): number {
  return 0;
}
