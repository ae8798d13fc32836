import { InvalidArgumentError, OutOfMemoryError, PreconditionFailedError } from '../errors.js';
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
import { type ConsumeRequest, frameLimit } from '../records/request.js';
import { allocatePages } from './consumer-pages.js';
import type { ConsumerParts, RingConsumer } from './consumers.js';
import { Deliveries } from './deliveries.js';
import type { MessageQueue } from './message-queue.js';
import { Outlet } from './outlet.js';
import { Subscriber } from './subscriber.js';

/** Limits of the ring as a whole: credit is each consumer's own affair, it takes no more frames than it has. */
const NO_LIMITS = { prefetch: 0, prefetchBytes: 0, priority: 0 };

interface Reader {
  session: number;
  consumer: RingConsumer;
  /** Records of a frame that its prefetch has room for; 0: any number. */
  frameRecords: number;
}

/**
 * The ring of a queue whose consumers share one: a lock, or slots that they claim, decides who gets a message.
 *
 * With acknowledgements, every record in the ring has a number. A consumer that has taken some says so (TAKEN) before
 * it hands them on, and they become its own. So what is neither in the ring nor anybody's is what a consumer had taken
 * when it died before it could say so: its note in the ring tells which.
 */
export class SharedRing {
  /** First page of the ring. */
  readonly page: number;
  readonly #queue: MessageQueue;
  readonly #parts: ConsumerParts;
  readonly #memory: SharedRingMemory;
  readonly #outlet: Outlet;
  readonly #readers: (Reader | typeof FREE | typeof LEAVING)[] = new Array(RING_READERS).fill(FREE);
  /** Made for the first consumer, which decides whether records are tracked. */
  #subscriber: Subscriber | undefined;
  #retired = false;
  #freed = false;

  constructor(queue: MessageQueue, parts: ConsumerParts) {
    const { arena, work, bodies } = parts;
    const { ringBytes } = queue.settings;
    const dispatch = queue.settings.dispatch as SharedDispatch;
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
    this.#parts = parts;
    this.#memory = ring;
    this.#outlet = new Outlet(writer, work, bodies);
  }

