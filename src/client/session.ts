import { threadId } from 'node:worker_threads';
import type { MessageProperties } from '../amqp/properties.js';
import { BrokerClosedError, ClosedError, InvalidArgumentError, TooManySessionsError } from '../errors.js';
import { Arena } from '../memory/arena.js';
import { spinBudget } from '../memory/spin-budget.js';
import type { BrokerStats, ConsumerPlace, Operation, QueueInfo, QueueOptions } from '../records/request.js';
import type { Arguments } from '../routing/arguments.js';
import type { ExchangeOptions } from '../routing/declaration.js';
import { AddressBook } from './address-book.js';
import {
  checkCodec,
  checkFlag,
  checkName,
  checkOneOf,
  checkOptions,
  checkPowerOfTwo,
  checkTable,
} from './checks.js';
import type { Codec } from './codec.js';
import {
  type ConsumeOptions,
  Consumer,
  type ConsumerSession,
  checkConsumeOptions,
  type OpenConsumer,
  ringWordsOf,
} from './consumer.js';
import { consumerReader } from './delivery-source.js';
import type { Message } from './message.js';
import { brokerClosed, Outgoing } from './outgoing.js';
import { Publisher, type PublisherOptions, type PublisherSession } from './publisher.js';
import { RouterLink } from './router-link.js';
import { lineage, reportDeathsTo } from './thread-deaths.js';

