import type { Records } from '../memory/untaken.js';
import {
  bodyLength,
  contentAt,
  copyInt32s,
  HEADER_INT32S,
  LARGE_FLAG,
  paddedInt32s,
  REDELIVERED_FLAG,
} from '../records/record.js';
import type { QueueStats } from '../records/request.js';
import type { RoutingTarget } from '../routing/routing-target.js';
import type { Clock } from './clock.js';
import type { DeadLetters, DeathReason } from './dead-letters.js';
import type { DelayedMessages } from './delayed-messages.js';
import { type AddressedRoute, writeStored } from './delivery.js';
import type { LargeBodies } from './large-bodies.js';
import type { QueueSettings } from './queue-settings.js';
import { ReadyMessages } from './ready-messages.js';
import type { SegmentPool } from './segment-pool.js';
import {
  bodyBytes,
  countDelivery,
  deliveriesOf,
  expiryOf,
  isLarge,
  META_INT32S,
  storedInt32s,
  writeMeta,
} from './stored-message.js';
import type { Subscriber } from './subscriber.js';
import { Subscribers } from './subscribers.js';
import type { Timer, Timers } from './timers.js';

/** What queues work with; one for the whole router. */
export interface QueueParts {
  readonly pool: SegmentPool;
  readonly bodies: LargeBodies;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly deadLetters: DeadLetters;
  readonly delayed: DelayedMessages;
  /** What the properties of the message in a DELIVER record ask. */
  particularsOf(words: Int32Array, record: number): Particulars;
}

/** What a message's properties ask of its queues. */
export interface Particulars {
  /** Milliseconds after which the message expires; NEVER: it does not. */
  expiration: number;
  priority: number;
}

/** A limit that is not there. */
export const NEVER = Number.POSITIVE_INFINITY;

export const NO_PARTICULARS: Particulars = { expiration: NEVER, priority: 0 };

/** Messages that expire, or are dropped, before the router does other work: some 1 ms, or 2 with dead-lettering. */
const SLICE = 4096;
const DEAD_LETTER_SLICE = 512;

/**
 * A queue: messages go to its subscribers in turn while one is ready, and wait otherwise. What waits is older than
 * what comes, so a new message never passes it.
 */
export class MessageQueue implements RoutingTarget {
  readonly name: string;
  readonly settings: QueueSettings;
  readonly subscribers: Subscribers;
  readonly ready: ReadyMessages;
  consumers = 0;
  /** Set once the queue is deleted: nothing is kept any more. */
  deleted = false;
  published = 0;
  delivered = 0;
  redelivered = 0;
  acknowledged = 0;
  unacknowledged = 0;
  dropped = 0;
  deadLettered = 0;
  purged = 0;
  readonly #parts: QueueParts;
  readonly #highestLevel: number;
  readonly #rejectsWhenFull: boolean;
  // What every message asks for, in fields of their own: `settings` is an object with many that may be left out.
  readonly #messageTtl: number;
  readonly #maxLength: number;
  readonly #maxLengthBytes: number;
  #sequence = 0;
  /** Bytes of the bodies that wait, if there is a limit to them. */
  #bodyBytes = 0;
  /** Messages that wait and have bodies in pages. */
  #large = 0;
  /** Messages that wait and will expire. */
  #expiring = 0;
  #expiryTimer: Timer | undefined;
  /** True if more has expired than one slice: the timer comes for the rest. */
  #overdue = false;

