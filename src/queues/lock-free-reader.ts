import type { Bell } from '../memory/bell.js';
import type { QueueCounters } from '../memory/counters.js';
import { CLOSED_BIT, SPACE_BELL } from '../memory/layout.js';
import type { RecordReader } from '../memory/record-queue.js';
import { LockFree, MAX_HELD, ReaderCell } from './lock-free-layout.js';
import type { LockFreeRing } from './lock-free-ring.js';

export interface LockFreeReaderOptions {
  /** Rung when space was given back and a writer had asked for it. */
  spaceBell?: Bell | undefined;
  /** How often to look before sleeping. 0 where threads outnumber cores. */
  spins?: (() => number) | undefined;
}

/** One of several readers of the lock-free ring. Records are read where they lie, until release(). */
export class LockFreeReader implements RecordReader {
  words: Int32Array;
  bytes: Uint8Array;
  at = 0;
  count = 0;
  readonly slot: number;
  readonly counters: QueueCounters;

  readonly #ring: LockFreeRing;
  readonly #control: Int32Array;
  readonly #sequences: Int32Array;
  readonly #notes: number;
  readonly #spaceBell: Bell | undefined;
  readonly #spins: () => number;
  /** Positions held, the oldest first; `#count` of them. The shared notes say the same to whoever recovers. */
  readonly #held = new Int32Array(MAX_HELD);
  #holding = 0;

  constructor(ring: LockFreeRing, slot: number, options: LockFreeReaderOptions) {
    this.#ring = ring;
    this.counters = ring.counters;
    this.#control = ring.control;
    this.#sequences = ring.sequences;
    this.words = ring.words;
    this.bytes = ring.bytes;
    this.slot = slot;
    this.#notes = ring.readerAt(slot) + ReaderCell.HELD;
    this.#spaceBell = options.spaceBell;
    this.#spins = options.spins ?? noSpins;
  }

  open(): boolean {
    const ring = this.#ring;
    const control = this.#control;
    const index = this.#holding;
    const note = this.#notes + index;
    let noted = false;
    for (;;) {
      const head = Atomics.load(control, LockFree.HEAD); // pairs with the compareExchange below
      // pairs with the commit in LockFreeWriter.flush(): what it copied is visible
      const ahead = (Atomics.load(this.#sequences, ring.sequenceAt(head)) - head - 1) | 0;
      if (ahead < 0) break; // not committed
      if (ahead > 0) continue; // another reader was first: HEAD has moved
      Atomics.store(control, note, head | 1); // before the claim: pairs with recoverReader() and released
      noted = true;
      this.counters.claims++;
      // pairs with the load above in every other reader: one claim starts at a position
      if (Atomics.compareExchange(control, LockFree.HEAD, head, (head + 2) | 0) !== head) {
        this.counters.failedClaims++;
        continue;
      }
      const start = ring.slotAt(head);
      const count = ring.words[start + 1]!;
      if (count === 0) {
        this.#give(head); // a writer died here
        continue;
      }
      this.count = count;
      this.#held[index] = head;
      if (index === MAX_HELD - 1) {
        this.#copyOut(start, head);
      } else {
        this.words = ring.words;
        this.bytes = ring.bytes;
        this.at = start + 2;
        this.#holding = index + 1;
      }
      // Another frame is there, and somebody may sleep: the next reader may have it while this one works.
      if (ring.sleepers.any && this.#committed()) ring.sleepers.wakeOne();
      return true;
    }
    if (noted) Atomics.store(control, note, 0); // pairs with the loads in recoverReader() and released
    return false;
  }

  /** For a reader that opens and never releases: it may not hold more slots, so it takes a copy. */
  #copyOut(start: number, head: number): void {
    const ring = this.#ring;
    this.words = ring.words.slice(start + 2, start + ring.slotWords * 2);
    this.bytes = new Uint8Array(this.words.buffer);
    this.at = 0;
    this.#give(head);
    Atomics.store(this.#control, this.#notes + MAX_HELD - 1, 0); // pairs with the loads in recoverReader()
  }

  /** Sets the slot of `position` free for the next lap. */
  #give(position: number): void {
    const ring = this.#ring;
    // pairs with the load in LockFreeWriter.#claim(): what was read here, was read before
    Atomics.store(this.#sequences, ring.sequenceAt(position), (position + 2 * ring.slots) | 0);
  }

  release(): void {
    const holding = this.#holding;
    if (holding === 0) return;
    this.#holding = 0;
    // The oldest last, because `released` goes by its note; each note after its slot, because recovery does.
    for (let i = holding - 1; i >= 0; i--) {
      this.#give(this.#held[i]!);
      Atomics.store(this.#control, this.#notes + i, 0); // pairs with the loads in recoverReader() and released
    }
    if (this.#ring.space.any) this.#announceSpace();
  }

  /** Tells the waiting writers, once half of the ring is free. An empty ring always qualifies. */
  #announceSpace(): void {
    const ring = this.#ring;
    if (ring.waiting > ring.slots >>> 1) return;
    if ((ring.space.announce() & SPACE_BELL) !== 0) this.#spaceBell?.ring();
  }

  /** True if there is a frame at HEAD. */
  #committed(): boolean {
    const head = Atomics.load(this.#control, LockFree.HEAD); // pairs with the compareExchange in open()
    // pairs with the commit in LockFreeWriter.flush(). More than 1: another reader took it, there may be a next.
    return ((Atomics.load(this.#sequences, this.#ring.sequenceAt(head)) - head) | 0) > 0;
  }

  ready(): boolean {
    return this.#committed() || this.#ring.closed;
  }

  get ended(): boolean {
    const tail = Atomics.load(this.#control, LockFree.TAIL); // pairs with close(), and the claims before it
    // pairs with the compareExchange in open(); TAIL stands still once it is closed
    return Atomics.load(this.#control, LockFree.HEAD) === (tail & ~CLOSED_BIT) && (tail & CLOSED_BIT) !== 0;
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
