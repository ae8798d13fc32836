import { encodeProperties, type MessageProperties, propertiesByteLength } from '../amqp/properties.js';
import {
  ClosedError,
  InvalidArgumentError,
  PreconditionFailedError,
  type RingMQError,
  RoutingKeyTooLongError,
} from '../errors.js';
import type { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/layout.js';
import { NO_PAGES } from '../memory/page-allocator.js';
import { NO_ROOM } from '../memory/record-queue.js';
import {
  ADDRESS_SHIFT,
  CONFIRM_FLAG,
  HEADER_INT32S,
  INLINE_LIMIT,
  LARGE_BYTES,
  LARGE_FLAG,
  MANDATORY_FLAG,
  PROPERTIES_FLAG,
  paddedInt32s,
  RecordType,
  wordAligned,
} from '../records/record.js';
import { REPLY_TO } from '../records/request.js';
import type { AddressBook } from './address-book.js';
import { bytesLength, exact, PACK_BYTES, pack, textBytes } from './body-bytes.js';
import { checkTimeout, show } from './checks.js';
import type { Codec } from './codec.js';
import type { Outgoing } from './outgoing.js';
import type { RouterLink } from './router-link.js';
import { specialFlag } from './special-properties.js';

export interface PublisherOptions<T = Uint8Array | string> {
  /** Turns what is published into bytes. Without one, bytes and strings are published as they are. */
  codec?: Codec<T>;
  /**
   * What publish() does when the router's mailbox, or the memory for large bodies, is full: `block` this thread
   * until there is room (default), or `return` false and publish nothing. The same while the memory alarm is on.
   */
  whenFull?: 'block' | 'return';
  /** True: the broker says when the queues have accepted a message. See confirmed(). */
  confirm?: boolean;
  /** True: a message that no queue takes comes back, by the session's event `return`. */
  mandatory?: boolean;
}

/** What a publisher needs of its session. */
export interface PublisherSession {
  readonly arena: Arena;
  readonly outgoing: Outgoing;
  readonly addresses: AddressBook;
  readonly link: RouterLink;
  /** Where replies to this session go; undefined until it consumes them. */
  readonly replyQueue: string | undefined;
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
  readonly #confirms: boolean;
  /** Type and flags of what it publishes. */
  readonly #tag: number;
  /** Numbers of the routing keys that were used before. */
  readonly #keys = new Map<string, number>();
  #lastKey: string | undefined;
  #lastAddress = 0;
  /** Number of the last message that asked for a confirm. */
  #number = 0;
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
    this.#confirms = options.confirm === true;
    const mandatory = options.mandatory === true ? MANDATORY_FLAG : 0;
    this.#tag = RecordType.PUBLISH | mandatory | (this.#confirms ? CONFIRM_FLAG : 0);
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
    if (this.#outgoing.writer.count <= 1) {
      this.#session.readNotices();
      if (this.#outgoing.held && !this.#waitForAlarm()) return false;
    }
    if (this.#closed || this.#failure !== undefined) this.#refuse();
    const content = this.#codec === undefined ? body : this.#codec.encode(body);
    let bytes: Uint8Array;
    if (typeof content === 'string') bytes = textBytes(content);
    else if (content instanceof Uint8Array) bytes = content;
    else throw wrongBody(content);
    const length = bytesLength(bytes);
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
    if (length > this.#inlineLimit) {
      return this.#publishLarge(address, exact(bytes, length), undefined, 0, 0);
    }

    const at = this.#reserve((length + 15) >>> 3);
    if (at === NO_ROOM) return false;
    const writer = this.#outgoing.writer;
    const words = writer.words;
    words[at] = length;
    words[at + 1] = this.#tag | (address << ADDRESS_SHIFT);
    if (length <= PACK_BYTES) pack(bytes, length, words, at + HEADER_INT32S);
    else writer.bytes.set(exact(bytes, length), (at + HEADER_INT32S) * 4);
    if (this.#confirms) this.#number = this.#session.link.confirmations.published(this);
    return true;
  }

  /**
   * Resolves when the queues have accepted all that this publisher published so far. One record confirms many
   * messages, so publish many, and wait once.
   *
   * @throws PublishRefusedError if a queue refused some of them: it says how many. InvalidArgumentError if the publisher
   * was made without `confirm`, BrokerClosedError
   */
  async confirmed(): Promise<void> {
    this.#checkConfirms();
    await this.#session.link.awaitConfirms(confirmations => confirmations.all(this));
  }

  /**
   * The same for a thread without an event loop: blocks it.
   *
   * @param milliseconds how long to wait at most (default: without end)
   * @returns false if not all is confirmed by then
   */
  waitForConfirms(milliseconds?: number): boolean {
    this.#checkConfirms();
    checkTimeout('The time to wait', milliseconds);
    const { link } = this.#session;
    const { confirmations } = link;
    const settled = () => confirmations.settled(this);
    if (!link.awaitBlocking(settled, milliseconds ?? Number.POSITIVE_INFINITY)) return false;
    confirmations.check(this);
    return true;
  }

  /**
   * Publishes one message and resolves when the queues have accepted it. For many messages publish() and confirmed() are
   * quicker.
   *
   * @throws PublishRefusedError if a queue refused it, and what publish() throws
   */
  async publishConfirmed(routingKey: string, body: T, properties?: MessageProperties): Promise<void> {
    this.#checkConfirms();
    while (!this.publish(routingKey, body, properties)) await this.ready();
    const number = this.#number;
    await this.#session.link.awaitConfirms(confirmations => confirmations.one(number));
  }

  /** Messages of the session that wait for their confirm. */
  get unconfirmed(): number {
    return this.#session.link.confirmations.unconfirmed;
  }

  #checkConfirms(): void {
    if (this.#confirms) return;
    throw new InvalidArgumentError(
      `The publisher to '${this.exchange}' has no confirms. Make it with { confirm: true }.`,
    );
  }

  /** Publishers are held. True if this one waited until they go on. */
  #waitForAlarm(): boolean {
    if (!this.#blocks) return false;
    this.#outgoing.awaitAlarmBlocking();
    return true;
  }

  /** Sends what gathered in the batch, without waiting for the end of the turn. Blocks while the mailbox is full. */
  flush(): void {
    this.#outgoing.flushBlocking();
  }

  /** Resolves when publish() may have room again: for `whenFull: 'return'`. */
  async ready(): Promise<void> {
    await this.#outgoing.flushAsync();
    await this.#outgoing.awaitAlarm();
    const bytes = this.#awaitedBytes;
    this.#awaitedBytes = 0;
    if (bytes > 0) await this.#outgoing.awaitMemory(bytes);
  }

  /** Sends what gathered. Publishing through this publisher is an error from now on. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#outgoing.flushAsync();
    this.#session.link.confirmations.forget(this);
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
      const bytes = Buffer.byteLength(routingKey);
      if (bytes > 255) throw new RoutingKeyTooLongError(bytes);
    }
    const address = this.#session.addresses.add(this, routingKey, this.#blocks);
    if (address !== NO_ROOM) this.#keys.set(routingKey, address);
    return address;
  }

  #publishWith(address: number, body: Uint8Array, given: MessageProperties): boolean {
    if (typeof given !== 'object' || given === null) throw wrongProperties(given);
    const properties = given.replyTo === REPLY_TO ? this.#withReplyQueue(given) : given;
    const propertiesBytes = propertiesByteLength(properties);
    const special = specialFlag(properties);
    if (propertiesBytes + body.length > INLINE_LIMIT || body.length > this.#inlineLimit) {
      return this.#publishLarge(address, body, properties, propertiesBytes, special);
    }
    const length = 8 + wordAligned(propertiesBytes) + body.length;
    const scratch = propertiesScratch(propertiesBytes);
    encodeProperties(properties, scratch, 0); // may throw: before anything is reserved
    const at = this.#reserve((length + 15) >>> 3);
    if (at === NO_ROOM) return false;
    const { words, bytes } = this.#outgoing.writer;
    words[at] = length;
    words[at + 1] = this.#tag | PROPERTIES_FLAG | special | (address << ADDRESS_SHIFT);
    const content = at + HEADER_INT32S;
    words[content] = propertiesBytes;
    words[content + 1] = 0;
    const propertiesAt = (content + HEADER_INT32S) * 4;
    bytes.set(scratch.subarray(0, propertiesBytes), propertiesAt);
    bytes.set(body, propertiesAt + wordAligned(propertiesBytes));
    if (this.#confirms) this.#number = this.#session.link.confirmations.published(this);
    return true;
  }

  /** @throws PreconditionFailedError if the session consumes no replies, as RabbitMQ */
  #withReplyQueue(properties: MessageProperties): MessageProperties {
    const { replyQueue } = this.#session;
    if (replyQueue !== undefined) return { ...properties, replyTo: replyQueue };
    throw new PreconditionFailedError(
      `The property replyTo is '${REPLY_TO}', and this session does not consume from there. Do that first.`,
    );
  }

  /** Writes the body to pages of its own and sends where they are. */
  #publishLarge(
    address: number,
    body: Uint8Array,
    properties: MessageProperties | undefined,
    propertiesBytes: number,
    special: number,
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
    const flags = special | (properties === undefined ? 0 : PROPERTIES_FLAG);
    words[at + 1] = this.#tag | LARGE_FLAG | flags | (address << ADDRESS_SHIFT);
    const content = at + HEADER_INT32S;
    words[content] = page;
    words[content + 1] = propertiesBytes;
    words[content + 2] = body.length;
    words[content + 3] = 0;
    if (this.#confirms) this.#number = this.#session.link.confirmations.published(this);
    outgoing.countLarge(bytes);
    return true;
  }
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
