import { ConsumerTimeoutError } from '../errors.js';
import type { Arena } from '../memory/arena.js';
import { ExclusiveWriter } from '../memory/exclusive-writer.js';
import { mailboxShape, PAGE_BYTES, Page } from '../memory/layout.js';
import { MailboxMemory } from '../memory/mailbox.js';
import { type Records, untaken } from '../memory/untaken.js';
import { HEADER_INT32S, type Outcome, paddedInt32s } from '../records/record.js';
import type { Abandoned, ConsumeRequest, ConsumerPlace } from '../records/request.js';
import { AcknowledgementDeadline } from './acknowledgement-deadline.js';
import { allocatePages } from './consumer-pages.js';
import { Deliveries } from './deliveries.js';
import type { MessageQueue, QueueParts } from './message-queue.js';
import { Outlet, type OutletWork } from './outlet.js';
import type { SharedRing } from './shared-ring.js';
import { Subscriber } from './subscriber.js';

/** What consumers are made of. */
export interface ConsumerParts extends QueueParts {
  readonly arena: Arena;
  readonly work: OutletWork;
  /** Milliseconds in which deliveries must be settled, where neither consumer nor queue says. */
  readonly consumerTimeout: number;
  /** Up to where the router's mailbox was read. */
  inboxPosition(): number;
}

/** One consumer, as the router sees it. */
export abstract class RouterConsumer {
  readonly id: number;
  readonly queue: MessageQueue;
  readonly exclusive: boolean;
  abstract readonly place: ConsumerPlace;
  /** What it was sent and did not settle; undefined: messages count as done when sent. */
  readonly deliveries: Deliveries | undefined;
  /** True once it gets nothing any more. It may still settle what it has. */
  ended = false;
  /** True once its reader has left, too: only what is not settled keeps it. */
  gone = false;
  /** Told when it does not acknowledge in time. */
  onOverdue: () => void = () => {};
  readonly #deadline: AcknowledgementDeadline | undefined;
  readonly #timeout: number = 0;

  constructor(id: number, queue: MessageQueue, request: ConsumeRequest, parts: ConsumerParts) {
    this.id = id;
    this.queue = queue;
    this.exclusive = request.exclusive;
    if (request.noAck) return;
    this.deliveries = new Deliveries(queue, parts.pool, parts.bodies);
    const timeout = request.consumerTimeout ?? queue.settings.consumerTimeout ?? parts.consumerTimeout;
    this.#timeout = timeout;
    this.#deadline = new AcknowledgementDeadline(this.deliveries, parts, timeout, () => this.onOverdue());
    this.deliveries.deadline = this.#deadline;
  }

  /** The consumer says what became of its messages `first` to `last`. */
  settle(outcome: Outcome, first: number, last: number, milliseconds: number): void {
    this.deliveries?.settle(outcome, first, last, milliseconds);
    this.onCredit();
    this.queue.pump();
  }

  /** Something was settled: it may get more. */
  protected onCredit(): void {}

  /** It took `count` messages out of a ring that it shares. */
  took(_first: number, _inRing: number, _count: number): void {}

  /** The reader stops, and says what it received; what it did not goes back to the queue. */
  cancel(abandoned: Abandoned): void {
    this.gone = true;
    this.leave(abandoned);
    this.deliveries?.returnFrom((abandoned.received + 1) | 0);
    this.queue.pump();
  }

  /** The reader died: all that it did not settle goes back to the queue. */
  die(): void {
    this.gone = true;
    const unread = this.leave(undefined);
    if (this.deliveries !== undefined) {
      this.deliveries.returnFrom((this.deliveries.last - unread + 1) | 0);
      this.release();
    }
    this.queue.pump();
  }

  /** Puts back what is not settled: the session ends, or does not acknowledge in time. */
  release(): void {
    this.#deadline?.stop();
    if (this.queue.deleted) this.deliveries?.drop();
    else this.deliveries?.requeueAll();
    this.queue.pump();
  }

  /** True if nothing is left that it could settle. */
  get settled(): boolean {
    return this.deliveries === undefined || this.deliveries.length === 0;
  }

  /** Why it is closed when it does not acknowledge in time. */
  timeoutError(): ConsumerTimeoutError {
    return new ConsumerTimeoutError(
      `Consumer ${this.id} of queue '${this.queue.name}' had a delivery for ${this.#timeout} ms without settling it, so ` +
        'it was closed and its messages went back. Acknowledge sooner, or raise consumerTimeout.',
    );
  }

  /** Ends it from the router's side: its reader finds what was sent, then the end. */
  abstract close(): void;

  /**
   * Frees its memory; its reader will not look again. Without acknowledgements, what it did not take goes back.
   *
   * @param abandoned what the reader says it took; undefined if it died
   * @returns messages that were sent and that it certainly never saw
   */
  protected abstract leave(abandoned: Abandoned | undefined): number;
}