const DISPATCHES = ['queue-per-consumer', 'shared-locked', 'shared-locked-batched', 'shared-lock-free'];

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
export class Session implements ConsumerSession, PublisherSession {
  /** @internal */
  readonly arena: Arena;
  /** @internal */
  readonly outgoing: Outgoing;
  /** @internal */
  readonly addresses: AddressBook;
  readonly #slot: number;
  readonly #link: RouterLink;
  readonly #consumers = new Set<OpenConsumer>();
  readonly #publishers = new Map<string, Publisher>();
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(arena: Arena) {
    if (arena.inbox.closed) throw brokerClosed(arena);
    this.arena = arena;
    this.#slot = arena.inbox.attachWriter(threadId, lineage);
    if (this.#slot < 0) throw new TooManySessionsError(arena.sessions);
    this.outgoing = new Outgoing(arena, this.#slot);
    this.addresses = new AddressBook(this.outgoing);
    this.#link = new RouterLink(arena, this.#slot, this.outgoing, (exchange, error) =>
      this.addresses.refused(exchange, error),
    );
  }

  /** True once close() was called. */
  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * Declares an exchange; does nothing if the same one exists.
   *
   * @param type `direct`, `fanout`, `topic` or `headers`
   * @throws PreconditionFailedError if one exists that differs, InvalidArgumentError, AccessRefusedError for a name
   * that begins with `amq.`
   */
  async declareExchange(name: string, type: string, options: ExchangeOptions = {}): Promise<void> {
    checkName('The name of the exchange', name);
    checkOptions('declareExchange', options, [
      'alternateExchange',
      'internal',
      'autoDelete',
      'durable',
      'arguments',
    ]);
    for (const flag of ['internal', 'autoDelete', 'durable'] as const) checkFlag(flag, options[flag]);
    if (options.alternateExchange !== undefined) checkName('alternateExchange', options.alternateExchange);
    checkTable('arguments', options.arguments);
    await this.#request({ op: 'declareExchange', name, type, options });
  }

  /** @throws NotFoundError if there is no such exchange */
  async checkExchange(name: string): Promise<void> {
    checkName('The name of the exchange', name);
    await this.#request({ op: 'checkExchange', name });
  }

  /** Deletes an exchange and its bindings; does nothing if there is none. */
  async deleteExchange(name: string, options: { ifUnused?: boolean } = {}): Promise<void> {
    checkName('The name of the exchange', name);
    checkOptions('deleteExchange', options, ['ifUnused']);
    checkFlag('ifUnused', options.ifUnused);
    await this.#request({ op: 'deleteExchange', name, ifUnused: options.ifUnused === true });
  }

  /**
   * Declares a queue; does nothing if the same one exists.
   *
   * @throws PreconditionFailedError if one exists that differs, InvalidArgumentError
   */
  async declareQueue(name: string, options: QueueOptions = {}): Promise<QueueInfo> {
    checkName('The name of the queue', name);
    if (name === '') throw new InvalidArgumentError('The name of the queue is empty. Give it one.');
    checkOptions('declareQueue', options, ['dispatch', 'ringBytes']);
    if (options.dispatch !== undefined) checkOneOf('dispatch', options.dispatch, DISPATCHES);
    if (options.ringBytes !== undefined) checkPowerOfTwo('ringBytes', options.ringBytes, 1 << 16, 1 << 28);
    return (await this.#request({ op: 'declareQueue', name, options })) as QueueInfo;
  }

  /**
   * What a queue holds now, without declaring it.
   *
   * @throws NotFoundError if there is no such queue
   */
  async checkQueue(name: string): Promise<QueueInfo> {
    checkName('The name of the queue', name);
    return (await this.#request({ op: 'checkQueue', name })) as QueueInfo;
  }

  /** Deletes a queue, its bindings and its messages, and returns how many those were. Its consumers end. */
  async deleteQueue(name: string, options: { ifUnused?: boolean; ifEmpty?: boolean } = {}): Promise<number> {
    checkName('The name of the queue', name);
    checkOptions('deleteQueue', options, ['ifUnused', 'ifEmpty']);
    const { ifUnused, ifEmpty } = options;
    checkFlag('ifUnused', ifUnused);
    checkFlag('ifEmpty', ifEmpty);
    const deleted = await this.#request({
      op: 'deleteQueue',
      name,
      ifUnused: ifUnused === true,
      ifEmpty: ifEmpty === true,
    });
    return deleted as number;
  }

  /** Drops the messages that wait in a queue, and returns how many those were. */
  async purgeQueue(name: string): Promise<number> {
    checkName('The name of the queue', name);
    return (await this.#request({ op: 'purgeQueue', name })) as number;
  }

  /** Has messages of `exchange` that match `key` and `bindingArguments` go to `queue`. */
  async bindQueue(
    queue: string,
    exchange: string,
    key = '',
    bindingArguments: Arguments = {},
  ): Promise<void> {
    await this.#bind('bindQueue', queue, exchange, key, bindingArguments);
  }

  /** Removes a binding; key and arguments must be those it was made with. */
  async unbindQueue(
    queue: string,
    exchange: string,
    key = '',
    bindingArguments: Arguments = {},
  ): Promise<void> {
    await this.#bind('unbindQueue', queue, exchange, key, bindingArguments);
  }

  /** Has messages of the exchange `source` that match go to the exchange `destination` as well. */
  async bindExchange(
    destination: string,
    source: string,
    key = '',
    bindingArguments: Arguments = {},
  ): Promise<void> {
    await this.#bind('bindExchange', destination, source, key, bindingArguments);
  }

  /** Removes a binding between exchanges. */
  async unbindExchange(
    destination: string,
    source: string,
    key = '',
    bindingArguments: Arguments = {},
  ): Promise<void> {
    await this.#bind('unbindExchange', destination, source, key, bindingArguments);
  }

  async #bind(
    op: 'bindQueue' | 'unbindQueue' | 'bindExchange' | 'unbindExchange',
    name: string,
    source: string,
    key: string,
    bindingArguments: Arguments,
  ): Promise<void> {
    checkName('The destination of the binding', name);
    checkName('The source of the binding', source);
    checkName('The binding key', key);
    checkTable('arguments', bindingArguments);
    await this.#request({ op, name, source, key, arguments: bindingArguments });
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
    checkOptions('publisher', options, ['codec', 'whenFull']);
    checkCodec(options.codec, 'encode');
    if (options.whenFull !== undefined) checkOneOf('whenFull', options.whenFull, ['block', 'return']);
    await this.#request({ op: 'checkPublish', name: exchange });
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
    await this.#request({ op: 'sync' });
  }

  /**
   * Starts a consumer on a queue. Messages are sent to it from now on; how it receives them is chosen afterwards, by
   * the method that is called: listen(), poll(), receive(), iteration, or pool().
   *
   * @throws NotFoundError if there is no such queue, InvalidArgumentError, OutOfMemoryError
   */
  async consume<T = Uint8Array>(queue: string, options: ConsumeOptions<T>): Promise<Consumer<T>> {
    checkName('The name of the queue', queue);
    checkConsumeOptions(options);
    const request = { ringWords: ringWordsOf(options) };
    const place = (await this.#request({ op: 'consume', queue, options: request })) as ConsumerPlace;
    const reader = consumerReader(this.arena, place, () => spinBudget(this.arena));
    const consumer = new Consumer<T>(this, queue, place, reader, options);
    this.#consumers.add(consumer);
    return consumer;
  }

  /** Has the broker take a consumer's memory back. @internal */
  async cancelConsumer(consumer: OpenConsumer): Promise<void> {
    if (this.#consumers.delete(consumer)) await this.#link.request({ op: 'cancel', ...consumer.abandon() });
  }

  /** Takes one message from a queue, or undefined if none waits. */
  async get<T = Uint8Array>(
    queue: string,
    options: { codec?: Codec<T> } = {},
  ): Promise<Message<T> | undefined> {
    checkName('The name of the queue', queue);
    checkOptions('get', options, ['codec']);
    checkCodec(options.codec, 'decode');
    for (;;) {
      const outcome = await this.#request({ op: 'get', queue });
      if (outcome === 'empty') return undefined;
      if (outcome === 'delivered') return (this.#link.got.shift() as Message).decodedBy(options.codec);
    }
  }

  /** Counters of every queue, and of the broker. */
  async stats(): Promise<BrokerStats> {
    return (await this.#request({ op: 'stats' })) as BrokerStats;
  }

  /** Sends what was published, ends the consumers and leaves the broker. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.outgoing.close();
    try {
      // Answers come in order, so this one waits for all others: a consumer that is just being made is known then, and
      // the ring has room for the last answer.
      await this.#link.request({ op: 'sync' });
      for (const consumer of [...this.#consumers]) await this.cancelConsumer(consumer);
      await this.#link.request({ op: 'detach' });
    } catch (error) {
      if (error instanceof BrokerClosedError) return; // it has nothing of ours any more
      throw error;
    }
    this.arena.inbox.detachWriter(this.#slot);
  }

  #request(operation: Operation): Promise<unknown> {
    return this.closed ? Promise.reject(new ClosedError('session')) : this.#link.request(operation);
  }

  /** Handles what the router said meanwhile. @throws ClosedError, BrokerClosedError @internal */
  readNotices(): void {
    if (this.closed) throw new ClosedError('session');
    if (this.arena.inbox.closed) throw brokerClosed(this.arena);
    this.#link.readReplies();
  }
}