  /**
   * A slot for one more consumer.
   *
   * @throws OutOfMemoryError if the ring has no more, InvalidArgumentError for what a shared ring cannot give,
   * PreconditionFailedError if the others acknowledge and this one does not, or the other way round
   */
  addReader(session: number, consumer: RingConsumer, request: ConsumeRequest): number {
    this.#check(request);
    const slot = this.#readers.indexOf(FREE);
    if (slot < 0) {
      throw new OutOfMemoryError(
        `The ring of queue '${this.#queue.name}' has ${RING_READERS} consumers, which is all it can have. ` +
          'Use dispatch queue-per-consumer, or cancel one.',
      );
    }
    const first = !this.#readers.some(isReader);
    this.#readers[slot] = {
      session,
      consumer,
      frameRecords: request.noAck ? 0 : frameLimit(request.prefetch),
    };
    if (first) this.#subscribe(request.noAck);
    this.#limitFrames();
    this.#queue.pump();
    return slot;
  }

  #check(request: ConsumeRequest): void {
    const { name } = this.#queue;
    const remedy = `Declare the queue with dispatch 'queue-per-consumer', or leave it out.`;
    if (request.priority !== 0) {
      throw new InvalidArgumentError(
        `Queue '${name}' has one ring for all consumers: who comes first takes a message, so a priority of ` +
          `${request.priority} cannot be given. ${remedy}`,
      );
    }
    if (request.prefetchBytes !== 0) {
      throw new InvalidArgumentError(
        `Queue '${name}' has one ring for all consumers: a consumer sees the size of a message only when it has taken ` +
          `it, so a prefetchBytes of ${request.prefetchBytes} cannot be kept. ${remedy}`,
      );
    }
    const tracked = this.#subscriber?.deliveries !== undefined;
    if (this.#readers.some(isReader) && tracked === request.noAck) {
      throw new PreconditionFailedError(
        `The consumers of queue '${name}' share one ring, and have noAck ${tracked ? 'false' : 'true'}; this one asks ` +
          `for ${request.noAck}. Consume with the same, or declare the queue with dispatch 'queue-per-consumer'.`,
      );
    }
  }

  #subscribe(noAck: boolean): void {
    const { bodies, pool } = this.#parts;
    // The log of former consumers: a reader that is still being recovered may have left something in it.
    const former = this.#subscriber?.deliveries;
    if (noAck && former?.oldest !== undefined) former.returnFrom(former.oldest);
    const log = noAck ? undefined : (former ?? new Deliveries(this.#queue, pool, bodies));
    this.#subscriber = new Subscriber(this.#queue, this.#outlet, log, bodies, NO_LIMITS);
    this.#outlet.feeder = this.#subscriber;
    this.#queue.subscribers.add(this.#subscriber);
  }

  /** A frame is taken as a whole, so it has no more records than the smallest prefetch has room for. */
  #limitFrames(): void {
    const limits = this.#readers.filter(isReader).map(reader => reader.frameRecords);
    const limited = limits.filter(limit => limit > 0);
    if (this.#subscriber !== undefined) {
      this.#subscriber.frameRecords = limited.length > 0 ? Math.min(...limited) : 0;
    }
  }

  /** The records `inRing` and `count - 1` behind it were taken: they are `deliveries`' from `first` on. */
  moveTo(deliveries: Deliveries, first: number, inRing: number, count: number): void {
    deliveries.last = (first - 1) | 0;
    this.#subscriber?.deliveries?.moveTo(deliveries, inRing, (inRing + count - 1) | 0);
  }

  /**
   * A consumer left or died. What nobody took stays for the others.
   *
   * @param left without acknowledgements: what it took out of the ring and did not receive; older than what is there
   */
  removeReader(slot: number, left: Records): void {
    this.#readers[slot] = LEAVING;
    if (!this.#recover(slot)) this.#parts.work.retries.push(() => this.#recover(slot));
    this.#limitFrames();
    const last = !this.#readers.some(isReader);
    if (last) {
      if (this.#subscriber !== undefined) this.#queue.subscribers.remove(this.#subscriber);
      this.#takeBack();
    }
    this.#queue.takeBack(left);
    if (last && this.#retired) this.#free();
    this.#queue.pump();
  }

  /** Nobody reads the ring any more: what lies in it waits in the queue. */
  #takeBack(): void {
    const slot = this.#readers.indexOf(FREE);
    if (slot < 0) return; // all are being recovered: the next consumer finds the messages
    const reader = sharedRingReader(
      this.#queue.settings.dispatch as SharedDispatch,
      this.#parts.arena.buffer,
      this.page * PAGE_BYTES,
      slot,
      {},
    );
    const log = this.#subscriber?.deliveries;
    const parts: Int32Array[] = [];
    let records = 0;
    for (let flushed = false; !flushed; ) {
      flushed = this.#outlet.flush() || this.#memory.closed; // a closed ring takes nothing any more
      for (; reader.open(); records += reader.count) {
        if (log === undefined)
          parts.push(reader.words.slice(reader.at, recordsEnd(reader.words, reader.at, reader.count)));
        reader.release();
      }
    }
    this.#memory.recoverReader(slot);
    if (log === undefined) this.#queue.takeBack({ words: joined(parts), records });
    else if (log.oldest !== undefined) log.returnFrom(log.oldest);
  }

  /** False if a living consumer must take its next step first. */
  #recover(slot: number): boolean {
    if (this.#freed) return true;
    if (!this.#memory.recoverReader(slot, this.#onHeld)) return false;
    this.#readers[slot] = FREE;
    return true;
  }

  /**
   * A reader died with these records. If it had said that it took them, its word is in the inbox already: so what is still
   * in the log when the inbox was read that far is nobody's.
   */
  readonly #onHeld = (first: number, count: number): void => {
    const log = this.#subscriber?.deliveries;
    if (log === undefined) return;
    const { tail } = this.#parts.arena.inbox;
    this.#parts.work.retries.push(() => {
      if (this.#freed) return true;
      if (((this.#parts.inboxPosition() - tail) | 0) < 0) return false;
      log.returnRange(first, (first + count - 1) | 0);
      this.#queue.pump();
      return true;
    });
  };

  /** A consumer that waits for the lock, or the router that does, asks about the one that holds it. */
  #isDead(slot: number): boolean {
    const reader = this.#readers[slot]!;
    return isReader(reader) && this.#parts.arena.inbox.isDead(reader.session);
  }

  /** Has every consumer look up: one of them was closed. */
  wake(): void {
    this.#memory.sleepers.wakeAll();
  }

  /** Ends the ring: its consumers find what was flushed, then the end. */
  close(): void {
    if (!this.#memory.closed) this.#outlet.close();
  }

  /** The queue is deleted: the memory goes when the last consumer has left. */
  retire(): void {
    this.#retired = true;
    if (this.#subscriber !== undefined) this.#queue.subscribers.remove(this.#subscriber);
    this.close();
    if (!this.#readers.some(isReader)) this.#free();
  }

  #free(): void {
    this.#freed = true;
    this.#subscriber?.deliveries?.drop();
    this.#outlet.drop();
    this.#parts.arena.pages.free(this.page);
  }
}

/** States of a reader's slot without a reader. */
const FREE = 'free';
const LEAVING = 'leaving';

function isReader(state: Reader | typeof FREE | typeof LEAVING): state is Reader {
  return state !== FREE && state !== LEAVING;
}

/** The tags by which a ring is recognised when the broker's owner must close it. */
const RING_TAGS: Record<SharedDispatch, number> = {
  'shared-locked': Page.LOCKED_TAG,
  'shared-locked-batched': Page.LOCKED_TAG,
  'shared-lock-free': Page.LOCK_FREE_TAG,
};
