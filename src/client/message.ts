import { type DecodedProperties, decodeProperties } from '../amqp/properties.js';
import type { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/layout.js';
import {
  ADDRESS_SHIFT,
  HEADER_INT32S,
  KEY_SHIFT,
  LARGE_FLAG,
  PROPERTIES_FLAG,
  paddedInt32s,
  REDELIVERED_FLAG,
  wordAligned,
} from '../records/record.js';
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
  #propertiesAt = -1;
  #propertiesEnd = 0;
  #codec: Codec<T> | undefined;

  /** @internal */
  constructor(memory: DeliveryMemory, codec: Codec<T> | undefined) {
    this.#memory = memory;
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
    const names = ((tag >>> ADDRESS_SHIFT) & 0xff) + ((tag >>> KEY_SHIFT) & 0xff);
    const content = at + HEADER_INT32S + paddedInt32s(names);
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
      this.#propertiesAt = 0;
    } else {
      this.#large = undefined;
      this.#propertiesAt = (content + HEADER_INT32S) * 4;
    }
    this.#propertiesEnd = this.#propertiesAt + properties;
    this.#bodyAt = this.#propertiesAt + wordAligned(properties);
    if (!large) this.length = (at + HEADER_INT32S) * 4 + words[at]! - this.#bodyAt;
    if ((this.#tag & PROPERTIES_FLAG) === 0) this.#propertiesAt = -1;
  }

  /** The exchange to which the message was published. */
  get exchange(): string {
    const start = (this.#at + HEADER_INT32S) * 4;
    return this.#memory.buffer.toString('utf8', start, start + ((this.#tag >>> ADDRESS_SHIFT) & 0xff));
  }

  /** The routing key with which it was published. */
  get routingKey(): string {
    const start = (this.#at + HEADER_INT32S) * 4 + ((this.#tag >>> ADDRESS_SHIFT) & 0xff);
    return this.#memory.buffer.toString('utf8', start, start + ((this.#tag >>> KEY_SHIFT) & 0xff));
  }

  /** The properties that the publisher set. */
  get properties(): DecodedProperties {
    if (this.#propertiesAt < 0) return {};
    const { buffer } = this.#large ?? this.#memory;
    return decodeProperties(buffer, this.#propertiesAt, this.#propertiesEnd);
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
