import { BodyTooLargeError, BrokerClosedError, ClosedError, OutOfMemoryError } from '../errors.js';
import type { Arena } from '../memory/arena.js';
import { PAGE_BYTES, Page } from '../memory/layout.js';
import { MailboxWriter } from '../memory/mailbox-writer.js';
import { NO_PAGES, PageAllocator } from '../memory/page-allocator.js';
import { NO_ROOM } from '../memory/record-queue.js';
import { isHandling } from './handling.js';
import { KeepAlive } from './keep-alive.js';

/** Who gathers settled messages. */
export interface Settling {
  /** Writes them into the batch; false if there is no room. */
  write(): boolean;
}

/** Bytes in pages after which a batch goes: they should still be in the cache when the consumer reads them. */
const LARGE_BATCH_BYTES = 1 << 18;

/**
 * A session's way to the router: the batch in which its records gather, and the pages that its large bodies take.
 * Records of all publishers of a session, and its requests, go this one way, so they arrive in the order written.
 */
export class Outgoing {
  readonly writer: MailboxWriter;
  /** Consumers with settled messages that are not in the batch yet. */
  readonly #settling: Settling[] = [];
  readonly #arena: Arena;
  readonly #tag: number;
  readonly #keepAlive = new KeepAlive();
  #flushPlanned = false;
  #closed = false;
  #largeBytes = 0;

  constructor(arena: Arena, slot: number) {
    this.#arena = arena;
    this.writer = new MailboxWriter(arena.inbox, slot);
    this.#tag = slot + Page.SESSION_TAG;
  }

  /** Room for what is published: `words` words, or NO_ROOM if the router's mailbox is full. */
  reserve(words: number): number {
    if (this.#closed) throw new ClosedError('session');
    return this.reserveRecord(words);
  }

  /** The same for a request, behind all that was settled before it. */
  reserveRequest(words: number): number {
    return this.#writeSettled() ? this.reserveRecord(words) : NO_ROOM;
  }

  /** The same for any record: the session's last ones are sent when nothing may be published any more. */
  reserveRecord(words: number): number {
    const writer = this.writer;
    const at = writer.reserve(words);
    if (at === NO_ROOM) {
      if (writer.closed) throw brokerClosed(this.#arena);
    } else if (writer.count === 1) {
      this.#planFlush();
    }
    return at;
  }

  /** Room for what is published; waits on this thread while the mailbox is full. */
  reserveBlocking(words: number): number {
    for (;;) {
      const at = this.reserve(words);
      if (at !== NO_ROOM) return at;
      this.writer.awaitSpace();
    }
  }

  /** A consumer has settled messages: they go with the next flush, at the latest at the end of this turn. */
  gather(settling: Settling): void {
    this.#settling.push(settling);
    this.#planFlush();
  }

  #writeSettled(): boolean {
    const settling = this.#settling;
    while (settling.length > 0) {
      if (!settling[settling.length - 1]!.write()) return false;
      settling.pop();
    }
    return true;
  }

  /** Sends what gathered; false if the router's mailbox is full. */
  flush(): boolean {
    const writer = this.writer;
    const written = this.#settling.length === 0 || this.#writeSettled();
    if (writer.flush() && written) return true;
    if (!writer.closed) return false;
    writer.discard(); // so that the next publish begins a batch, and looks whether the broker is closed
    throw brokerClosed(this.#arena);
  }

  flushBlocking(): void {
    while (!this.flush()) this.writer.awaitSpace();
  }

  async flushAsync(): Promise<void> {
    while (!this.flush()) await this.awaitSpace();
  }

  /** Resolves when the router's mailbox may have room. */
  async awaitSpace(): Promise<void> {
    await this.#keepAlive.during(this.writer.awaitSpaceAsync());
  }

  /** What was published in this turn of the event loop goes at its end, if the batch was not full before. */
  #planFlush(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    queueMicrotask(this.#endOfTurn);
  }

  readonly #endOfTurn = (): void => {
    this.#flushPlanned = false;
    // Nobody can be told here that the broker is closed: the next publish throws, or the flush that is awaited.
    this.flushAsync().catch(() => {});
  };

