import { OutOfMemoryError } from '../errors.js';
import type { Arena } from '../memory/arena.js';
import { PAGE_BYTES, Page } from '../memory/layout.js';
import { joined, type Records, recordsEnd } from '../memory/untaken.js';
import {
  createSharedRing,
  RING_READERS,
  type SharedDispatch,
  type SharedRingMemory,
  sharedRingBytes,
  sharedRingReader,
} from '../queues/shared-rings.js';
import { allocatePages } from './consumer-pages.js';
import type { LargeBodies } from './large-bodies.js';
import type { MessageQueue } from './message-queue.js';
import { Outlet, type OutletWork } from './outlet.js';

/** The ring of a queue whose consumers share one: a lock, or slots that they claim, decides who gets a message. */
export class SharedRing {
  /** First page of the ring. */
  readonly page: number;
  readonly #queue: MessageQueue;
  readonly #arena: Arena;
  readonly #memory: SharedRingMemory;
  readonly #outlet: Outlet;
  readonly #readers: ReaderState[] = new Array(RING_READERS).fill(ReaderState.FREE);
  readonly #work: OutletWork;
  #retired = false;
  #freed = false;

  constructor(queue: MessageQueue, ringBytes: number, arena: Arena, work: OutletWork, bodies: LargeBodies) {
    const dispatch = queue.dispatch as SharedDispatch;
    this.page = allocatePages(arena, sharedRingBytes(dispatch, ringBytes));
    const { ring, writer } = createSharedRing(
      dispatch,
      arena.buffer,
      this.page * PAGE_BYTES,
      ringBytes,
      slot => this.#isDead(slot),
    );
    arena.pages.transfer(this.page, RING_TAGS[dispatch]);
    this.#queue = queue;
    this.#arena = arena;
    this.#work = work;
    this.#memory = ring;
    this.#outlet = new Outlet(writer, queue, work, bodies);
  }

  /** A slot for one more consumer. @throws OutOfMemoryError if the ring has no more */
  addReader(session: number): number {
    const slot = this.#readers.indexOf(ReaderState.FREE);
    if (slot < 0) {
      throw new OutOfMemoryError(
        `The ring of queue '${this.#queue.name}' has ${RING_READERS} consumers, which is all it can have. ` +
          'Use dispatch queue-per-consumer, or cancel one.',
      );
    }
    this.#readers[slot] = session;
    if (this.#readers.filter(isReader).length === 1) this.#queue.addOutlet(this.#outlet);
    return slot;
  }

  /**
   * A consumer left or died. What nobody took stays for the others.
   *
   * @param left what it took out of the ring and did not receive; older than what is still there
   */
  removeReader(slot: number, left: Records): void {
    this.#readers[slot] = ReaderState.LEAVING;
    if (!this.#recover(slot)) this.#work.retries.push(() => this.#recover(slot));
    const last = !this.#readers.some(isReader);
    if (last) {
      this.#queue.removeOutlet(this.#outlet);
      this.#takeBack();
    }
    this.#queue.putBack(left);
    if (last && this.#retired) this.#free();
  }

  /** Nobody reads the ring any more: what lies in it waits in the queue. */
  #takeBack(): void {
    const slot = this.#readers.indexOf(ReaderState.FREE);
    if (slot < 0) return; // all are being recovered: the next consumer finds the messages
    const { dispatch } = this.#queue;
    const reader = sharedRingReader(
      dispatch as SharedDispatch,
      this.#arena.buffer,
      this.page * PAGE_BYTES,
      slot,
      {},
    );
    const parts: Int32Array[] = [];
    let records = 0;
    for (let flushed = false; !flushed; ) {
      flushed = this.#outlet.flush() || this.#memory.closed; // a closed ring takes nothing any more
      for (; reader.open(); records += reader.count) {
        parts.push(reader.words.slice(reader.at, recordsEnd(reader.words, reader.at, reader.count)));
        reader.release();
      }
    }
    this.#queue.putBack({ words: joined(parts), records });
    this.#memory.recoverReader(slot);
  }

  /** False if a living consumer must take its next step first. */
  #recover(slot: number): boolean {
    if (this.#freed) return true;
    if (!this.#memory.recoverReader(slot)) return false;
    this.#readers[slot] = ReaderState.FREE;
    return true;
  }

  /** A consumer that waits for the lock, or the router that does, asks about the one that holds it. */
  #isDead(slot: number): boolean {
    const session = this.#readers[slot];
    return session !== undefined && isReader(session) && this.#arena.inbox.isDead(session);
  }

  /** Ends the ring: its consumers find what was flushed, then the end. */
  close(): void {
    if (!this.#memory.closed) this.#outlet.close();
  }

  /** The queue is deleted: the memory goes when the last consumer has left. */
  retire(): void {
    this.#retired = true;
    this.#queue.removeOutlet(this.#outlet);
    this.close();
    if (!this.#readers.some(isReader)) this.#free();
  }

  #free(): void {
    this.#freed = true;
    this.#outlet.drop();
    this.#arena.pages.free(this.page);
  }
}

/** State of a reader's slot, or the session that has it. */
type ReaderState = number;
const ReaderState = { FREE: -1, LEAVING: -2 } as const;

function isReader(state: ReaderState): boolean {
  return state >= 0;
}

/** The tags by which a ring is recognised when the broker's owner must close it. */
const RING_TAGS: Record<SharedDispatch, number> = {
  'shared-locked': Page.LOCKED_TAG,
  'shared-locked-batched': Page.LOCKED_TAG,
  'shared-lock-free': Page.LOCK_FREE_TAG,
};
