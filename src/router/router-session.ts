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
  readonly #waiting: Buffer[] = [];

  constructor(slot: number, arena: Arena, work: OutletWork, bodies: LargeBodies) {
    const memory = arena.attachReplies(slot);
    this.slot = slot;
    this.#arena = arena;
    this.#bodies = bodies;
    this.#memory = memory;
    this.replies = new Outlet(new ExclusiveWriter(memory), this, work, bodies);
  }

  send(reply: Reply): void {
    const bytes = encode(reply);
    if (this.#waiting.length > 0 || !this.#write(bytes)) this.#waiting.push(bytes);
  }

  #write(bytes: Buffer): boolean {
    return bytes.length <= INLINE_LIMIT ? this.#writeInline(bytes) : this.#writeLarge(bytes);
  }

  #writeInline(bytes: Buffer): boolean {
    const words = (HEADER_INT32S + paddedInt32s(bytes.length)) >>> 1;
    const at = this.replies.reserve(words);
    if (at === NO_ROOM) return false;
    const writer = this.replies.writer;
    writer.words[at] = bytes.length;
    writer.words[at + 1] = RecordType.REPLY;
    writer.bytes.set(bytes, (at + HEADER_INT32S) * 4);
    return true;
  }

  /** A long reply lies in pages, as a large body does. */
  #writeLarge(bytes: Buffer): boolean {
    const at = this.replies.reserve((HEADER_INT32S + paddedInt32s(LARGE_BYTES)) >>> 1);
    if (at === NO_ROOM) return false;
    const page = allocatePages(this.#arena, bytes.length);
    this.#arena.bytes.set(bytes, page * PAGE_BYTES);
    this.#bodies.adopt(page);
    const { words } = this.replies.writer;
    words[at] = LARGE_BYTES;
    words[at + 1] = RecordType.REPLY | LARGE_FLAG;
    const content = at + HEADER_INT32S;
    words[content] = page;
    words[content + 1] = 0;
    words[content + 2] = bytes.length;
    words[content + 3] = 0;
    this.replies.hold(page);
    return true;
  }

  /** Replies that had to wait go on. */
  onSpace(): void {
    while (this.#waiting.length > 0 && this.#write(this.#waiting[0]!)) this.#waiting.shift();
  }

  /** Wakes whoever waits for a reply; there will be none. */
  close(): void {
    this.replies.drop();
    this.#memory.close();
  }
}
