import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { ClosedError, InvalidArgumentError } from '../errors.js';
import type { Arena } from '../memory/arena.js';
import { WORD_BYTES } from '../memory/layout.js';
import type { RecordReader } from '../memory/record-queue.js';
import type { Abandoned, ConsumerPlace } from '../records/request.js';
import {
  checkCodec,
  checkFlag,
  checkFunction,
  checkInteger,
  checkOptions,
  checkPowerOfTwo,
  checkTimeout,
} from './checks.js';
import type { Codec } from './codec.js';
import { DeliverySource } from './delivery-source.js';
import type { HandlerPoolOptions } from './handler-pool.js';
import { KeepAlive } from './keep-alive.js';
import type { Message } from './message.js';
import { brokerClosed, type Outgoing } from './outgoing.js';
import { RunningHandlers } from './running-handlers.js';

/** Bytes of a consumer's ring, where it does not say. */
const DEFAULT_RING_BYTES = 1 << 20;
/** Messages that a listener handles before it lets the event loop do other work. */
const TURN_MESSAGES = 256;

export interface ConsumeOptions<T = Uint8Array> {
  /** The broker takes a message as done when it is delivered. Acknowledgements do not exist yet, so it must be true. */
  noAck: true;
  /** Reads bodies: `message.value` is what it returns. */
  codec?: Codec<T>;
  /**
   * True: messages are read in the ring itself, without a copy. The same Message object comes every time, and it is
   * valid until the next one is received. False (default): every message is the receiver's own.
   */
  inPlace?: boolean;
  /** Bytes of this consumer's ring, a power of two (default 1 MiB). Not with a shared dispatch: there the queue has one. */
  ringBytes?: number;
}

export interface ListenOptions {
  /** How many asynchronous handlers may run at a time; further messages wait (default 1). */
  concurrency?: number;
}

export interface PollOptions extends ListenOptions {
  /** Milliseconds between two looks (default 1). */
  interval?: number;
}

/** @internal */
export function checkConsumeOptions<T>(options: ConsumeOptions<T> | undefined): void {
  checkOptions('consume', options, ['noAck', 'codec', 'inPlace', 'ringBytes']);
  if (options?.noAck !== true) {
    throw new InvalidArgumentError(
      'consume: `noAck` must be true. This version has no acknowledgements: a message counts as done when delivered.',
    );
  }
  checkCodec(options.codec, 'decode');
  checkFlag('inPlace', options.inPlace);
  if (options.ringBytes !== undefined) checkPowerOfTwo('ringBytes', options.ringBytes, 1 << 14, 1 << 28);
}

/** @internal */
export function ringWordsOf<T>(options: ConsumeOptions<T>): number {
  return (options.ringBytes ?? DEFAULT_RING_BYTES) / WORD_BYTES;
}

/** A consumer as its session sees it. */
export interface OpenConsumer {
  /** Stops reading, and says what the router must know to put back what was not received. */
  abandon(): Abandoned;
}

/** What a consumer needs of its session. */
export interface ConsumerSession {
  readonly arena: Arena;
  readonly outgoing: Outgoing;
  cancelConsumer(consumer: OpenConsumer): Promise<void>;
}

/**
 * Receives the messages of one queue, in one of these ways: listening with a callback or `for await` on an event
 * loop, receive() or `for` in a thread of its own, poll() at an interval, or pool() in a pool of threads.
 */
export class Consumer<T = Uint8Array> implements OpenConsumer {
  readonly queue: string;
  /** Number of the consumer at the broker. */
  readonly id: number;
  readonly #session: ConsumerSession;
  readonly #arena: Arena;
  readonly #reader: RecordReader;
  readonly #source: DeliverySource<T>;
  readonly #inPlace: boolean;
  readonly #keepAlive = new KeepAlive();
  #cancelled = false;
  #receiving: string | undefined;