  constructor(name: string, settings: QueueSettings, parts: QueueParts) {
    this.name = name;
    this.settings = settings;
    this.#parts = parts;
    this.#highestLevel = settings.maxPriority ?? 0;
    this.#rejectsWhenFull = settings.overflow !== undefined && settings.overflow !== 'drop-head';
    this.#messageTtl = settings.messageTtl ?? NEVER;
    this.#maxLength = settings.maxLength ?? NEVER;
    this.#maxLengthBytes = settings.maxLengthBytes ?? NEVER;
    this.subscribers = new Subscribers(settings.singleActiveConsumer === true);
    this.ready = new ReadyMessages(parts.pool, this.#highestLevel + 1);
  }

  /**
   * Takes a message that was routed here; false if it is refused because the queue is full.
   *
   * @param content index in `source` of the content
   * @param flags tag of the record that the content comes from
   */
  accept(
    source: Int32Array,
    content: number,
    contentBytes: number,
    flags: number,
    route: AddressedRoute,
    particulars: Particulars,
  ): boolean {
    if (this.#rejectsWhenFull && this.#overflows(bodyLength(source, content, contentBytes, flags))) {
      this.#refuse(source, content, contentBytes, flags, route);
      return false;
    }
    if ((flags & LARGE_FLAG) !== 0) this.#parts.bodies.retain(source[content]!);
    this.published++;
    let next = this.ready.length === 0 ? this.subscribers.next() : undefined;
    // The quickest way by itself: nobody asks again for what needs no acknowledgement, so nothing is noted of it.
    if (next !== undefined && next.deliveries === undefined) {
      if (next.pass(route, source, content, contentBytes, flags)) {
        this.delivered++;
        this.acknowledged++;
        return true;
      }
      next = this.subscribers.next();
    }
    this.#keep(source, content, contentBytes, flags, route, particulars, next);
    return true;
  }

  /** Gives a message its place in the queue. @param next the subscriber that is offered it first, if one is ready */
  #keep(
    source: Int32Array,
    content: number,
    contentBytes: number,
    flags: number,
    route: AddressedRoute,
    particulars: Particulars,
    next: Subscriber | undefined,
  ): void {
    const sequence = (this.#sequence + 1) | 0;
    this.#sequence = sequence;
    const level = Math.min(particulars.priority, this.#highestLevel);
    const expiresAt = this.#expiryAfter(particulars.expiration);
    for (let to = next; to !== undefined; to = this.subscribers.next()) {
      const sent =
        to.deliveries === undefined
          ? to.pass(route, source, content, contentBytes, flags)
          : to.track(route, source, content, contentBytes, flags, sequence, level, expiresAt);
      if (!sent) continue;
      this.delivered++;
      if (to.deliveries === undefined) this.acknowledged++;
      return;
    }
    const at = this.ready.reserve(level, META_INT32S + (route.deliveryWords(contentBytes) << 1));
    const words = this.ready.words;
    writeStored(words, at, sequence, level, expiresAt, route, source, content, contentBytes, flags);
    this.#waits(words, at);
  }

  /** A message has joined those that wait. */
  #waits(words: Int32Array, at: number): void {
    if (isLarge(words, at)) this.#large++;
    if (this.#maxLengthBytes !== NEVER) this.#bodyBytes += bodyBytes(words, at);
    if (expiryOf(words, at) !== 0) this.#expiring++;
    while (this.#isOver) this.#discardHead('maxlen');
    if (this.#expiring > 0) this.#lookForExpired();
  }

  /**
   * When a message expires that comes now; 0: never. With a time to live of 0 that is at once, and not within the
   * millisecond (RabbitMQ, "Time-To-Live": it expires upon reaching the queue).
   */
  #expiryAfter(expiration: number): number {
    const ttl = Math.min(this.#messageTtl, expiration);
    if (ttl === NEVER) return 0;
    const { now } = this.#parts.clock;
    return ttl === 0 ? Math.floor(now) : Math.ceil(now + ttl);
  }

  /** True if one message more, with a body of `bytes`, is too many (RabbitMQ, `will_overflow`). */
  #overflows(bytes: number): boolean {
    return this.ready.length + 1 > this.#maxLength || this.#bodyBytes + bytes > this.#maxLengthBytes;
  }

  /** Only `drop-head` makes room: what comes back to a queue that refuses instead stays (`maybe_drop_head`). */
  get #isOver(): boolean {
    if (this.#rejectsWhenFull) return false;
    return this.ready.length > this.#maxLength || this.#bodyBytes > this.#maxLengthBytes;
  }

  /** The queue is full: with `reject-publish-dlx` the message goes to the dead-letter exchange. */
  #refuse(
    source: Int32Array,
    content: number,
    contentBytes: number,
    flags: number,
    route: AddressedRoute,
  ): void {
    const { overflow, deadLetterExchange } = this.settings;
    if (overflow !== 'reject-publish-dlx' || deadLetterExchange === undefined) return;
    const words = new Int32Array(META_INT32S + (route.deliveryWords(contentBytes) << 1));
    writeStored(words, 0, 0, 0, 0, route, source, content, contentBytes, flags);
    if ((flags & LARGE_FLAG) !== 0) this.#parts.bodies.retain(source[content]!);
    this.published++;
    this.#bury(words, 0, 'maxlen');
  }

  /** Sends what waits to the subscribers that are ready. */
  pump(): void {
    const ready = this.ready;
    while (ready.length > 0) {
      // Before anybody has his turn: the last message may expire.
      if (this.#expiring > 0) {
        if (!this.#overdue) this.#overdue = !this.#expire();
        if (this.#overdue || ready.length === 0) break;
      }
      const next = this.subscribers.next();
      if (next === undefined) break;
      if (next.deliveries === undefined && this.#isPlain && this.subscribers.areOne) {
        this.#passAll(next);
        continue;
      }
      const words = ready.head;
      const at = ready.headAt;
      const again = (words[at + META_INT32S + 1]! & REDELIVERED_FLAG) !== 0;
      if (!next.sendStored(words, at)) continue;
      this.delivered++;
      if (again) this.redelivered++;
      if (next.deliveries === undefined) this.acknowledged++;
      this.#shift(words, at);
    }
    if (this.#expiring > 0) this.#planExpiry();
  }

  /** True if nothing is to be noted of a message that leaves. */
  get #isPlain(): boolean {
    return this.#expiring === 0 && this.#large === 0 && this.#maxLengthBytes === NEVER;
  }

  /**
   * Passes what waits to the only subscriber that is ready, as long as it has room. By itself, because a consumer that
   * pauses for a moment finds thousands of messages when it is back, and the router has 50 ns for each.
   */
  #passAll(to: Subscriber): void {
    const ready = this.ready;
    let passed = 0;
    for (; ready.length > 0; passed++) {
      const words = ready.head;
      const at = ready.headAt;
      const again = words[at + META_INT32S + 1]! & REDELIVERED_FLAG;
      if (!to.passStored(words, at)) break;
      if (again !== 0) this.redelivered++;
      ready.shift();
    }
    this.delivered += passed;
    this.acknowledged += passed;
  }

  /** Removes what has expired, for `get`. False if there is more of it than one slice: look again. */
  expire(): boolean {
    return this.#expiring === 0 || this.#expire();
  }

  /** Moves the next message to `send`, for `get`; false if it has no room. Call it only while one waits, after expire(). */
  take(send: (words: Int32Array, at: number) => boolean, noAck: boolean): boolean {
    const words = this.ready.head;
    const at = this.ready.headAt;
    const again = (words[at + META_INT32S + 1]! & REDELIVERED_FLAG) !== 0;
    if (!send(words, at)) return false;
    this.delivered++;
    if (again) this.redelivered++;
    if (noAck) this.acknowledged++;
    this.#shift(words, at);
    if (this.#expiring > 0) this.#lookForExpired();
    return true;
  }

  /** Removes the head; what it refers to has found another holder. */
  #shift(words: Int32Array, at: number): void {
    if (isLarge(words, at)) this.#large--;
    if (this.#maxLengthBytes !== NEVER) this.#bodyBytes -= bodyBytes(words, at);
    if (expiryOf(words, at) !== 0) this.#expiring--;
    this.ready.shift();
  }

  /**
   * Puts a message back that was sent and not settled. Call pump() when all are back.
   *
   * @param failed false if no consumer's code ever saw it
   */
  requeue(words: Int32Array, at: number, failed: boolean): void {
    if (this.deleted) {
      this.#release(words, at);
      this.dropped++;
      return;
    }
    if (failed && this.#failedTooOften(words, at)) return;
    this.#putBack(words, at);
  }

  /** Puts a message back some milliseconds later. */
  retry(words: Int32Array, at: number, milliseconds: number): void {
    if (this.deleted || milliseconds === 0) {
      this.requeue(words, at, true);
    } else if (!this.#failedTooOften(words, at)) {
      this.unacknowledged++;
      const copy = words.slice(at, at + storedInt32s(words, at));
      this.#parts.delayed.add(copy, milliseconds, message => this.#returnDelayed(message));
    }
  }

  /** A message comes back from its delay. */
  #returnDelayed(words: Int32Array): void {
    this.unacknowledged--;
    this.requeue(words, 0, false);
    this.pump();
  }

  /** Counts a failed delivery. True if that was one too many: the message went to the dead-letter exchange. */
  #failedTooOften(words: Int32Array, at: number): boolean {
    countDelivery(words, at);
    const failures = deliveriesOf(words, at);
    const limit = this.settings.deliveryLimit;
    if (limit === undefined || limit < 0 || failures <= limit) return false;
    this.#bury(words, at, 'delivery_limit');
    return true;
  }

  #putBack(words: Int32Array, at: number): void {
    const tag = at + META_INT32S + 1;
    words[tag] = words[tag]! | REDELIVERED_FLAG;
    this.ready.putBack(words, at);
    this.#waits(words, at);
  }

  /** A consumer does not want the message: it goes to the dead-letter exchange. */
  reject(words: Int32Array, at: number): void {
    if (this.deleted) {
      this.#release(words, at);
      this.dropped++;
    } else {
      this.#bury(words, at, 'rejected');
    }
  }

  /**
   * Puts messages back that were sent without acknowledgement and not received: deliveries, oldest first. They go
   * before all that waits: their places are not known any more. Call pump() afterwards.
   */
  takeBack({ words, records }: Records): void {
    let sequence = (this.#sequence - this.ready.length - records) | 0;
    for (let at = 0; at < words.length; ) {
      const int32s = HEADER_INT32S + paddedInt32s(words[at]!);
      const stored = new Int32Array(META_INT32S + int32s);
      copyInt32s(words, at, stored, META_INT32S, int32s);
      const { priority, expiration } = this.#parts.particularsOf(stored, META_INT32S); // the meta that it had is lost
      const level = Math.min(priority, this.#highestLevel);
      writeMeta(stored, 0, sequence, level, this.#expiryAfter(expiration));
      if ((words[at + 1]! & LARGE_FLAG) !== 0) this.#parts.bodies.retain(words[contentAt(words, at)]!);
      this.acknowledged--;
      this.requeue(stored, 0, false);
      sequence = (sequence + 1) | 0;
      at += int32s;
    }
  }

  #discardHead(reason: DeathReason): void {
    const words = this.ready.head;
    const at = this.ready.headAt;
    this.#bury(words, at, reason);
    this.#shift(words, at);
  }

  /** Ends the message at `at`, with a copy for the dead-letter exchange if the queue has one. */
  #bury(words: Int32Array, at: number, reason: DeathReason): void {
    if (this.settings.deadLetterExchange === undefined) {
      this.#release(words, at);
      this.dropped++;
    } else {
      this.#parts.deadLetters.add(words.slice(at, at + storedInt32s(words, at)), this, reason);
      this.deadLettered++;
    }
  }

  #release(words: Int32Array, at: number): void {
    const record = at + META_INT32S;
    if (isLarge(words, at)) this.#parts.bodies.release(words[contentAt(words, record)]!);
  }

  /**
   * Removes what has expired at the head (RabbitMQ, "Time-To-Live": a message expires when it reaches the head).
   * False if there is more of it than one slice.
   */
  #expire(): boolean {
    const now = this.#parts.clock.now;
    const ready = this.ready;
    let left = this.settings.deadLetterExchange === undefined ? SLICE : DEAD_LETTER_SLICE;
    for (; ready.length > 0; left--) {
      const expiresAt = expiryOf(ready.head, ready.headAt);
      if (expiresAt === 0 || expiresAt > now) return true;
      if (left === 0) return false;
      this.#discardHead('expired');
    }
    return true;
  }

  /** Looks again when the head expires. One timer a queue, and none for what waits behind the head. */
  #planExpiry(): void {
    if (this.ready.length === 0) return;
    const expiry = expiryOf(this.ready.head, this.ready.headAt);
    if (expiry === 0) return;
    // What is overdue was more than one slice: the rest a little later, so that others have their turn.
    const expiresAt = Math.max(expiry, this.#parts.clock.now + 1);
    const timer = this.#expiryTimer;
    if (timer !== undefined) {
      if (timer.at <= expiresAt) return;
      this.#parts.timers.cancel(timer);
    }
    this.#expiryTimer = this.#parts.timers.schedule(expiresAt, this.#onExpiry);
  }

  readonly #onExpiry = (): void => {
    this.#expiryTimer = undefined;
    this.#overdue = false;
    this.#lookForExpired();
    this.pump();
  };