  /**
   * True while publishers are held by the memory alarm. A thread that is handling messages is not: what it publishes
   * is its way to settle them, and if it were held, nothing might ever fall below the mark.
   */
  get held(): boolean {
    return this.#arena.memoryAlarm && !isHandling();
  }

  /** Waits on this thread while publishers are held. What it settled is sent before. */
  awaitAlarmBlocking(): void {
    while (this.held) {
      this.flushBlocking();
      if (this.#arena.inbox.closed) throw brokerClosed(this.#arena);
      this.#arena.awaitMemoryAlarm();
    }
  }

  /** Resolves when publishers are not held. */
  async awaitAlarm(): Promise<void> {
    while (this.held && !this.#arena.inbox.closed) {
      await this.flushAsync();
      await this.#keepAlive.during(this.#arena.awaitMemoryAlarmAsync());
    }
  }

  /** A record that refers to `bytes` bytes in pages was written: enough of them make a batch, too. */
  countLarge(bytes: number): void {
    this.#largeBytes += bytes;
    if (this.#largeBytes < LARGE_BATCH_BYTES) return;
    this.#largeBytes = 0;
    this.writer.flush(); // if there is no room it goes later, as any batch
  }

  /**
   * Pages for `bytes` bytes, or NO_PAGES if the shared memory is full now.
   *
   * @throws OutOfMemoryError if it could never hold them, ClosedError
   */
  allocate(bytes: number): number {
    if (this.#closed) throw new ClosedError('session');
    const pages = PageAllocator.pagesFor(bytes);
    const allocator = this.#arena.pages;
    if (pages > allocator.pages) {
      throw new OutOfMemoryError(
        `A body of ${bytes} bytes does not fit the shared memory of ${allocator.pages * PAGE_BYTES} bytes. ` +
          'Start the broker with more `memory`.',
      );
    }
    const page = allocator.allocate(pages, this.#tag);
    if (page === NO_PAGES) {
      // Bodies that consumers are done with come back when the router looks.
      this.flush();
      this.#arena.inbox.bell.ring();
    }
    return page;
  }

  /** The same, but waits on this thread until bodies were read. */
  allocateBlocking(bytes: number): number {
    for (;;) {
      let page = this.allocate(bytes);
      if (page !== NO_PAGES) return page;
      const announced = this.#arena.pages.announceWaiter();
      page = this.allocate(bytes);
      if (page !== NO_PAGES) return page;
      if (this.#arena.inbox.closed) throw brokerClosed(this.#arena); // after the announcement: pairs with closeAll()
      this.#arena.pages.sleepForMemory(announced);
    }
  }

  /** Resolves when there may be pages for `bytes` bytes. */
  async awaitMemory(bytes: number): Promise<void> {
    const { inbox, pages } = this.#arena;
    const announced = pages.announceWaiter();
    inbox.bell.ring();
    // Looks again after the announcement: what was given back before it is announced to nobody.
    if (inbox.closed || pages.mayFit(PageAllocator.pagesFor(bytes))) return;
    await this.#keepAlive.during(pages.sleepForMemoryAsync(announced));
  }

  /** True if nothing that is gathered now will be sent: the session is closed, or the broker was when it was tried. */
  get closed(): boolean {
    return this.#closed || this.writer.closed;
  }

  /** @throws ClosedError if the session is closed, BrokerClosedError */
  checkOpen(): void {
    if (this.#closed) throw new ClosedError('session');
    if (this.#arena.inbox.closed) throw brokerClosed(this.#arena);
  }

  /** Refuses what is published from now on: the session is leaving, and its writer slot will be another's. */
  close(): void {
    this.#closed = true;
  }

  /** @throws BodyTooLargeError */
  checkBody(bytes: number): void {
    if (bytes > this.#arena.maxBody) throw new BodyTooLargeError(bytes, this.#arena.maxBody);
  }
}

/** Why nothing can be sent or received any more. */
export function brokerClosed(arena: Arena): BrokerClosedError {
  return new BrokerClosedError(
    arena.died
      ? 'The router thread of the broker died. Its messages are lost; start a new broker and connect to it.'
      : 'The broker was closed. Start a new one and connect to it.',
  );
}