  /** @internal */
  constructor(
    session: ConsumerSession,
    queue: string,
    place: ConsumerPlace,
    reader: RecordReader,
    options: ConsumeOptions<T>,
  ) {
    this.#session = session;
    this.#arena = session.arena;
    this.queue = queue;
    this.id = place.consumer;
    this.#reader = reader;
    this.#inPlace = options.inPlace === true;
    const { codec } = options;
    const shared = place.dispatch !== 'queue-per-consumer';
    this.#source = new DeliverySource(session.arena, reader, { codec, inPlace: this.#inPlace, shared });
  }

  /** True once no message will come any more: it was cancelled, its queue deleted, or the broker closed. */
  get ended(): boolean {
    return this.#cancelled || this.#source.ended;
  }

  /**
   * The next message if one is there.
   *
   * @throws BrokerClosedError if the router died
   */
  tryReceive(): Message<T> | undefined {
    return this.#cancelled ? undefined : this.#source.next();
  }

  /**
   * The next message; blocks this thread until one comes. For threads of their own: an event loop stands still
   * meanwhile. What the session published is sent before it sleeps.
   *
   * @param milliseconds how long to wait at most (default: without end)
   * @returns undefined if none came in time, or the consumer was cancelled, or its queue deleted
   * @throws BrokerClosedError if the broker was closed or its router died
   */
  receive(milliseconds?: number): Message<T> | undefined {
    checkTimeout('The time to wait', milliseconds);
    const message = this.tryReceive();
    if (message !== undefined) return message;
    // Without a clock where there is no limit: its readings would be what a message allocates.
    if (milliseconds === undefined) {
      for (;;) {
        if (!this.#beforeSleep()) return undefined;
        this.#reader.await();
        const message = this.tryReceive();
        if (message !== undefined) return message;
      }
    }
    const deadline = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0; left = deadline - performance.now()) {
      if (!this.#beforeSleep()) return undefined;
      this.#reader.await(left);
      const message = this.tryReceive();
      if (message !== undefined) return message;
    }
    return undefined;
  }

  /** Sends what the session published; false if the consumer ended. @throws BrokerClosedError */
  #beforeSleep(): boolean {
    if (this.ended) {
      if (this.#arena.inbox.closed) throw brokerClosed(this.#arena);
      return false;
    }
    this.#session.outgoing.flushBlocking();
    return true;
  }

  /** Every message, blocking this thread in between; ends with the consumer. See receive(). */
  *[Symbol.iterator](): Generator<Message<T>, void, undefined> {
    this.#receiveBy('for');
    try {
      for (;;) {
        const message = this.tryReceive();
        if (message !== undefined) {
          yield message;
        } else {
          if (this.#over()) return;
          this.#session.outgoing.flushBlocking();
          this.#reader.await();
        }
      }
    } finally {
      this.#receiving = undefined;
    }
  }

  /** Every message, on the event loop; ends with the consumer. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Message<T>, void, undefined> {
    this.#receiveBy('for await');
    this.#keepAlive.hold();
    try {
      for (let handled = 0; ; ) {
        const message = this.tryReceive();
        if (message !== undefined) {
          yield message;
          if (++handled % TURN_MESSAGES === 0) await nextTurn();
        } else {
          if (this.#over()) return;
          await this.#reader.awaitAsync();
        }
      }
    } finally {
      this.#keepAlive.release();
      this.#receiving = undefined;
    }
  }

  /**
   * Calls `handler` for every message, on the event loop, until the consumer ends. The handler may be asynchronous:
   * at most `concurrency` of them run at a time, and further messages wait.
   *
   * @returns resolves when the consumer ended; rejects with what the handler threw, and nothing is handled after
   * that, or with BrokerClosedError if the router died
   */
  async listen(handler: (message: Message<T>) => unknown, options: ListenOptions = {}): Promise<void> {
    checkOptions('listen', options, ['concurrency']);
    await this.#run(handler, options.concurrency ?? 1, () => this.#reader.awaitAsync());
  }

  /** The same, but looks for messages at an interval instead of being woken: no wake-ups, later deliveries. */
  async poll(handler: (message: Message<T>) => unknown, options: PollOptions = {}): Promise<void> {
    checkOptions('poll', options, ['concurrency', 'interval']);
    const interval = options.interval ?? 1;
    checkInteger('interval', interval, 1, 0x7fffffff);
    await this.#run(handler, options.concurrency ?? 1, () => delay(interval));
  }

  /**
   * Hands the messages over in arrays of at most `size`, in order; at most `concurrency` of them are being worked on
   * at a time. Resolves when the consumer ended, rejects as soon as `take` does. @internal
   */
  async batches(
    size: number,
    concurrency: number,
    take: (messages: Message<T>[]) => Promise<unknown>,
  ): Promise<void> {
    if (this.#inPlace)
      throw new InvalidArgumentError('Messages received in place cannot be gathered in batches.');
    let batch: Message<T>[] = [];
    const hand = (): Promise<unknown> | undefined => {
      if (batch.length === 0) return undefined;
      const gathered = batch;
      batch = [];
      return take(gathered);
    };
    const gather = (message: Message<T>): Promise<unknown> | undefined =>
      batch.push(message) >= size ? hand() : undefined;
    await this.#run(gather, concurrency, () => this.#reader.awaitAsync(), hand);
  }

  /**
   * @param idle waits for messages
   * @param rest takes on what was gathered and not handled, before the consumer waits or ends
   */
  async #run(
    handler: (message: Message<T>) => unknown,
    concurrency: number,
    idle: () => Promise<unknown> | undefined,
    rest?: () => Promise<unknown> | undefined,
  ): Promise<void> {
    checkFunction('The handler', handler);
    checkInteger('concurrency', concurrency, 1, 1_000_000);
    if (this.#inPlace && concurrency > 1) {
      throw new InvalidArgumentError(
        'A message received in place cannot wait for others: concurrency must be 1.',
      );
    }
    this.#receiveBy('listen');
    this.#keepAlive.hold();
    const running = new RunningHandlers(concurrency);
    try {
      while (!this.#over()) {
        running.check();
        let left = TURN_MESSAGES;
        for (; left > 0; left--) {
          const message = this.tryReceive();
          if (message === undefined) break;
          const outcome = handler(message);
          if (!isPromise(outcome)) continue;
          running.add(outcome);
          if (running.full) await running.room();
        }
        if (left === 0) {
          await nextTurn();
          continue;
        }
        const gathered = rest?.();
        if (gathered !== undefined) {
          running.add(gathered);
          await running.room();
        }
        if (!this.ended) await running.during(idle());
      }
      const gathered = rest?.();
      if (gathered !== undefined) running.add(gathered);
      await running.done();
    } finally {
      this.#keepAlive.release();
      this.#receiving = undefined;
    }
  }

  /**
   * Hands the messages, in batches, to a pool of threads (piscina) that runs `file`: for handlers that need much CPU.
   * A task costs 50 to 70 microseconds, so it gets a batch, not a message.
   *
   * @param file module whose default export is `(messages: PooledMessage[]) => unknown`
   */
  async pool(file: string | URL, options: HandlerPoolOptions = {}): Promise<void> {
    const { runHandlerPool } = await import('./handler-pool.js');
    await runHandlerPool(this, file, options);
  }

  /** True if no message will come any more. @throws BrokerClosedError if that is because the router died */
  #over(): boolean {
    if (!this.ended) return false;
    if (!this.#cancelled && this.#arena.died) throw brokerClosed(this.#arena);
    return true;
  }

  #receiveBy(way: string): void {
    if (this.#cancelled) throw new ClosedError('consumer');
    if (this.#receiving !== undefined) {
      throw new InvalidArgumentError(
        `The consumer of '${this.queue}' is received from by '${this.#receiving}' already. Start another consumer.`,
      );
    }
    this.#receiving = way;
  }

  /**
   * Ends the consumer. Messages that were sent to it but not received go back to the queue, at their place, marked
   * `redelivered`; with a shared dispatch they stay for the other consumers.
   */
  async cancel(): Promise<void> {
    await this.#session.cancelConsumer(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }

  /** @internal */
  abandon(): Abandoned {
    this.#cancelled = true;
    return { consumer: this.id, ...this.#source.abandon() };
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
  );
}
