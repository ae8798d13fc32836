import { encodeProperties, type MessageProperties, propertiesByteLength } from '../amqp/properties.js';
import { ClosedError, InvalidArgumentError, type RingMQError, RoutingKeyTooLongError } from '../errors.js';
import type { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/layout.js';
import { NO_PAGES } from '../memory/page-allocator.js';
import { NO_ROOM } from '../memory/record-queue.js';
import {
  ADDRESS_SHIFT,
  HEADER_INT32S,
  INLINE_LIMIT,
  LARGE_BYTES,
  LARGE_FLAG,
  PROPERTIES_FLAG,
  paddedInt32s,
  RecordType,
  wordAligned,
} from '../records/record.js';
import type { AddressBook } from './address-book.js';
import { show } from './checks.js';
import type { Codec } from './codec.js';
import type { Outgoing } from './outgoing.js';

/** Up to here packing bytes into int32s beats `TypedArray.set` (11 against 40 ns for 32 bytes). */
const PACK_BYTES = 64;

const encoder = new TextEncoder();

export interface PublisherOptions<T = Uint8Array | string> {
  /** Turns what is published into bytes. Without one, bytes and strings are published as they are. */
  codec?: Codec<T>;
  /**
   * What publish() does when the router's mailbox, or the memory for large bodies, is full: `block` this thread
   * until there is room (default), or `return` false and publish nothing.
   */
  whenFull?: 'block' | 'return';
}

/** What a publisher needs of its session. */
export interface PublisherSession {
  readonly arena: Arena;
  readonly outgoing: Outgoing;
  readonly addresses: AddressBook;
  /** Reads what the router said meanwhile: a refused publish, for example. */
  readNotices(): void;
}

/** Publishes to one exchange. Get one from `session.publisher(exchange)`. */
export class Publisher<T = Uint8Array | string> {
  readonly exchange: string;
  readonly #session: PublisherSession;
  readonly #outgoing: Outgoing;
  readonly #codec: Codec<T> | undefined;
  readonly #blocks: boolean;
  /** Numbers of the routing keys that were used before. */
  readonly #keys = new Map<string, number>();
  #lastKey: string | undefined;
  #lastAddress = 0;
  #closed = false;
  #failure: RingMQError | undefined;
  /** Bytes of properties and body up to which a message travels in the ring. */
  readonly #inlineLimit: number;
  /** Bytes of the last large body, if it found the memory full; 0 if not. */
  #awaitedBytes = 0;

  /** @internal */
  constructor(session: PublisherSession, exchange: string, options: PublisherOptions<T>) {
    this.exchange = exchange;
    this.#session = session;
    this.#outgoing = session.outgoing;
    this.#inlineLimit = Math.min(INLINE_LIMIT, session.arena.maxBody);
    this.#codec = options.codec;
    this.#blocks = options.whenFull !== 'return';
  }

  /**
   * Publishes one message. It goes to the router with the others of this turn of the event loop, or when 64 have
   * gathered, or with flush(): a thread that never returns to its event loop calls that.
   *
   * @returns false if there is no room and the publisher was made with `whenFull: 'return'`; nothing was published
   * then, and ready() says when there may be room. Otherwise true.
   * @throws RoutingKeyTooLongError above 255 bytes, BodyTooLargeError, InvalidArgumentError for a body or property
   * of the wrong type, NotFoundError or AccessRefusedError if the router refused an earlier message because its
   * exchange is gone or internal, ClosedError, BrokerClosedError. Nothing was published then.
   */
  publish(routingKey: string, body: T, properties?: MessageProperties): boolean {
    // Once or twice a batch: has the router refused something, is the session closed?
    if (this.#outgoing.writer.count <= 1) this.#session.readNotices();
    if (this.#closed || this.#failure !== undefined) this.#refuse();
    const content = this.#codec === undefined ? body : this.#codec.encode(body);
    let bytes: Uint8Array;
    if (typeof content === 'string') bytes = textBytes(content);
    else if (content instanceof Uint8Array) bytes = content;
    else throw wrongBody(content);
    const length = bytes === textMemory ? textLength : bytes.length;
    const address =
      routingKey === this.#lastKey && routingKey !== undefined
        ? this.#lastAddress
        : (this.#keys.get(routingKey) ?? this.#addAddress(routingKey));
    if (address === NO_ROOM) return false;
    this.#lastKey = routingKey;
    this.#lastAddress = address;
    const contentType = this.#codec?.contentType;
    if (properties !== undefined || contentType !== undefined) {
      const all = contentType === undefined ? properties! : { contentType, ...properties };
      return this.#publishWith(address, exact(bytes, length), all);
    }
    if (length > this.#inlineLimit) return this.#publishLarge(address, exact(bytes, length), undefined, 0);

    const at = this.#reserve((length + 15) >>> 3);
    if (at === NO_ROOM) return false;
    const writer = this.#outgoing.writer;
    const words = writer.words;
    words[at] = length;
    words[at + 1] = RecordType.PUBLISH | (address << ADDRESS_SHIFT);
    if (length <= PACK_BYTES) pack(bytes, length, words, at + HEADER_INT32S);
    else writer.bytes.set(exact(bytes, length), (at + HEADER_INT32S) * 4);
    return true;
  }

  /** Sends what gathered in the batch, without waiting for the end of the turn. Blocks while the mailbox is full. */
  flush(): void {
    this.#outgoing.flushBlocking();
  }

  /** Resolves when publish() may have room again: for `whenFull: 'return'`. */
  async ready(): Promise<void> {
    await this.#outgoing.flushAsync();
    const bytes = this.#awaitedBytes;
    this.#awaitedBytes = 0;
    if (bytes > 0) await this.#outgoing.awaitMemory(bytes);
  }

  /** Sends what gathered. Publishing through this publisher is an error from now on. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#outgoing.flushAsync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The router refused a message: the exchange is gone. @internal */
  fail(error: RingMQError): void {
    this.#failure = error;
  }

  /** The address book gave this key's number to another key. @internal */
  forgetKey(routingKey: string): void {
    this.#keys.delete(routingKey);
    if (this.#lastKey === routingKey) this.#lastKey = undefined;
  }

  /** True if the router refused a message: the publisher can do nothing more. @internal */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  #refuse(): void {
    if (this.#failure !== undefined) throw this.#failure;
    throw new ClosedError('publisher');
  }

  #reserve(words: number): number {
    const outgoing = this.#outgoing;
    return this.#blocks ? outgoing.reserveBlocking(words) : outgoing.reserve(words);
  }

  #addAddress(routingKey: string): number {
    if (typeof routingKey !== 'string') {
      throw new InvalidArgumentError(`The routing key must be a string, not ${show(routingKey)}.`);
    }
    if (routingKey.length > 85) {
      const bytes = encoder.encode(routingKey).length;
      if (bytes > 255) throw new RoutingKeyTooLongError(bytes);
    }
    const address = this.#session.addresses.add(this, routingKey, this.#blocks);
    if (address !== NO_ROOM) this.#keys.set(routingKey, address);
    return address;
  }

  #publishWith(address: number, body: Uint8Array, properties: MessageProperties): boolean {
    if (typeof properties !== 'object' || properties === null) throw wrongProperties(properties);
    const propertiesBytes = propertiesByteLength(properties);
    if (propertiesBytes + body.length > INLINE_LIMIT || body.length > this.#inlineLimit) {
      return this.#publishLarge(address, body, properties, propertiesBytes);
    }
    const length = 8 + wordAligned(propertiesBytes) + body.length;
    const scratch = propertiesScratch(propertiesBytes);
    encodeProperties(properties, scratch, 0); // may throw: before anything is reserved
    const at = this.#reserve((length + 15) >>> 3);
    if (at === NO_ROOM) return false;
    const { words, bytes } = this.#outgoing.writer;
    words[at] = length;
    words[at + 1] = RecordType.PUBLISH | PROPERTIES_FLAG | (address << ADDRESS_SHIFT);
    const content = at + HEADER_INT32S;
    words[content] = propertiesBytes;
    words[content + 1] = 0;
    const propertiesAt = (content + HEADER_INT32S) * 4;
    bytes.set(scratch.subarray(0, propertiesBytes), propertiesAt);
    bytes.set(body, propertiesAt + wordAligned(propertiesBytes));
    return true;
  }

  /** Writes the body to pages of its own and sends where they are. */
  #publishLarge(
    address: number,
    body: Uint8Array,
    properties: MessageProperties | undefined,
    propertiesBytes: number,
  ): boolean {
    const outgoing = this.#outgoing;
    outgoing.checkBody(body.length);
    const scratch = propertiesScratch(propertiesBytes);
    if (properties !== undefined) encodeProperties(properties, scratch, 0);
    const bytes = wordAligned(propertiesBytes) + body.length;
    const page = this.#blocks ? outgoing.allocateBlocking(bytes) : outgoing.allocate(bytes);
    if (page === NO_PAGES) {
      this.#awaitedBytes = bytes;
      return false;
    }
    const memory = this.#session.arena.bytes;
    memory.set(scratch.subarray(0, propertiesBytes), page * PAGE_BYTES);
    memory.set(body, page * PAGE_BYTES + wordAligned(propertiesBytes));
    const at = this.#reserve((HEADER_INT32S + paddedInt32s(LARGE_BYTES)) >>> 1);
    if (at === NO_ROOM) {
      this.#session.arena.pages.free(page);
      return false;
    }
    const words = outgoing.writer.words;
    words[at] = LARGE_BYTES;
    const flags = LARGE_FLAG | (properties === undefined ? 0 : PROPERTIES_FLAG);
    words[at + 1] = RecordType.PUBLISH | flags | (address << ADDRESS_SHIFT);
    const content = at + HEADER_INT32S;
    words[content] = page;
    words[content + 1] = propertiesBytes;
    words[content + 2] = body.length;
    words[content + 3] = 0;
    outgoing.countLarge(bytes);
    return true;
  }
}

/** The first `length` bytes of `bytes`. */
function exact(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.length === length ? bytes : bytes.subarray(0, length);
}

/** Writes the first `length` bytes of `bytes` into int32s from `at`, little-endian. */
function pack(bytes: Uint8Array, length: number, words: Int32Array, at: number): void {
  const whole = length & -4;
  let i = 0;
  for (; i < whole; i += 4) {
    words[at++] = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
  }
  if (i < length) {
    let last = 0;
    for (let shift = 0; i < length; i++, shift += 8) last |= bytes[i]! << shift;
    words[at] = last;
  }
}

/** Short texts are encoded here, so that publishing one allocates nothing. */
const textMemory = Buffer.allocUnsafeSlow(8192);
let textLength = 0;

/** `text` in UTF-8: `textMemory`, of which `textLength` bytes count, or memory of its own if it is long. */
function textBytes(text: string): Uint8Array {
  if (text.length * 3 > textMemory.length) return encoder.encode(text);
  textLength = text.length <= PACK_BYTES ? writeAscii(text) : NOT_ASCII;
  if (textLength === NOT_ASCII) textLength = textMemory.write(text, 0, 'utf8');
  return textMemory;
}

const NOT_ASCII = -1;

/** A short text that is ASCII: a loop is done before a call of C++ has begun. */
function writeAscii(text: string): number {
  const length = text.length;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return NOT_ASCII;
    textMemory[i] = unit;
  }
  return length;
}

let scratchMemory = new Uint8Array(1024);

/** Memory of this thread in which properties are encoded before anything is reserved for them. */
function propertiesScratch(bytes: number): Uint8Array {
  if (bytes > scratchMemory.length) scratchMemory = new Uint8Array(bytes * 2);
  return scratchMemory;
}

function wrongProperties(properties: unknown): InvalidArgumentError {
  return new InvalidArgumentError(`The properties of a message must be an object, not ${show(properties)}.`);
}

function wrongBody(body: unknown): InvalidArgumentError {
  return new InvalidArgumentError(
    `A body must be a Uint8Array or a string, not ${show(body)}. Give the publisher a codec for other values.`,
  );
}
