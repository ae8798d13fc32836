import type { Arena } from '../memory/arena.js';
import { MailboxReader } from '../memory/mailbox-reader.js';
import { encodeError } from '../records/error-record.js';
import {
  ADDRESS_MASK,
  ADDRESS_SHIFT,
  CONFIRM_FLAG,
  HEADER_INT32S,
  LARGE_FLAG,
  MANDATORY_FLAG,
  type Outcome,
  paddedInt32s,
  RecordType,
  SPECIAL_FLAG,
  TYPE_MASK,
} from '../records/record.js';
import { decode, type Request } from '../records/request.js';
import { Topology } from '../routing/topology.js';
import { Burial } from './burial.js';
import { Clock } from './clock.js';
import { deliveredPropertiesPlace } from './content.js';
import { DeadLetters } from './dead-letters.js';
import { DelayedMessages } from './delayed-messages.js';
import { AddressedRoute } from './delivery.js';
import { Distribution, Published, particularsAt } from './distribution.js';
import { LargeBodies } from './large-bodies.js';
import { LoopTimer } from './loop-timer.js';
import { MemoryAlarm } from './memory-alarm.js';
import type { MessageQueue, Particulars } from './message-queue.js';
import { OutletWork } from './outlet.js';
import { Requests, type RouterParts } from './requests.js';
import { RouterSession } from './router-session.js';
import { SegmentPool } from './segment-pool.js';
import { Timers } from './timers.js';

/**
 * Frames that the router takes before it makes what it wrote visible and gives the space back. More amortise the
 * flush better, fewer keep the latency low; 8 frames are up to 512 messages.
 */
const FRAMES_A_PASS = 8;

/** How long the router sleeps at most while something is to be tried again. */
const RETRY_MILLISECONDS = 1;

/** Timers that are run before the router does other work. */
const TIMERS_A_PASS = 256;

/** Flags of messages that publishKnown() is not for. */
const DEMANDING = LARGE_FLAG | SPECIAL_FLAG | MANDATORY_FLAG | CONFIRM_FLAG;

export interface RouterOptions {
  /** Bytes of messages above which publishers are held, and below which they go on. */
  readonly memoryHighWater: number;
  readonly memoryLowWater: number;
  /** Milliseconds in which deliveries must be settled, where neither consumer nor queue says. */
  readonly consumerTimeout: number;
  /** Bytes for messages that are taken and touched at the start, and kept. */
  readonly reserveBytes: number;
}

/**
 * The router: reads its mailbox, follows the exchanges, and writes to the consumers' rings. It owns all its state,
 * so it needs no lock; it never waits for anybody but for new records.
 */
export class Router implements RouterParts {
  readonly arena: Arena;
  readonly topology = new Topology<MessageQueue>();
  readonly work = new OutletWork();
  readonly clock = new Clock();
  readonly timers = new Timers();
  readonly pool: SegmentPool;
  readonly bodies: LargeBodies;
  readonly delayed: DelayedMessages;
  readonly distribution: Distribution;
  readonly deadLetters: DeadLetters;
  readonly alarm: MemoryAlarm;
  readonly sessions = new Map<number, RouterSession>();
  readonly loopTimer = new LoopTimer();
  readonly consumerTimeout: number;
  readonly #inbox: MailboxReader;
  /** The inbox's ring, to read text from. */
  readonly #text: Buffer;
  readonly #requests: Requests;
  /** Sessions by writer slot: an array, because every frame looks here. */
  readonly #bySlot: (RouterSession | undefined)[];
  /** Sessions with publishes that were handled in this pass and ask for confirms. */
  readonly #confirming: RouterSession[] = [];
  readonly #burial: Burial;
  readonly #spins: () => number;

  constructor(arena: Arena, options: RouterOptions, spins: () => number) {
    this.arena = arena;
    this.consumerTimeout = options.consumerTimeout;
    this.pool = new SegmentPool(options.reserveBytes);
    this.bodies = new LargeBodies(arena.pages);
    this.delayed = new DelayedMessages(this.clock, this.timers);
    this.distribution = new Distribution(this.topology, arena, this.bodies, this.delayed);
    this.deadLetters = new DeadLetters(this.topology, this.distribution, this.bodies);
    const { memoryHighWater, memoryLowWater } = options;
    this.alarm = new MemoryAlarm(
      arena,
      memoryHighWater,
      memoryLowWater,
      () => this.messageBytes(),
      on => this.#tellAlarm(on),
    );
    this.#inbox = new MailboxReader(arena.inbox);
    this.#burial = new Burial(arena, this.#inbox, slot => this.#release(slot));
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
      this.clock.forget();
      let frames = 0;
      while (frames < FRAMES_A_PASS && inbox.open()) {
        this.#frame();
        frames++;
      }
      const buried = this.#burial.pending && this.#burial.bury();
      inbox.release();
      const timed = this.timers.next <= this.#timeForTimers() && this.#runTimers();
      const published = this.deadLetters.pending;
      if (published) this.deadLetters.publish();
      if (this.#confirming.length > 0) this.#confirm();
      const revived = this.work.revive();
      this.alarm.look();
      this.work.flush();
      this.loopTimer.end();
      if (frames === 0 && !revived && !buried && !timed && !published) this.#sleep();
    }
    this.close();
  }

  /** Bytes that messages take. */
  messageBytes(): number {
    return this.pool.bytes + this.bodies.bytes + this.delayed.bytes;
  }

