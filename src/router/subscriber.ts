import { NO_ROOM } from '../memory/record-queue.js';
import {
  bodyLength,
  copyInt32s,
  HEADER_INT32S,
  LARGE_FLAG,
  paddedInt32s,
  TRACKED_INT32S,
} from '../records/record.js';
import type { Deliveries } from './deliveries.js';
import { type AddressedRoute, writeDelivery, writeStored } from './delivery.js';
import type { LargeBodies } from './large-bodies.js';
import type { MessageQueue } from './message-queue.js';
import type { Outlet, OutletFeeder } from './outlet.js';
import { bodyBytes, META_INT32S } from './stored-message.js';
import { sendStored, writeTracked } from './stored-sending.js';
import type { Subscribers } from './subscribers.js';

export interface SubscriberLimits {
  /** Messages that it may have unacknowledged; 0: any number. */
  prefetch: number;
  /** Bytes of bodies that it may have unacknowledged; 0: any number. One message goes in any case. */
  prefetchBytes: number;
  /** Higher ones are served first. */
  priority: number;
}

/**
 * One place to which a queue sends messages: a consumer's mailbox, or the ring that its consumers share. It is
 * *ready* while its ring has room and its consumer has credit; the queue asks only those that are.
 */
export class Subscriber implements OutletFeeder {
  readonly outlet: Outlet;
  readonly priority: number;
  /** What it was sent and did not settle; undefined: messages count as done when sent. */
  readonly deliveries: Deliveries | undefined;
  /** True while it is one of its queue's subscribers, and while it stands among those that are ready. */
  attached = false;
  listed = false;
  readonly #queue: MessageQueue;
  readonly #subscribers: Subscribers;
  readonly #bodies: LargeBodies;
  readonly #prefetch: number;
  readonly #prefetchBytes: number;
  /** Records after which a frame is flushed: consumers that share a ring take whole frames. 0: as they come. */
  frameRecords = 0;
  #inFrame = 0;

  constructor(
    queue: MessageQueue,
    outlet: Outlet,
    deliveries: Deliveries | undefined,
    bodies: LargeBodies,
    limits: SubscriberLimits,
  ) {
    this.#queue = queue;
    this.#subscribers = queue.subscribers;
    this.#bodies = bodies;
    this.outlet = outlet;
    this.deliveries = deliveries;
    this.priority = limits.priority;
    this.#prefetch = limits.prefetch === 0 ? Number.POSITIVE_INFINITY : limits.prefetch;
    this.#prefetchBytes = deliveries === undefined ? 0 : limits.prefetchBytes;
    if (deliveries !== undefined) deliveries.countsBytes = limits.prefetchBytes > 0;
  }

  /** True if its ring may have room and its consumer has credit. */
  get mayReceive(): boolean {
    return !this.outlet.stalled && (this.deliveries === undefined || this.deliveries.length < this.#prefetch);
  }

  /** The ring has room again. */
  onSpace(): void {
    this.onCredit();
  }

  /** The consumer settled messages, or its ring has room. */
  onCredit(): void {
    if (!this.mayReceive) return;
    this.#subscribers.ready(this);
    this.#queue.pump();
  }

  /**
   * Sends a message that was just routed, and that need not be acknowledged; false if there is no room: it is not ready
   * any more then.
   */
  pass(
    route: AddressedRoute,
    source: Int32Array,
    content: number,
    contentBytes: number,
    flags: number,
  ): boolean {
    const at = this.outlet.reserve(route.deliveryWords(contentBytes));
    if (at === NO_ROOM) return this.#notReady();
    writeDelivery(this.outlet.writer.words, at, route, source, content, contentBytes, flags);
    if ((flags & LARGE_FLAG) !== 0) this.outlet.hold(source[content]!);
    return true;
  }

  /**
   * Sends a message that was just routed and keeps it until it is settled; false if there is no room or no credit.
   *
   * @param sequence place of the message in its queue
   * @param expiresAt milliseconds on the router's clock; 0: never
   */
  track(
    route: AddressedRoute,
    source: Int32Array,
    content: number,
    contentBytes: number,
    flags: number,
    sequence: number,
    level: number,
    expiresAt: number,
  ): boolean {
    const deliveries = this.deliveries!;
    if (this.#prefetchBytes > 0 && !this.#withinBytes(bodyLength(source, content, contentBytes, flags))) {
      return this.#notReady();
    }
    const size = route.deliveryWords(contentBytes);
    const at = this.outlet.reserve(size + (TRACKED_INT32S >>> 1));
    if (at === NO_ROOM) return this.#notReady();
    const kept = deliveries.add(META_INT32S + (size << 1));
    const words = deliveries.words;
    writeStored(words, kept, sequence, level, expiresAt, route, source, content, contentBytes, flags);
    deliveries.added(kept);
    writeTracked(this.outlet.writer.words, at, deliveries, kept);
    if ((flags & LARGE_FLAG) !== 0) {
      this.#bodies.retain(source[content]!); // what is kept has a reference of its own
      this.outlet.hold(source[content]!);
    }
    this.#sent();
    return true;
  }

  /** The same for the message stored at `at`, whose body does not lie in pages. */
  passStored(words: Int32Array, at: number): boolean {
    const record = at + META_INT32S;
    const int32s = HEADER_INT32S + paddedInt32s(words[record]!);
    const to = this.outlet.reserve(int32s >>> 1);
    if (to === NO_ROOM) return this.#notReady();
    copyInt32s(words, record, this.outlet.writer.words, to, int32s);
    return true;
  }

  /** Sends a message that waited, the one stored at `at`; false if there is no room or no credit. */
  sendStored(words: Int32Array, at: number): boolean {
    if (this.#prefetchBytes > 0 && !this.#withinBytes(bodyBytes(words, at))) return this.#notReady();
    if (!sendStored(words, at, this.outlet, this.deliveries, this.#bodies)) return this.#notReady();
    if (this.deliveries !== undefined) this.#sent();
    return true;
  }

  /** True if the consumer may have a body of so many bytes more. One message goes in any case. */
  #withinBytes(bytes: number): boolean {
    const deliveries = this.deliveries!;
    return deliveries.length === 0 || deliveries.bytes + bytes <= this.#prefetchBytes;
  }

  /** One more message is with the consumer. */
  #sent(): void {
    if (this.frameRecords > 0 && ++this.#inFrame >= this.frameRecords) {
      this.#inFrame = 0;
      this.outlet.flush();
    }
    if (this.deliveries!.length >= this.#prefetch) this.#notReady();
  }

  #notReady(): false {
    this.#subscribers.notReady(this);
    return false;
  }
}
