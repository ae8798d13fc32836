import { type DecodedProperties, decodeProperties } from '../amqp/properties.js';
import type { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/layout.js';
import {
  ADDRESS_SHIFT,
  contentAt,
  HEADER_INT32S,
  KEY_SHIFT,
  LARGE_BYTES,
  LARGE_FLAG,
  Outcome,
  PROPERTIES_FLAG,
  paddedInt32s,
  REDELIVERED_FLAG,
  TRACKED_FLAG,
  TRACKED_INT32S,
  wordAligned,
} from '../records/record.js';
import { type Acknowledgements, notTracked } from './acknowledgements.js';
import { checkInteger } from './checks.js';
import type { Codec } from './codec.js';

/** Memory in which deliveries lie, seen in the ways that reading them needs. */
export class DeliveryMemory {
  readonly words: Int32Array;
  readonly buffer: Buffer;
  readonly view: DataView;

  constructor(words: Int32Array) {
    this.words = words;
    this.buffer = Buffer.from(words.buffer as ArrayBuffer, words.byteOffset, words.byteLength);
    this.view = new DataView(words.buffer, words.byteOffset, words.byteLength);
  }
}

/**
 * One delivered message.
 *
 * Everything but its place is read when it is asked for. A message that was received `inPlace` lies in the ring
 * itself: it is the same object every time, and is valid until the next message is received. Every other message
 * is the receiver's own.
 */
export class Message<T = Uint8Array> {
  /** True if the message was sent to a consumer before. */
  redelivered = false;
  /** Bytes of the body. */
  length = 0;
  #memory: DeliveryMemory;
  #at = 0;
  #tag = 0;
  /** Where the body lies: in `#memory`, or for a large body in `#large`. */
  #bodyAt = 0;
  #large: DeliveryMemory | undefined;
  #propertiesIn: DeliveryMemory;
  #propertiesAt = -1;
  #propertiesEnd = 0;
  #codec: Codec<T> | undefined;
  #acknowledgements: Acknowledgements | undefined;
  #number = 0;
  /** Index of the first int32 of the names. */
  #namesAt = 0;

  /** @internal */
  constructor(memory: DeliveryMemory, codec: Codec<T> | undefined) {
    this.#memory = memory;
    this.#propertiesIn = memory;
    this.#codec = codec;
  }

  /**
   * Points this message at the record at `at`.
   *
   * @param copyLarge a large body is copied out of the shared memory, because the message outlives its delivery
   * @internal
   */
  point(memory: DeliveryMemory, at: number, arena: Arena, copyLarge: boolean): this {
    const words = memory.words;
    const tag = words[at + 1]!;
    const content = contentAt(words, at);
    this.#namesAt = at + HEADER_INT32S + ((tag & TRACKED_FLAG) === 0 ? 0 : TRACKED_INT32S);
    this.#memory = memory;
    this.#at = at;
    this.#tag = tag;
    this.redelivered = (tag & REDELIVERED_FLAG) !== 0;
    if ((tag & (LARGE_FLAG | PROPERTIES_FLAG)) === 0) {
      this.#large = undefined;
      this.#propertiesAt = -1;
      this.#bodyAt = content * 4;
      this.length = (at + HEADER_INT32S) * 4 + words[at]! - this.#bodyAt;
    } else {
      this.#pointAtProperties(words, at, content, arena, copyLarge);
    }
    return this;
  }

  #pointAtProperties(words: Int32Array, at: number, content: number, arena: Arena, copyLarge: boolean): void {
    const large = (this.#tag & LARGE_FLAG) !== 0;
    const properties = words[large ? content + 1 : content]!;
    if (large) {
      this.length = words[content + 2]!;
      const bytes = wordAligned(properties) + this.length;
      const shared = new Int32Array(arena.buffer, words[content]! * PAGE_BYTES, paddedInt32s(bytes));
      this.#large = new DeliveryMemory(copyLarge ? shared.slice() : shared);
      this.#propertiesIn = this.#large;
      this.#propertiesAt = 0;
      this.#bodyAt = wordAligned(properties);
    } else {
      this.#large = undefined;
      this.#propertiesIn = this.#memory;
      this.#propertiesAt = (content + HEADER_INT32S) * 4;
      this.#bodyAt = this.#propertiesAt + wordAligned(properties);
      this.length = (at + HEADER_INT32S) * 4 + words[at]! - this.#bodyAt;
    }
    this.#propertiesEnd = this.#propertiesAt + properties;
    const own = large ? words[content + 3]! : 0;
    if (own > 0) {
      // The router changed them: those in the pages do not count any more.
      this.#propertiesIn = this.#memory;
      this.#propertiesAt = content * 4 + LARGE_BYTES;
      this.#propertiesEnd = this.#propertiesAt + own;
    }
    if ((this.#tag & PROPERTIES_FLAG) === 0) this.#propertiesAt = -1;
  }

  /** The exchange to which the message was published. */
  get exchange(): string {
    const start = this.#namesAt * 4;
    return this.#memory.buffer.toString('utf8', start, start + ((this.#tag >>> ADDRESS_SHIFT) & 0xff));
  }

  /** The routing key with which it was published. */
  get routingKey(): string {
    const start = this.#namesAt * 4 + ((this.#tag >>> ADDRESS_SHIFT) & 0xff);
    return this.#memory.buffer.toString('utf8', start, start + ((this.#tag >>> KEY_SHIFT) & 0xff));
  }

  /** The properties that the publisher set. */
  get properties(): DecodedProperties {
    if (this.#propertiesAt < 0) return {};
    const { buffer } = this.#propertiesIn;
    return decodeProperties(buffer, this.#propertiesAt, this.#propertiesEnd);
  }

  /** Number of the message among those of its consumer, from 1; 0 if it need not be acknowledged. */
  get deliveryTag(): number {
    return this.#number;
  }

  /** The number that the router gave it. @internal */
  get number(): number {
    return (this.#tag & TRACKED_FLAG) === 0 ? 0 : this.#memory.words[this.#at + HEADER_INT32S]!;
  }

  /** How many deliveries of the message failed: it was put back, or its consumer ended without settling it. */
  get deliveryCount(): number {
    return (this.#tag & TRACKED_FLAG) === 0 ? 0 : this.#memory.words[this.#at + HEADER_INT32S + 1]!;
  }

  /** True if it was acknowledged or rejected, or need not be. */
  get settled(): boolean {
    return this.#acknowledgements === undefined || this.#acknowledgements.isSettled(this.#number);
  }

  /**
   * Tells the broker that the message was handled; with `multiple`, all before it as well. It travels with others, at
   * the latest at the end of this turn of the event loop, or before the thread waits for the next message.
   *
   * @throws PreconditionFailedError if it is settled already or need not be, ClosedError
   */
  ack(options: { multiple?: boolean } = {}): void {
    this.#settle(Outcome.ACK, options.multiple === true);
  }

  /**
   * Refuses the message: it goes back to its queue, at its place, or without `requeue` to the dead-letter exchange.
   * RabbitMQ's `basic.nack`; throws as ack().
   */
  nack(options: { requeue?: boolean; multiple?: boolean } = {}): void {
    this.#settle(options.requeue === false ? Outcome.REJECT : Outcome.REQUEUE, options.multiple === true);
  }

  /** Refuses this one message. AMQP's `basic.reject`: nack() without `multiple`. */
  reject(options: { requeue?: boolean } = {}): void {
    this.#settle(options.requeue === false ? Outcome.REJECT : Outcome.REQUEUE, false);
  }

  /** Puts the message back to its queue after some milliseconds, at its place; it counts as a failed delivery. */
  retry(milliseconds: number): void {
    checkInteger('The delay', milliseconds, 0, 0x7fffffff);
    this.#settle(Outcome.RETRY, false, milliseconds);
  }

  #settle(outcome: Outcome, multiple: boolean, milliseconds?: number): void {
    if (this.#acknowledgements === undefined) throw notTracked();
    this.#acknowledgements.settle(outcome, this.#number, multiple, milliseconds);
  }

  /** The message has `number` among those that a consumer received. @internal */
  trackedBy(acknowledgements: Acknowledgements, number: number): void {
    this.#acknowledgements = acknowledgements;
    this.#number = number;
  }

  /** Has `codec` read its value from now on. @internal */
  decodedBy<U>(codec: Codec<U> | undefined): Message<U> {
    const message = this as unknown as Message<U>;
    message.#codec = codec;
    return message;
  }

  /** A view of the body. Of a message received `inPlace` it is valid as long as the message. */
  get body(): Uint8Array {
    const { buffer } = this.#large ?? this.#memory;
    return new Uint8Array(buffer.buffer, buffer.byteOffset + this.#bodyAt, this.length);
  }

  /** The body as the consumer's codec reads it; without a codec, the same as `body`. */
  get value(): T {
    return this.#codec === undefined ? (this.body as T) : this.#codec.decode(this.body);
  }

  /** The body as text in UTF-8. */
  text(): string {
    const { buffer } = this.#large ?? this.#memory;
    return buffer.toString('utf8', this.#bodyAt, this.#bodyAt + this.length);
  }

  /** Copies the body to `target` at `offset`, without a view in between; returns its length. */
  copyTo(target: Uint8Array, offset = 0): number {
    const { buffer } = this.#large ?? this.#memory;
    return buffer.copy(target, offset, this.#bodyAt, this.#bodyAt + this.length);
  }

  /** The byte at `offset` of the body. */
  uint8At(offset: number): number {
    return (this.#large ?? this.#memory).view.getUint8(this.#checked(offset, 1));
  }

  /** The little-endian int32 at byte `offset` of the body, read in place. */
  int32At(offset: number): number {
    return (this.#large ?? this.#memory).view.getInt32(this.#checked(offset, 4), true);
  }

  /** The little-endian float64 at byte `offset` of the body, read in place. */
  float64At(offset: number): number {
    return (this.#large ?? this.#memory).view.getFloat64(this.#checked(offset, 8), true);
  }

  #checked(offset: number, bytes: number): number {
    if (offset < 0 || offset + bytes > this.length) {
      throw new RangeError(`${bytes} bytes at ${offset} lie outside of a body of ${this.length} bytes`);
    }
    return this.#bodyAt + offset;
  }
}
