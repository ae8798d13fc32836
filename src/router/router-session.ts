import type { Arena } from '../memory/arena.js';
import { ExclusiveWriter } from '../memory/exclusive-writer.js';
import { PAGE_BYTES } from '../memory/layout.js';
import type { MailboxMemory } from '../memory/mailbox.js';
import { NO_ROOM } from '../memory/record-queue.js';
import {
  HEADER_INT32S,
  INLINE_LIMIT,
  LARGE_BYTES,
  LARGE_FLAG,
  paddedInt32s,
  RecordType,
} from '../records/record.js';
import { encode, type Reply } from '../records/request.js';
import { allocatePages } from './consumer-pages.js';
import type { RouterConsumer } from './consumers.js';
import type { AddressedRoute } from './delivery.js';
import type { LargeBodies } from './large-bodies.js';
import { Outlet, type OutletFeeder, type OutletWork } from './outlet.js';

/** What the router knows of one session: its addresses, its consumers, and the way of its replies. */
export class RouterSession implements OutletFeeder {
  /** Writer slot of the router's mailbox. */
  readonly slot: number;
  /** Routes by the number that the session gave them. */
  readonly routes: AddressedRoute[] = [];
  readonly consumers = new Map<number, RouterConsumer>();
  readonly replies: Outlet;
  readonly #arena: Arena;
  readonly #bodies: LargeBodies;
  readonly #memory: MailboxMemory;
  /** Replies that found the session's ring full. As many as it has requests under way. */
  readonly #waiting: PlacedReply[] = [];

  constructor(slot: number, arena: Arena, work: OutletWork, bodies: LargeBodies) {
    const memory = arena.attachReplies(slot);
    this.slot = slot;
    this.#arena = arena;
    this.#bodies = bodies;
    this.#memory = memory;
    this.replies = new Outlet(new ExclusiveWriter(memory), this, work, bodies);
  }

  /** @throws OutOfMemoryError if the reply is long and the shared memory full; nothing was sent then */
  send(reply: Reply): void {
    const placed = this.#place(encode(reply));
    if (this.#waiting.length > 0 || !this.#write(placed)) this.#waiting.push(placed);
  }

  /** A long reply lies in pages, as a large body does: before there is room for its record, so that it may fail. */
  #place(bytes: Buffer): PlacedReply {
    if (bytes.length <= INLINE_LIMIT) return { content: bytes, page: undefined };
    const page = allocatePages(this.#arena, bytes.length);
    this.#arena.bytes.set(bytes, page * PAGE_BYTES);
    this.#bodies.adopt(page);
    const content = new Uint8Array(LARGE_BYTES);
    new Int32Array(content.buffer).set([page, 0, bytes.length, 0]);
    return { content, page };
  }

  #write({ content, page }: PlacedReply): boolean {
    const at = this.replies.reserve((HEADER_INT32S + paddedInt32s(content.length)) >>> 1);
    if (at === NO_ROOM) return false;
    const { words, bytes } = this.replies.writer;
    words[at] = content.length;
    words[at + 1] = RecordType.REPLY | (page === undefined ? 0 : LARGE_FLAG);
    bytes.set(content, (at + HEADER_INT32S) * 4);
    if (page !== undefined) this.replies.hold(page);
    return true;
  }

  /** Replies that had to wait go on. */
  onSpace(): void {
    while (this.#waiting.length > 0 && this.#write(this.#waiting[0]!)) this.#waiting.shift();
  }

  /** Drops its hold on whatever it was sent: its owner is gone, or reads no more. */
  drop(): void {
    this.replies.drop();
    for (const { page } of this.#waiting) if (page !== undefined) this.#bodies.release(page);
    this.#waiting.length = 0;
  }

  /** Wakes whoever waits for a reply; there will be none. */
  close(): void {
    this.drop();
    this.#memory.close();
  }
}

/** A reply as its record holds it, and the pages that it refers to. */
interface PlacedReply {
  content: Uint8Array;
  page: number | undefined;
}