  inboxPosition(): number {
    return this.#inbox.position;
  }

  particularsOf(words: Int32Array, record: number): Particulars {
    return particularsAt(deliveredPropertiesPlace(words, record, this.arena.bytes));
  }

  /** Ends every session and consumer: what was flushed can be read, then comes the end. */
  close(): void {
    this.work.flush();
    this.#requests.close();
    for (const session of this.sessions.values()) session.close();
    this.arena.memoryAlarm = false;
  }

  /** The clock is read only while there are timers. */
  #timeForTimers(): number {
    return this.timers.next === Number.POSITIVE_INFINITY ? 0 : this.clock.now;
  }

  #runTimers(): true {
    this.timers.runDue(this.clock.now, TIMERS_A_PASS);
    return true;
  }

  #confirm(): void {
    for (const session of this.#confirming) {
      session.confirming = false;
      session.confirms.write();
    }
    this.#confirming.length = 0;
  }

  #tellAlarm(on: boolean): void {
    for (const session of this.sessions.values()) session.send({ id: 0, notice: 'memoryAlarm', on });
  }

  #sleep(): void {
    for (let spins = this.#spins(); spins > 0; spins--) if (this.#inbox.ready()) return;
    const bell = this.arena.inbox.bell;
    // Before asking: a reader that answers rings, and one that holds the next slot will not answer once more.
    bell.announce();
    this.work.askForBells();
    if (!this.#inbox.ready() && !this.work.ready && !this.#burial.due) {
      bell.sleep(this.#sleepMilliseconds());
    }
    bell.retract();
    this.loopTimer.begin();
  }

  #sleepMilliseconds(): number {
    const retry = this.work.retries.length > 0 ? RETRY_MILLISECONDS : Number.POSITIVE_INFINITY;
    if (this.timers.next === Number.POSITIVE_INFINITY) return retry;
    this.clock.forget();
    return Math.min(retry, Math.max(0, this.timers.next - this.clock.now));
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
          this.#address(session, (tag >>> ADDRESS_SHIFT) & ADDRESS_MASK, payload);
          break;
        case RecordType.SETTLE:
          this.#settle(session, words, payload, tag);
          break;
        case RecordType.TAKEN:
          this.#taken(session, words, payload);
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
    if (this.alarm.on) session.send({ id: 0, notice: 'memoryAlarm', on: true });
    this.arena.threads = 1 + this.sessions.size;
    return session;
  }

  #settle(session: RouterSession, words: Int32Array, payload: number, tag: number): void {
    const outcome = ((tag >>> ADDRESS_SHIFT) & 0xff) as Outcome;
    const milliseconds = words[payload + 1]!;
    this.#requests.settle(
      session,
      words[payload]!,
      outcome,
      words[payload + 2]!,
      words[payload + 3]!,
      milliseconds,
    );
  }

  #taken(session: RouterSession, words: Int32Array, payload: number): void {
    const consumer = session.consumers.get(words[payload]!);
    consumer?.took(words[payload + 1]!, words[payload + 2]!, words[payload + 3]!);
  }

  #publish(session: RouterSession, words: Int32Array, content: number, bytes: number, tag: number): void {
    const route = session.routes[(tag >>> ADDRESS_SHIFT) & ADDRESS_MASK]!;
    if ((tag & DEMANDING) !== 0 || !this.distribution.publishKnown(route, words, content, bytes, tag)) {
      this.#publishDemanding(session, route, words, content, bytes, tag);
    }
  }

  /** A message whose publisher, properties or body ask for more than to be handed on, or whose way is not known. */
  #publishDemanding(
    session: RouterSession,
    route: AddressedRoute,
    words: Int32Array,
    content: number,
    bytes: number,
    tag: number,
  ): void {
    const large = (tag & LARGE_FLAG) !== 0;
    if (large) this.bodies.adopt(words[content]!);
    let published: Published;
    try {
      published = this.distribution.publish(route, words, this.#inbox.bytes, content, bytes, tag);
    } catch (error) {
      published = Published.REFUSED;
      this.#refuse(session, route, error);
    }
    if (published === Published.UNROUTED && (tag & MANDATORY_FLAG) !== 0) {
      session.giveBack(route, words, content, bytes, tag);
    }
    if ((tag & CONFIRM_FLAG) !== 0) this.#count(session, published !== Published.REFUSED);
    if (large) this.bodies.release(words[content]!);
  }

  #count(session: RouterSession, accepted: boolean): void {
    session.confirms.count(accepted);
    if (session.confirming) return;
    session.confirming = true;
    this.#confirming.push(session);
  }

  /** The exchange is gone, or internal: tells the publisher, once for each change of the topology. */
  #refuse(session: RouterSession, route: AddressedRoute, error: unknown): void {
    if (route.refusedIn === this.topology.version) return;
    route.refusedIn = this.topology.version;
    session.send({ id: 0, notice: 'publishRefused', exchange: route.exchange, error: encodeError(error) });
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
    const confirming = this.#confirming.findIndex(session => session.slot === slot);
    if (confirming >= 0) this.#confirming.splice(confirming, 1);
    this.#bySlot[slot] = undefined;
    this.sessions.delete(slot);
    this.arena.threads = 1 + this.sessions.size;
  }

  /** Ends what belonged to the session in `slot`, whose thread died. */
  #release(slot: number): void {
    const session = this.#bySlot[slot];
    if (session === undefined) return;
    this.#requests.release(session);
    session.drop();
    this.#forget(slot);
  }
}