  /** The head may be another one: removes what has expired, and looks again when the next does. */
  #lookForExpired(): void {
    if (!this.#overdue) this.#overdue = !this.#expire();
    this.#planExpiry();
  }

  /** Drops every message that waits; returns how many. */
  purge(): number {
    const purged = this.ready.length;
    while (this.#large > 0) {
      const words = this.ready.head;
      const at = this.ready.headAt;
      this.#release(words, at);
      this.#shift(words, at);
    }
    this.ready.clear();
    this.#bodyBytes = 0;
    this.#expiring = 0;
    this.#overdue = false;
    this.purged += purged;
    return purged;
  }

  /** The queue is gone: nothing is kept from now on. */
  delete(): number {
    this.deleted = true;
    if (this.#expiryTimer !== undefined) this.#parts.timers.cancel(this.#expiryTimer);
    this.#expiryTimer = undefined;
    return this.purge();
  }

  stats(): QueueStats {
    return {
      name: this.name,
      dispatch: this.settings.dispatch,
      ready: this.ready.length,
      readyBytes: this.ready.bytes,
      unacknowledged: this.unacknowledged,
      consumers: this.consumers,
      published: this.published,
      delivered: this.delivered,
      redelivered: this.redelivered,
      acknowledged: this.acknowledged,
      dropped: this.dropped,
      deadLettered: this.deadLettered,
      purged: this.purged,
    };
  }
}
