import { randomBytes } from 'node:crypto';
import type { MessageProperties } from '../amqp/properties.js';
import {
  BrokerClosedError,
  ClosedError,
  InvalidArgumentError,
  RequestTimeoutError,
  type RingMQError,
  UnroutableError,
} from '../errors.js';
import { REPLY_TO } from '../records/request.js';
import { checkInteger, checkName, checkOptions } from './checks.js';
import type { ConsumeOptions } from './consume-options.js';
import type { Consumer } from './consumer.js';
import type { Message } from './message.js';
import { Publisher, type PublisherSession } from './publisher.js';

const DEFAULT_TIMEOUT = 30_000;

export interface RequestOptions {
  /** Milliseconds to wait for the reply (default 30,000). */
  timeout?: number;
  /** Further properties of the request. `replyTo` and `correlationId` are set by request(). */
  properties?: MessageProperties;
}

/** What requests need of their session. */
export interface RequestingSession extends PublisherSession {
  consume(queue: string, options: ConsumeOptions): Promise<Consumer>;
}

interface Request {
  exchange: string;
  routingKey: string;
  timer: NodeJS.Timeout;
  resolve(reply: Message): void;
  reject(error: RingMQError): void;
}

/** The requests of one session that wait for a reply, and the consumer that receives the replies. */
export class Replies {
  readonly #session: RequestingSession;
  readonly #publishers = new Map<string, Publisher>();
  readonly #requests = new Map<string, Request>();
  /** Begins the correlation ids, so that a late reply to a former session of the thread is nobody's. */
  readonly #prefix = randomBytes(6).toString('base64url');
  #count = 0;
  #listening: Promise<void> | undefined;

  constructor(session: RequestingSession) {
    this.#session = session;
  }

  /** Publishes a request; resolves with its reply. @throws RequestTimeoutError, UnroutableError, what publish() throws */
  async request(
    exchange: string,
    routingKey: string,
    body: Uint8Array | string,
    options: RequestOptions,
  ): Promise<Message> {
    checkName('The name of the exchange', exchange);
    checkOptions('request', options, ['timeout', 'properties']);
    const { timeout = DEFAULT_TIMEOUT, properties } = options;
    checkInteger('timeout', timeout, 1, 0x7fffffff);
    this.#listening ??= this.#listen().catch(error => {
      this.#listening = undefined; // so that the next request tries again
      throw error;
    });
    await this.#listening;
    const correlationId = `${this.#prefix}.${++this.#count}`;
    const reply = new Promise<Message>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#settle(correlationId)?.reject(new RequestTimeoutError(exchange, routingKey, timeout));
      }, timeout);
      this.#requests.set(correlationId, { exchange, routingKey, timer, resolve, reject });
    });
    reply.catch(() => {}); // it may fail while this waits for room; the caller hears of it afterwards
    try {
      const publisher = this.#publisher(exchange);
      const all = { ...properties, replyTo: REPLY_TO, correlationId };
      while (!publisher.publish(routingKey, body, all)) await Promise.race([publisher.ready(), reply]);
    } catch (error) {
      this.#publishers.delete(exchange);
      this.#settle(correlationId)?.reject(error as RingMQError);
    }
    return reply;
  }

  #publisher(exchange: string): Publisher {
    let publisher = this.#publishers.get(exchange);
    if (publisher === undefined) {
      publisher = new Publisher(this.#session, exchange, { mandatory: true, whenFull: 'return' });
      this.#publishers.set(exchange, publisher);
    }
    return publisher;
  }

  async #listen(): Promise<void> {
    const consumer = await this.#session.consume(REPLY_TO, { noAck: true });
    this.#session.link.watch(); // requests may come back
    consumer
      .listenUnheld(message => this.#receive(message))
      .then(
        () => this.#failAll(new ClosedError('session')),
        error => this.#failAll(error),
      );
  }

  #receive(message: Message): void {
    const { correlationId } = message.properties;
    if (correlationId !== undefined) this.#settle(correlationId)?.resolve(message);
  }

  /** Takes a request from those that wait; undefined if it does not: its time is over. */
  #settle(correlationId: string): Request | undefined {
    const request = this.#requests.get(correlationId);
    if (request === undefined) return undefined;
    this.#requests.delete(correlationId);
    clearTimeout(request.timer);
    return request;
  }

  /** A mandatory message came back. True if it was a request. */
  returned(message: Message): boolean {
    const { correlationId = '' } = message.properties;
    const request = this.#settle(correlationId);
    request?.reject(new UnroutableError(request.exchange, request.routingKey));
    return request !== undefined;
  }

  /** The router refused what was published to `exchange`. */
  refused(exchange: string, error: RingMQError): void {
    this.#publishers.delete(exchange);
    for (const [correlationId, request] of this.#requests) {
      if (request.exchange === exchange) this.#settle(correlationId)?.reject(error);
    }
  }

  #failAll(error: RingMQError): void {
    const cause = error instanceof BrokerClosedError ? error : new ClosedError('session');
    for (const correlationId of [...this.#requests.keys()]) this.#settle(correlationId)?.reject(cause);
  }

  /** The session closes. */
  close(): void {
    this.#failAll(new ClosedError('session'));
  }
}

/** The address to which the reply to `message` goes. @throws InvalidArgumentError if it asks for none */
export function replyAddress(message: Message<unknown>): { routingKey: string; correlationId?: string } {
  const { replyTo, correlationId } = message.properties;
  if (replyTo === undefined) {
    throw new InvalidArgumentError('The message asks for no reply: its property replyTo is not set.');
  }
  return { routingKey: replyTo, ...(correlationId === undefined ? {} : { correlationId }) };
}
