import { Bell } from './bell.js';
import { QueueCounters } from './counters.js';
import { CELL, CLOSED_BIT, Mailbox, type MailboxShape, mailboxShape, Slot, WORD_BYTES } from './layout.js';

/**
 * The views through which a thread sees one mailbox. Writers and the reader share nothing else.
 *
 * Each mailbox has views of its own, so that an index stays a small integer however large the arena is.
 */
export class MailboxMemory {
  /** TAIL, HEAD, READER, SPACE and the writer slots. */
  readonly control: Int32Array;
  /** One commit stamp a block. */
  readonly stamps: Int32Array;
  /** The ring, two int32s a word. */
  readonly words: Int32Array;
  /** The ring again, for copies of many bytes. */
  readonly bytes: Uint8Array;
  /** Words of the ring, a power of two. */
  readonly capacity: number;
  readonly writers: number;
  /** Rung by writers when a frame is there. */
  readonly bell: Bell;
  /** What this thread does through these views. */
  readonly counters = new QueueCounters();

  private constructor(buffer: SharedArrayBuffer, offset: number, shape: MailboxShape) {
    this.control = new Int32Array(buffer, offset, shape.stampsAt / 4);
    this.stamps = new Int32Array(buffer, offset + shape.stampsAt, (shape.wordsAt - shape.stampsAt) / 4);
    this.words = new Int32Array(buffer, offset + shape.wordsAt, shape.capacity * 2);
    this.bytes = new Uint8Array(buffer, offset + shape.wordsAt, shape.capacity * WORD_BYTES);
    this.capacity = shape.capacity;
    this.writers = shape.writers;
    this.bell = new Bell(this.control, Mailbox.READER, this.counters);
  }

  /**
   * Prepares the memory at `offset` (bytes, a multiple of 128) as an empty mailbox; nobody else may use it yet.
   *
   * @param start position (in words, a multiple of 8) of the first frame; tests start just below a wrap.
   */
  static create(
    buffer: SharedArrayBuffer,
    offset: number,
    capacity: number,
    writers: number,
    start = 0,
  ): MailboxMemory {
    const memory = new MailboxMemory(buffer, offset, mailboxShape(capacity, writers));
    const { control } = memory;
    // Others get the memory only after this, through a synchronising message. But where a session's replies lie, another's
    // did: the router may still be about to ring the bell for that one, and whoever ends the broker closes what it finds
    // there. What they touch must be atomic; whatever they do is undone here, or done in vain.
    // pairs with ring() and closeAll()
    // mutant swap-after: equivalent, whoever is given the mailbox gets it after both
    for (let i = 0; i < control.length; i++) Atomics.store(control, i, 0);
    memory.stamps.fill(0);
    // pairs with attach()
    // mutant swap-before, swap-after: equivalent, whoever is given the mailbox gets it after all of them, and closeAll()
    // closes in vain what is not complete
    Atomics.store(control, Mailbox.CAPACITY, capacity);
    // pairs with attach()
    // mutant swap-after: equivalent, as above
    Atomics.store(control, Mailbox.WRITERS, writers);
    // pairs with the claims
    // mutant swap-after: equivalent, as above
    Atomics.store(control, Mailbox.TAIL, start);
    control[Mailbox.HEAD] = start; // plain: only those look at it who are given the mailbox
    return memory;
  }

  /** The mailbox that `create` prepared at `offset`, seen from another thread. */
  static attach(buffer: SharedArrayBuffer, offset: number): MailboxMemory {
    const meta = new Int32Array(buffer, offset, Mailbox.SLOTS);
    // pairs with create()
    // mutant swap-after: equivalent, neither changes once the mailbox exists
    const capacity = Atomics.load(meta, Mailbox.CAPACITY);
    const writers = Atomics.load(meta, Mailbox.WRITERS); // pairs with create()
    return new MailboxMemory(buffer, offset, mailboxShape(capacity, writers));
  }

  /** Bytes of a mailbox of its own in a buffer of its own, for benchmarks and tests. */
  static standalone(capacity: number, writers: number, start = 0): SharedArrayBuffer {
    const buffer = new SharedArrayBuffer(mailboxShape(capacity, writers).bytes);
    MailboxMemory.create(buffer, 0, capacity, writers, start);
    return buffer;
  }

  /** Where the next frame will be claimed. */
  get tail(): number {
    return Atomics.load(this.control, Mailbox.TAIL) & ~CLOSED_BIT; // pairs with the claims
  }

  /** Index in `control` of the cell of writer `slot`. */
  slotAt(slot: number): number {
    return Mailbox.SLOTS + slot * CELL;
  }

