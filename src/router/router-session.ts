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
  TYPE_MASK,
} from '../records/record.js';
import { encode, type Reply } from '../records/request.js';
import { Confirms } from './confirms.js';
import { allocatePages } from './consumer-pages.js';
import type { RouterConsumer } from './consumers.js';
import type { Deliveries } from './deliveries.js';
import { type AddressedRoute, writeDelivery } from './delivery.js';
import type { LargeBodies } from './large-bodies.js';
import { Outlet, type OutletFeeder, type OutletWork } from './outlet.js';
import { sendStored } from './stored-sending.js';

/** What the router knows of one session: its addresses, its consumers, and the way of its replies. */
export class RouterSession implements OutletFeeder {
  /** Writer slot of the router's mailbox. */
  readonly slot: number;
  /** Routes by the number that the session gave them. */
  readonly routes: AddressedRoute[] = [];
  readonly consumers = new Map<number, RouterConsumer>();
  readonly replies: Outlet;
  readonly confirms: Confirms;
  /** True while its confirms are to be written at the end of the router's pass. */
  confirming = false;
  readonly #arena: Arena;
  readonly #bodies: LargeBodies;
  readonly #memory: MailboxMemory;
  /** What found the session's ring full. As many replies as it has requests under way, and returned messages. */
  readonly #waiting: PlacedRecord[] = [];

  constructor(slot: number, arena: Arena, work: OutletWork, bodies: LargeBodies) {
    const memory = arena.attachReplies(slot);
    this.slot = slot;
    this.#arena = arena;
    this.#bodies = bodies;
    this.#memory = memory;
    this.replies = new Outlet(new ExclusiveWriter(memory), work, bodies);
    this.replies.feeder = this;
    this.confirms = new Confirms(this.replies);
  }

  /** @throws OutOfMemoryError if the reply is long and the shared memory full; nothing was sent then */
  send(reply: Reply): void {
    this.#place(this.#placed(encode(reply)));
  }

  /** A long reply lies in pages, as a large body does: before there is room for its record, so that it may fail. */
  #placed(bytes: Buffer): PlacedRecord {
    if (bytes.length <= INLINE_LIMIT) return { tag: RecordType.REPLY, content: bytes, page: undefined };
    const page = allocatePages(this.#arena, bytes.length);
    this.#arena.bytes.set(bytes, page * PAGE_BYTES);
    this.#bodies.adopt(page);
    const content = new Uint8Array(LARGE_BYTES);
    new Int32Array(content.buffer).set([page, 0, bytes.length, 0]);
    return { tag: RecordType.REPLY | LARGE_FLAG, content, page };
  }

  /** Sends a mandatory message back that no queue took. */
  giveBack(route: AddressedRoute, words: Int32Array, content: number, bytes: number, tag: number): void {
    const record = new Int32Array(route.deliveryWords(bytes) << 1);
    writeDelivery(record, 0, route, words, content, bytes, tag);
    const page = (tag & LARGE_FLAG) === 0 ? undefined : words[content]!;
    if (page !== undefined) this.#bodies.retain(page);
    const payload = new Uint8Array(record.buffer, HEADER_INT32S * 4, record[0]!);
    this.#place({ tag: (record[1]! & ~TYPE_MASK) | RecordType.RETURN, content: payload, page });
  }

  /** Sends a message that `get` asked for; false if the ring has no room. */
  deliver(words: Int32Array, at: number, deliveries: Deliveries | undefined): boolean {
    return this.#waiting.length === 0 && sendStored(words, at, this.replies, deliveries, this.#bodies);
  }

  #place(placed: PlacedRecord): void {
    if (this.#waiting.length > 0 || !this.#write(placed)) this.#waiting.push(placed);
  }

  #write({ tag, content, page }: PlacedRecord): boolean {
    const at = this.replies.reserve((HEADER_INT32S + paddedInt32s(content.length)) >>> 1);
    if (at === NO_ROOM) return false;
    const { words, bytes } = this.replies.writer;
    words[at] = content.length;
    words[at + 1] = tag;
    bytes.set(content, (at + HEADER_INT32S) * 4);
    if (page !== undefined) this.replies.hold(page);
    return true;
  }

  /** What had to wait goes on. */
  onSpace(): void {
    while (this.#waiting.length > 0 && this.#write(this.#waiting[0]!)) this.#waiting.shift();
    if (this.#waiting.length === 0) this.confirms.write();
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

/** A record that is to be sent, and the pages that it refers to. */
interface PlacedRecord {
  tag: number;
  content: Uint8Array;
  page: number | undefined;
}