/** A consumer with a mailbox of its own: the router writes, it reads, nobody contends. */
export class MailboxConsumer extends RouterConsumer {
  readonly place: ConsumerPlace;
  readonly #arena: Arena;
  readonly #memory: MailboxMemory;
  readonly #subscriber: Subscriber;

  constructor(id: number, queue: MessageQueue, request: ConsumeRequest, parts: ConsumerParts) {
    super(id, queue, request, parts);
    const { arena, work, bodies } = parts;
    const page = allocatePages(arena, mailboxShape(request.ringWords, 1).bytes);
    this.place = { consumer: id, queue: queue.name, dispatch: 'queue-per-consumer', page, readerSlot: 0 };
    this.#arena = arena;
    this.#memory = MailboxMemory.create(arena.buffer, page * PAGE_BYTES, request.ringWords, 1);
    arena.pages.transfer(page, Page.MAILBOX_TAG);
    const outlet = new Outlet(new ExclusiveWriter(this.#memory), work, bodies);
    this.#subscriber = new Subscriber(queue, outlet, this.deliveries, bodies, request);
    outlet.feeder = this.#subscriber;
    queue.consumers++;
    queue.subscribers.add(this.#subscriber);
    queue.pump();
  }

  protected override onCredit(): void {
    this.#subscriber.onCredit();
  }

  close(): void {
    if (this.ended) return; // and its memory may be another's
    this.#end();
    this.#subscriber.outlet.close();
  }

  #end(): void {
    this.ended = true;
    this.queue.consumers--;
    this.queue.subscribers.remove(this.#subscriber);
  }

  protected leave(abandoned: Abandoned | undefined): number {
    if (!this.ended) this.#end();
    const { outlet } = this.#subscriber;
    outlet.close(); // its reader may sleep on it, although it will not read any more
    const left = untaken(this.#memory, abandoned?.taken ?? 0);
    if (this.deliveries === undefined) this.queue.takeBack(left);
    outlet.drop();
    this.#arena.pages.free(this.place.page);
    return left.records;
  }
}

/** A consumer that shares one ring with all others of its queue. */
export class RingConsumer extends RouterConsumer {
  readonly place: ConsumerPlace;
  readonly #ring: SharedRing;

  constructor(
    id: number,
    session: number,
    queue: MessageQueue,
    ring: SharedRing,
    request: ConsumeRequest,
    parts: ConsumerParts,
  ) {
    super(id, queue, request, parts);
    this.#ring = ring;
    this.place = {
      consumer: id,
      queue: queue.name,
      dispatch: queue.settings.dispatch,
      page: ring.page,
      readerSlot: ring.addReader(session, this, request),
    };
    queue.consumers++;
  }

  override took(first: number, inRing: number, count: number): void {
    if (this.deliveries === undefined) return;
    this.#ring.moveTo(this.deliveries, first, inRing, count);
    if (!this.ended) return;
    // It was closed meanwhile: what it took after that goes back at once.
    this.deliveries.returnFrom(first);
    this.queue.pump();
  }

  close(): void {
    if (this.ended) return;
    this.#end();
    this.#ring.wake();
  }

  #end(): void {
    this.ended = true;
    this.queue.consumers--;
  }

  protected leave(abandoned: Abandoned | undefined): number {
    if (!this.ended) this.#end();
    const left = abandoned?.left;
    const records = left === undefined ? NO_RECORDS : recordsIn(left);
    this.#ring.removeReader(this.place.readerSlot, records);
    return 0;
  }
}

/** What a session got from one queue by `get`, message by message, and did not settle. */
export class PullConsumer extends RouterConsumer {
  readonly place: ConsumerPlace;

  constructor(id: number, queue: MessageQueue, parts: ConsumerParts) {
    super(id, queue, PULL, parts);
    this.place = { consumer: id, queue: queue.name, dispatch: 'queue-per-consumer', page: 0, readerSlot: 0 };
  }

  close(): void {
    this.ended = true;
  }

  protected leave(): number {
    this.ended = true;
    return 0;
  }
}

const PULL: ConsumeRequest = {
  ringWords: 0,
  noAck: false,
  prefetch: 0,
  prefetchBytes: 0,
  priority: 0,
  exclusive: false,
  consumerTimeout: undefined,
};

const NO_RECORDS: Records = { words: new Int32Array(0), records: 0 };

function recordsIn(bytes: Uint8Array): Records {
  const words = new Int32Array(new Uint8Array(bytes).buffer);
  let records = 0;
  for (let at = 0; at < words.length; at += HEADER_INT32S + paddedInt32s(words[at]!)) records++;
  return { words, records };
}
