import { decodeHeaders } from '../amqp/properties.js';
import type { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/layout.js';
import { MailboxReader } from '../memory/mailbox-reader.js';
import { encodeError } from '../records/error-record.js';
import {
  ADDRESS_SHIFT,
  HEADER_INT32S,
  LARGE_FLAG,
  PROPERTIES_FLAG,
  paddedInt32s,
  RecordType,
  TYPE_MASK,
} from '../records/record.js';
import { decode, type Request } from '../records/request.js';
import type { Headers } from '../routing/exchange-type.js';
import { Topology } from '../routing/topology.js';
import { AddressedRoute } from './delivery.js';
import { LargeBodies } from './large-bodies.js';
import type { MessageQueue } from './message-queue.js';
import { OutletWork } from './outlet.js';
import { Requests, type RouterParts } from './requests.js';
import { RouterSession } from './router-session.js';

/**
 * Frames that the router takes before it makes what it wrote visible and gives the space back. More amortise the
 * flush better, fewer keep the latency low; 8 frames are up to 512 messages.
 */
const FRAMES_A_PASS = 8;

/** How long the router sleeps at most while something is to be tried again. */
const RETRY_MILLISECONDS = 1;

/**
 * The router: reads its mailbox, follows the exchanges, and writes to the consumers' rings. It owns all its state,
 * so it needs no lock; it never waits for anybody but for new records.
 */
export class Router implements RouterParts {
  readonly arena: Arena;
  readonly topology = new Topology<MessageQueue>();
  readonly work = new OutletWork();
  readonly bodies: LargeBodies;
  readonly sessions = new Map<number, RouterSession>();
  unroutable = 0;
  readonly #inbox: MailboxReader;
  /** The inbox's ring, to read text from. */
  readonly #text: Buffer;
  readonly #requests: Requests;
  /** Sessions by writer slot: an array, because every frame looks here. */
  readonly #bySlot: (RouterSession | undefined)[];
  /** Writer slots whose thread died, with the position up to which it may have written. */
  readonly #dying = new Map<number, number>();
  #deathsSeen = 0;
  readonly #spins: () => number;

  constructor(arena: Arena, spins: () => number) {
    this.arena = arena;
    this.bodies = new LargeBodies(arena.pages);
    this.#inbox = new MailboxReader(arena.inbox);
    const { bytes } = arena.inbox;
    this.#text = Buffer.from(bytes.buffer as SharedArrayBuffer, bytes.byteOffset, bytes.length);
    this.#requests = new Requests(this);
    this.#bySlot = new Array(arena.sessions).fill(undefined);
    this.#spins = spins;
  }

  /** Runs until the broker is closed, and everything published before that was routed. */
  run(): void {
    const inbox = this.#inbox;
    while (!inbox.ended) {
      let frames = 0;
      while (frames < FRAMES_A_PASS && inbox.open()) {
        this.#frame();
        frames++;
      }
      const buried = (this.#deathsSeen !== this.arena.deaths || this.#dying.size > 0) && this.#bury();
      inbox.release();
      const revived = this.work.revive();
      this.work.flush();
      if (frames === 0 && !revived && !buried) this.#sleep();
    }
    this.close();
  }

  /** Ends every session and consumer: what was flushed can be read, then comes the end. */
  close(): void {
    this.work.flush();
    this.#requests.close();
    for (const session of this.sessions.values()) session.close();
  }

  #sleep(): void {
    for (let spins = this.#spins(); spins > 0; spins--) if (this.#inbox.ready()) return;
    const bell = this.arena.inbox.bell;
    // Before asking: a reader that answers rings, and one that holds the next slot will not answer once more.
    bell.announce();
    this.work.askForBells();
    if (!this.#inbox.ready() && !this.work.ready && this.#deathsSeen === this.arena.deaths) {
      if (this.work.retries.length > 0) bell.sleep(RETRY_MILLISECONDS);
      else bell.sleep();
    }
    bell.retract();
  }

  #frame(): void {
    const inbox = this.#inbox;
    const words = inbox.words;
    const session = this.#bySlot[inbox.writer] ?? this.#attach(inbox.writer);
    let at = inbox.at;
    for (let left = inbox.count; left > 0; left--) {
      const bytes = words[at]!;
      const tag = words[at + 1]!;
      const payload = at + HEADER_INT32S;
      switch (tag & TYPE_MASK) {
        case RecordType.PUBLISH:
          this.#publish(session, words, payload, bytes, tag);
          break;
        case RecordType.ADDRESS:
          this.#address(session, tag >>> ADDRESS_SHIFT, payload);
          break;
        case RecordType.REQUEST:
          this.#request(session, payload, bytes);
          break;
      }
      at = payload + paddedInt32s(bytes);
    }
  }

  #attach(slot: number): RouterSession {
    const session = new RouterSession(slot, this.arena, this.work, this.bodies);
    this.#bySlot[slot] = session;
    this.sessions.set(slot, session);
    this.arena.threads = 1 + this.sessions.size;
    return session;
  }

  #publish(session: RouterSession, words: Int32Array, content: number, bytes: number, tag: number): void {
    const route = session.routes[tag >>> ADDRESS_SHIFT]!;
    const queues =
      route.version === this.topology.version
        ? route.queues
        : this.#resolve(session, route, words, content, bytes, tag);
    const large = (tag & LARGE_FLAG) !== 0;
    if (large) this.bodies.adopt(words[content]!);
    if (queues.length === 0) this.unroutable++;
    for (let i = 0; i < queues.length; i++) queues[i]!.accept(words, content, bytes, tag, route);
    if (large) this.bodies.release(words[content]!);
  }

  #resolve(
    session: RouterSession,
    route: AddressedRoute,
    words: Int32Array,
    content: number,
    bytes: number,
    tag: number,
  ): readonly MessageQueue[] {
    try {
      return route.resolve(this.topology, () => this.#headers(words, content, bytes, tag));
    } catch (error) {
      if (route.refusedIn !== this.topology.version) {
        route.refusedIn = this.topology.version;
        session.send({
          id: 0,
          notice: 'publishRefused',
          exchange: route.exchange,
          error: encodeError(error),
        });
      }
      return [];
    }
  }

  /** The headers of a message: only exchanges that route by them ask. */
  #headers(words: Int32Array, content: number, bytes: number, tag: number): Headers | undefined {
    if ((tag & PROPERTIES_FLAG) === 0) return undefined;
    if ((tag & LARGE_FLAG) !== 0) {
      const start = words[content]! * PAGE_BYTES;
      return decodeHeaders(this.arena.bytes, start, start + words[content + 1]!);
    }
    const start = (content + HEADER_INT32S) * 4;
    return bytes === 0 ? undefined : decodeHeaders(this.#inbox.bytes, start, start + words[content]!);
  }

  /** The session names an exchange and a routing key by a number from now on. */
  #address(session: RouterSession, address: number, payload: number): void {
    let route = session.routes[address];
    if (route === undefined) {
      route = new AddressedRoute();
      session.routes[address] = route;
    }
    route.read(this.#inbox.words, payload, this.#text);
  }

  #request(session: RouterSession, payload: number, bytes: number): void {
    const start = payload * 4;
    const request = decode<Request>(this.#inbox.bytes.subarray(start, start + bytes));
    try {
      session.send({ id: request.id, value: this.#requests.perform(session, request) });
    } catch (error) {
      session.send({ id: request.id, error: encodeError(error) });
    }
    if (request.op === 'detach') this.#detach(session);
  }

  /** The session's owner frees its slot once it has read the reply; nothing is written to it after that. */
  #detach(session: RouterSession): void {
    this.#requests.release(session);
    session.replies.flush();
    session.drop();
    this.#forget(session.slot);
  }

  #forget(slot: number): void {
    this.#bySlot[slot] = undefined;
    this.sessions.delete(slot);
    this.arena.threads = 1 + this.sessions.size;
  }

  /**
   * Sessions whose threads died: routes what they had committed, skips what they had only claimed, then frees all
   * that was theirs. True if the inbox may go on now, where a claim of the dead had stopped it.
   */
  #bury(): boolean {
    const deaths = this.arena.deaths;
    if (deaths !== this.#deathsSeen) {
      this.#deathsSeen = deaths;
      for (let slot = 0; slot < this.arena.sessions; slot++) {
        if (this.arena.inbox.isDead(slot) && !this.#dying.has(slot)) {
          this.#dying.set(slot, this.arena.inbox.tail);
        }
      }
    }
    const skipped = this.#inbox.recover();
    for (const [slot, until] of this.#dying) {
      if (((this.#inbox.position - until) | 0) < 0) continue;
      this.#dying.delete(slot);
      const session = this.#bySlot[slot];
      if (session !== undefined) {
        this.#requests.release(session);
        session.drop();
        this.#forget(slot);
      }
      this.arena.sweepSession(slot);
      this.arena.inbox.detachWriter(slot);
    }
    // A writer may sleep on a request for space that was the dead one's: see MailboxWriter.awaitSpace().
    this.arena.inbox.wakeWriters();
    return skipped;
  }
}
