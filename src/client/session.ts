import type { EventEmitter } from 'node:events';
import { threadId } from 'node:worker_threads';
import type { MessageProperties } from '../amqp/properties.js';
import { BrokerClosedError, ClosedError, type RingMQError, TooManySessionsError } from '../errors.js';
import { Arena } from '../memory/arena.js';
import { spinBudget } from '../memory/spin-budget.js';
import { decodeError } from '../records/error-record.js';
import {
  type BrokerStats,
  type ConsumerPlace,
  type GetOutcome,
  type Notice,
  type Operation,
  REPLY_TO,
} from '../records/request.js';
import { Acknowledgements } from './acknowledgements.js';
import { AddressBook } from './address-book.js';
import { checkCodec, checkFlag, checkName, checkOneOf, checkOptions } from './checks.js';
import type { Codec } from './codec.js';
import { type ConsumeOptions, consumeRequest } from './consume-options.js';
import { Consumer, type ConsumerSession, type OpenConsumer } from './consumer.js';
import { consumerReader } from './delivery-source.js';
import { addHandling, type Handling, removeHandling } from './handling.js';
import type { Message } from './message.js';
import { brokerClosed, Outgoing } from './outgoing.js';
import { Publisher, type PublisherOptions, type PublisherSession } from './publisher.js';
import { Replies, type RequestOptions, replyAddress } from './replies.js';
import { RouterLink } from './router-link.js';
import { lineage, reportDeathsTo } from './thread-deaths.js';
import { TopologySession } from './topology-session.js';

/**
 * Connects this thread to the broker behind `handle`: at once, with no round trip.
 *
 * @param handle `broker.handle`, passed to this thread in workerData
 * @throws InvalidHandleError, LayoutVersionError, BrokerClosedError, TooManySessionsError
 */
export function connect(handle: SharedArrayBuffer): Session {
  return new Session(arenaOf(handle));
}

const arenas = new WeakMap<SharedArrayBuffer, Arena>();

/** One set of views a thread and broker, however many sessions it has. */
export function arenaOf(handle: SharedArrayBuffer): Arena {
  let arena = typeof handle === 'object' && handle !== null ? arenas.get(handle) : undefined;
  if (arena === undefined) {
    arena = Arena.open(handle);
    arenas.set(handle, arena);
    reportDeathsTo(arena);
  }
  return arena;
}

/**
 * One thread's access to a broker: declares, publishes and consumes. Sessions are cheap; a thread may have several.
 * A session belongs to the thread that connected it.
 */