  /** True once close() was called, by any thread: no claim succeeds any more. */
  get closed(): boolean {
    // pairs with the or in close()
    return (Atomics.load(this.control, Mailbox.TAIL) & CLOSED_BIT) !== 0;
  }

  /**
   * Refuses every claim from now on and wakes whoever sleeps on the mailbox. The frames that were claimed before
   * stay and can be read: the closed bit lies in TAIL itself, so a claim is either before it or refused.
   */
  close(): void {
    Atomics.or(this.control, Mailbox.TAIL, CLOSED_BIT); // pairs with the load and compareExchange of claims
    // mutant swap-after: equivalent, who sleeps on which word does not depend on the other
    this.bell.wake();
    this.wakeWriters();
  }

  /** Wakes every writer that sleeps for space; each looks for itself whether there is enough. */
  wakeWriters(): number {
    const waiting = Atomics.exchange(this.control, Mailbox.SPACE, 0); // pairs with the or in awaitSpace()
    this.counters.notified(Atomics.notify(this.control, Mailbox.SPACE)); // pairs with the wait in awaitSpace()
    return waiting;
  }

  /**
   * Takes a free writer slot for thread `thread`; -1 if all are taken. Safe against any number of threads doing
   * the same, and against a death at any point: the slot names its owner from the first moment. (A thread that dies
   * with the thread that created it, between taking the slot and noting its lineage, is not seen: the slot stays.)
   */
  attachWriter(thread: number, lineage: readonly number[] = []): number {
    for (let slot = 0; slot < this.writers; slot++) {
      const at = this.slotAt(slot);
      // pairs with the store in detachWriter(): the slot's former life is over
      if (Atomics.compareExchange(this.control, at + Slot.OWNER, 0, thread + 1) === 0) {
        this.control[at + Slot.NOTE_WORDS] = 0;
        // mutant swap-before: equivalent, nobody reads the length before there is a note
        for (let i = 0; i < lineage.length; i++) {
          Atomics.store(this.control, at + Slot.LINEAGE + i, lineage[i] as number); // pairs with markDead()
        }
        Atomics.store(this.control, at + Slot.LINEAGE_LENGTH, lineage.length); // pairs with markDead()
        return slot;
      }
    }
    return -1;
  }

  /** Frees a slot whose writer has nothing claimed: its owner calls this, or the reader after its death. */
  detachWriter(slot: number): void {
    const at = this.slotAt(slot);
    // pairs with the load in markDead()
    // mutant swap-after: equivalent, both are done when the slot has no owner, and the note is no living claim
    Atomics.store(this.control, at + Slot.LINEAGE_LENGTH, 0);
    Atomics.store(this.control, at + Slot.NOTE, 0); // pairs with the load in MailboxReader.recover()
    Atomics.store(this.control, at + Slot.OWNER, 0); // pairs with the compareExchange in attachWriter()
  }

  /** The thread that writes through `slot`, or undefined if the slot is free or its writer dead. */
  writerThread(slot: number): number | undefined {
    const owner = Atomics.load(this.control, this.slotAt(slot) + Slot.OWNER); // pairs with attachWriter()
    return owner > 0 ? owner - 1 : undefined;
  }

  /** True if the writer of `slot` was reported dead and its slot not yet freed. */
  isDead(slot: number): boolean {
    return Atomics.load(this.control, this.slotAt(slot) + Slot.OWNER) < 0; // pairs with markDead()
  }

  /**
   * Marks as dead every writer that ran in `thread`, or in a thread that it had created, directly or not. Call it
   * only when that thread has really ended (its Worker's `exit` event); the reader's recover() does the rest.
   *
   * @returns how many writers were marked.
   */
  markDead(thread: number): number {
    let marked = 0;
    for (let slot = 0; slot < this.writers; slot++) {
      const at = this.slotAt(slot);
      const owner = Atomics.load(this.control, at + Slot.OWNER); // pairs with attachWriter()
      if (owner <= 0 || !(owner === thread + 1 || this.#descendsFrom(at, thread))) continue;
      // pairs with isDead(); fails if the owner detached in the meantime
      if (Atomics.compareExchange(this.control, at + Slot.OWNER, owner, -owner) === owner) marked++;
    }
    return marked;
  }

  #descendsFrom(at: number, thread: number): boolean {
    const length = Atomics.load(this.control, at + Slot.LINEAGE_LENGTH); // pairs with attachWriter()
    for (let i = 0; i < length; i++) {
      if (Atomics.load(this.control, at + Slot.LINEAGE + i) === thread) return true; // pairs with attachWriter()
    }
    return false;
  }
}