export class Session extends TopologySession implements ConsumerSession, PublisherSession, Handling {
  /** @internal */
  readonly arena: Arena;
  /** @internal */
  readonly outgoing: Outgoing;
  /** @internal */
  readonly addresses: AddressBook;
  /** @internal */
  readonly link: RouterLink;
  /** Where replies to this session go. @internal */
  replyQueue: string | undefined;
  readonly #slot: number;
  readonly #consumers = new Map<number, OpenConsumer>();
  /** What `get` received from each queue, by the number of the consumer that stands for that. */
  readonly #got = new Map<number, Acknowledgements>();
  #replies: Replies | undefined;
  readonly #publishers = new Map<string, Publisher>();
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(arena: Arena) {
    super();
    if (arena.inbox.closed) throw brokerClosed(arena);
    this.arena = arena;
    this.#slot = arena.inbox.attachWriter(threadId, lineage);
    if (this.#slot < 0) throw new TooManySessionsError(arena.sessions);
    this.outgoing = new Outgoing(arena, this.#slot);
    this.addresses = new AddressBook(this.outgoing);
    this.link = new RouterLink(arena, this.#slot, this.outgoing, {
      notice: notice => this.#notice(notice),
      returned: message => this.#returned(message),
      ended: () => {
        for (const consumer of this.#consumers.values()) consumer.wake();
      },
    });
    // Whoever listens hears of events also while nothing is asked. The router knows a session from its first record on.
    (this as EventEmitter).once('newListener', () => {
      this.watch();
      this.ask({ op: 'sync' }).catch(() => {}); // the session closes, or the broker: there will be no events
    });
  }

  #notice(notice: Notice): void {
    switch (notice.notice) {
      case 'publishRefused': {
        const error = decodeError(notice.error);
        this.addresses.refused(notice.exchange, error);
        this.#replies?.refused(notice.exchange, error);
        this.emit('refused', notice.exchange, error);
        break;
      }
      case 'consumerClosed':
        this.#consumerClosed(notice.consumer, notice.error && decodeError(notice.error));
        break;
      case 'memoryAlarm':
        this.emit(notice.on ? 'blocked' : 'unblocked');
        break;
    }
  }

  #consumerClosed(id: number, error: RingMQError | undefined): void {
    if (error !== undefined) this.#got.get(id)?.fail(error);
    const consumer = this.#consumers.get(id);
    if (consumer !== undefined) consumer.closedBy(error);
    // It may have been read together with the answer that says that there is this consumer.
    else setImmediate(() => this.#consumers.get(id)?.closedBy(error));
  }

  #returned(message: Message): void {
    if (this.#replies?.returned(message) !== true) this.emit('return', message);
  }

  /** True once close() was called. */
  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * A publisher to one exchange.
   *
   * @throws NotFoundError if there is no such exchange, AccessRefusedError if it is internal
   */
  async publisher<T = Uint8Array | string>(
    exchange: string,
    options: PublisherOptions<T> = {},
  ): Promise<Publisher<T>> {
    checkName('The name of the exchange', exchange);
    checkOptions('publisher', options, ['codec', 'whenFull', 'confirm', 'mandatory']);
    for (const flag of ['confirm', 'mandatory'] as const) checkFlag(flag, options[flag]);
    checkCodec(options.codec, 'encode');
    if (options.whenFull !== undefined) checkOneOf('whenFull', options.whenFull, ['block', 'return']);
    await this.ask({ op: 'checkPublish', name: exchange });
    return new Publisher(this, exchange, options);
  }

  /**
   * Publishes one message; blocks this thread while the router's mailbox is full. For many messages a publisher is
   * quicker, and says beforehand whether the exchange exists: here the next publish to it throws, if it does not.
   */
  publish(
    exchange: string,
    routingKey: string,
    body: Uint8Array | string,
    properties?: MessageProperties,
  ): void {
    let publisher = this.#publishers.get(exchange);
    if (publisher === undefined) {
      checkName('The name of the exchange', exchange);
      publisher = new Publisher(this, exchange, {});
      this.#publishers.set(exchange, publisher);
    }
    try {
      publisher.publish(routingKey, body, properties);
    } catch (error) {
      if (publisher.failed) this.#publishers.delete(exchange);
      throw error;
    }
  }

  /** Sends what gathered in this turn. Blocks this thread while the router's mailbox is full. */
  flush(): void {
    this.outgoing.flushBlocking();
  }

  /** Resolves when everything that this session published before was routed to its queues. */
  async sync(): Promise<void> {
    await this.ask({ op: 'sync' });
  }

  /**
   * Starts a consumer on a queue. Messages are sent to it from now on; how it receives them is chosen afterwards, by
   * the method that is called: listen(), poll(), receive(), iteration, or pool().
   *
   * @throws NotFoundError if there is no such queue, ResourceLockedError if it is another session's, AccessRefusedError
   * if the consumer or another one is to be the only one, InvalidArgumentError and PreconditionFailedError for what a
   * shared dispatch cannot give, OutOfMemoryError
   */
  async consume<T = Uint8Array>(queue: string, options: ConsumeOptions<T> = {}): Promise<Consumer<T>> {
    checkName('The name of the queue', queue);
    const request = consumeRequest(options);
    const place = (await this.ask({ op: 'consume', queue, options: request })) as ConsumerPlace;
    const reader = consumerReader(this.arena, place, () => spinBudget(this.arena));
    const consumer = new Consumer<T>(this, place, reader, options, request);
    this.#consumers.set(consumer.id, consumer);
    if (this.closed) consumer.stop();
    if (queue === REPLY_TO) this.replyQueue = place.queue;
    return consumer;
  }

  /** Has the broker take a consumer's memory back. @internal */
  async cancelConsumer(consumer: OpenConsumer): Promise<void> {
    if (!this.#consumers.delete(consumer.id)) return;
    const abandoned = consumer.abandon();
    if (consumer.queue === this.replyQueue) this.replyQueue = undefined;
    await this.link.request({ op: 'cancel', ...abandoned });
  }

  /**
   * Takes one message from a queue, or undefined if none waits.
   *
   * @param options noAck: the message counts as done. Otherwise (default) it is to be acknowledged, and goes back to the
   * queue if the session ends before.
   * @throws NotFoundError, ResourceLockedError
   */
  async get<T = Uint8Array>(
    queue: string,
    options: { noAck?: boolean; codec?: Codec<T> } = {},
  ): Promise<Message<T> | undefined> {
    checkName('The name of the queue', queue);
    checkOptions('get', options, ['noAck', 'codec']);
    checkFlag('noAck', options.noAck);
    checkCodec(options.codec, 'decode');
    const noAck = options.noAck === true;
    for (;;) {
      const got = (await this.ask({ op: 'get', queue, noAck })) as GetOutcome;
      if (got.outcome === 'empty') return undefined;
      if (got.outcome === 'busy') continue;
      const message = (this.link.got.shift() as Message).decodedBy(options.codec);
      if (!noAck) this.#track(message, got.consumer);
      return message;
    }
  }

  #track(message: Message<unknown>, consumer: number): void {
    let acknowledgements = this.#got.get(consumer);
    if (acknowledgements === undefined) {
      acknowledgements = new Acknowledgements(this.outgoing, consumer, 1);
      this.#got.set(consumer, acknowledgements);
      addHandling(this);
    }
    acknowledgements.received = message.number;
    message.trackedBy(acknowledgements, message.number);
  }

  /** True while a message that `get` gave is not settled. @internal */
  get handling(): boolean {
    for (const acknowledgements of this.#got.values()) if (acknowledgements.unsettled > 0) return true;
    return false;
  }

  /**
   * Publishes a request and resolves with its reply: the message that comes to the request's replyTo with the same
   * correlationId, as reply() sends it. Replies go straight to this session (RabbitMQ, "Direct Reply-to").
   *
   * @throws RequestTimeoutError if none comes in time, UnroutableError if no queue takes the request, NotFoundError
   */
  async request(
    exchange: string,
    routingKey: string,
    body: Uint8Array | string,
    options: RequestOptions = {},
  ): Promise<Message> {
    if (this.closed) throw new ClosedError('session');
    this.#replies ??= new Replies(this);
    return this.#replies.request(exchange, routingKey, body, options);
  }

  /** Replies to a request. If who asked is gone, the reply is dropped. @throws InvalidArgumentError if it asks for none */
  reply(message: Message<unknown>, body: Uint8Array | string, properties: MessageProperties = {}): void {
    const { routingKey, ...correlation } = replyAddress(message);
    this.publish('', routingKey, body, { ...correlation, ...properties });
  }

  /**
   * Counters of every queue, and of the broker.
   *
   * @param options collectGarbage: the router does so before it counts memory, if Node was started with `--expose-gc`
   */
  async stats(options: { collectGarbage?: boolean } = {}): Promise<BrokerStats> {
    checkOptions('stats', options, ['collectGarbage']);
    checkFlag('collectGarbage', options.collectGarbage);
    const collectGarbage = options.collectGarbage === true;
    return (await this.ask({ op: 'stats', collectGarbage })) as BrokerStats;
  }

  /** Sends what was published, ends the consumers and leaves the broker. What they did not settle goes back. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#replies?.close();
    this.outgoing.close();
    // What they received from now on could not be settled.
    for (const consumer of this.#consumers.values()) consumer.stop();
    removeHandling(this);
    try {
      // Answers come in order, so this one waits for all others: a consumer that is just being made is known then, and
      // the ring has room for the last answer.
      await this.link.request({ op: 'sync' });
      for (const consumer of [...this.#consumers.values()]) await this.cancelConsumer(consumer);
      await this.link.request({ op: 'detach' });
    } catch (error) {
      if (error instanceof BrokerClosedError) return; // it has nothing of ours any more
      throw error;
    }
    this.arena.inbox.detachWriter(this.#slot);
  }

  protected ask(operation: Operation): Promise<unknown> {
    return this.closed ? Promise.reject(new ClosedError('session')) : this.link.request(operation);
  }

  /** Has what the router says unasked read on the event loop from now on. @internal */
  watch(): void {
    this.link.watch();
  }

  /** Handles what the router said meanwhile. @throws ClosedError, BrokerClosedError @internal */
  readNotices(): void {
    if (this.closed) throw new ClosedError('session');
    if (this.arena.inbox.closed) throw brokerClosed(this.arena);
    this.link.readReplies();
  }
}
