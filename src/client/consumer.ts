import { EventEmitter } from 'node:events';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { ClosedError, InvalidArgumentError, PreconditionFailedError, type RingMQError } from '../errors.js';
import type { Arena } from '../memory/arena.js';
import type { RecordReader } from '../memory/record-queue.js';
import { Outcome } from '../records/record.js';
import type { Abandoned, ConsumeRequest, ConsumerPlace } from '../records/request.js';
import type { Arguments } from '../routing/arguments.js';
import { Acknowledgements } from './acknowledgements.js';
import { checkFunction, checkInteger, checkOptions, checkTimeout } from './checks.js';
import type { Codec } from './codec.js';
import { DeliverySource } from './delivery-source.js';
import type { HandlerPoolOptions } from './handler-pool.js';
import { KeepAlive } from './keep-alive.js';
import type { Message } from './message.js';
import { brokerClosed, type Outgoing } from './outgoing.js';
import { RunningHandlers } from './running-handlers.js';
import { checkListenOptions, isPromise, LISTEN_OPTIONS, settlingHandler } from './settling-handler.js';

/** Messages that a listener handles before it lets the event loop do other work. */
const TURN_MESSAGES = 256;

export interface ConsumeOptions<T = Uint8Array> {
  /**
   * False (default): each message is to be acknowledged, and goes back to the queue if the consumer ends without that.
   * True: a message counts as done when it is sent.
   */
  noAck?: boolean;
  /** Messages that the consumer may have unacknowledged (default 256; 0: any number). Without effect with noAck. */
  prefetch?: number;
  /** The same in bytes of their bodies (default 0: any number). One message is sent in any case. */
  prefetchBytes?: number;
  /** Consumers with a higher one are served first (default 0). Not with a shared dispatch. */
  priority?: number;
  /** True: fails if the queue has another consumer, and keeps others away. */
  exclusive?: boolean;
  /**
   * Milliseconds in which a delivery must be acknowledged or rejected; then the broker closes the consumer and puts its
   * messages back. Default: what the queue says, or else the broker.
   */
  consumerTimeout?: number;
  /** The same options by AMQP's names: `x-priority`, `x-consumer-timeout`. */
  arguments?: Arguments;
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

export interface ListenOptions<T = Uint8Array> {
  /** How many asynchronous handlers may run at a time; further messages wait (default 1). */
  concurrency?: number;
  /**
   * True: the handler acknowledges. False (default): a message is acknowledged when its handler has returned or
   * resolved, unless it did so itself. Without effect with noAck.
   */
  manualAck?: boolean;
  /** How often a message is handed over again after its handler failed (default 0). */
  retries?: number;
  /** Milliseconds until the first retry; twice as long until each further one, an hour at most (default 1000). */
  retryDelay?: number;
  /**
   * Told when a handler failed. `retried` is false if that was the last time: the message was rejected, and goes to the
   * queue's dead-letter exchange. Without it, the first failure is a process warning.
   */
  onError?: (error: unknown, message: Message<T>, retried: boolean) => void;
}

export interface PollOptions<T = Uint8Array> extends ListenOptions<T> {
  /** Milliseconds between two looks (default 1). */
  interval?: number;
}

/** A consumer as its session sees it. */
export interface OpenConsumer {
  /** Stops reading, and says what the router must know to put back what was not received. */
  abandon(): Abandoned;
  readonly id: number;
  readonly queue: string;
  /** The broker ended it; `error` says why, if that was a fault. */
  closedBy(error: RingMQError | undefined): void;
}

/** What a consumer needs of its session. */
export interface ConsumerSession {
  readonly arena: Arena;
  readonly outgoing: Outgoing;
  /** True once it is being closed: its consumers end soon. */
  readonly closed: boolean;
  cancelConsumer(consumer: OpenConsumer): Promise<void>;
  /** Reads what the router said meanwhile. */
  readNotices(): void;
}

/** Events of a consumer. */
export interface ConsumerEvents {
  /** The broker ended the consumer: its queue was deleted, or, with an error, it did not acknowledge in time. */
  cancel: [error: RingMQError | undefined];
}

/**
 * Receives the messages of one queue, in one of these ways: listening with a callback or `for await` on an event
 * loop, receive() or `for` in a thread of its own, poll() at an interval, or pool() in a pool of threads.
 */
export class Consumer<T = Uint8Array> extends EventEmitter<ConsumerEvents> implements OpenConsumer {
  readonly queue: string;
  /** Number of the consumer at the broker. */
  readonly id: number;
  readonly #session: ConsumerSession;
  readonly #arena: Arena;
  readonly #reader: RecordReader;
  readonly #source: DeliverySource<T>;
  readonly #inPlace: boolean;
  readonly #keepAlive = new KeepAlive();
  readonly #acknowledgements: Acknowledgements | undefined;
  readonly #prefetch: number;
  #cancelled = false;
  /** Why the broker ended the consumer, if that was a fault. */
  #failure: RingMQError | undefined;
  #receiving: string | undefined;
  /** True if listening does not keep the event loop alive. */
  #unheld = false;

  /** @internal */
  constructor(
    session: ConsumerSession,
    place: ConsumerPlace,
    reader: RecordReader,
    options: ConsumeOptions<T>,
    request: ConsumeRequest,
  ) {
    super();
    this.#session = session;
    this.#arena = session.arena;
    this.queue = place.queue;
    this.id = place.consumer;
    this.#reader = reader;
    this.#inPlace = options.inPlace === true;
    const { codec } = options;
    const shared = place.dispatch !== 'queue-per-consumer';
    const { noAck, prefetch } = request;
    this.#prefetch = prefetch;
    this.#acknowledgements = noAck ? undefined : new Acknowledgements(session.outgoing, this.id, prefetch);
    this.#source = new DeliverySource(session.arena, reader, {
      codec,
      inPlace: this.#inPlace,
      shared,
      acknowledgements: this.#acknowledgements,
      prefetch,
    });
  }

  /** True once no message will come any more: it was cancelled, its queue deleted, or the broker closed. */
  get ended(): boolean {
    return this.#cancelled || this.#source.ended;
  }

  /** The broker ended the consumer, and all was received: it may have the memory back. Nobody waits for that. */
  #leave(): void {
    this.cancel().catch(() => {}); // the broker was closed meanwhile: it has nothing of ours any more
  }

  /**
   * The next message if one is there.
   *
   * @throws BrokerClosedError if the router died, ConsumerTimeoutError if the consumer was closed for that
   */
  tryReceive(): Message<T> | undefined {
    if (this.#cancelled) {
      if (this.#failure !== undefined) throw this.#failure;
      return undefined;
    }
    return this.#source.next();
  }

  /** Messages that were received and neither acknowledged nor rejected; 0 with noAck. */
  get unsettled(): number {
    return this.#acknowledgements?.unsettled ?? 0;
  }

  /** Acknowledges every message received so far. Does nothing if all are settled. */
  ackAll(): void {
    const acknowledgements = this.#acknowledgements;
    if (acknowledgements === undefined || acknowledgements.unsettled === 0) return;
    acknowledgements.settle(Outcome.ACK, acknowledgements.lastUnsettled, true);
  }

  /**
   * The next message; blocks this thread until one comes. For threads of their own: an event loop stands still
   * meanwhile. What the session published is sent before it sleeps.
   *
   * @param milliseconds how long to wait at most (default: without end)
   * @returns undefined if none came in time, or the consumer was cancelled, or its queue deleted
   * @throws BrokerClosedError if the broker was closed or its router died, ConsumerTimeoutError, PreconditionFailedError
   * if this thread would wait for itself: its `prefetch` messages are all unsettled, and no time limit is given
   */
  receive(milliseconds?: number): Message<T> | undefined {
    checkTimeout('The time to wait', milliseconds);
    const message = this.tryReceive();
    if (message !== undefined) return message;
    // Without a clock where there is no limit: its readings would be what a message allocates.
    if (milliseconds === undefined) {
      for (;;) {
        if (!this.#beforeSleep()) return undefined;
        this.#checkCredit();
        this.#reader.await();
        const message = this.tryReceive();
        if (message !== undefined) return message;
      }
    }
    const deadline = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0; left = deadline - performance.now()) {
      if (!this.#beforeSleep()) return undefined;
      this.#sleep(left);
      const message = this.tryReceive();
      if (message !== undefined) return message;
    }
    return undefined;
  }

  /** True if no message comes before one is settled. */
  get #outOfCredit(): boolean {
    return this.#prefetch > 0 && this.unsettled >= this.#prefetch;
  }

  #checkCredit(): void {
    if (!this.#outOfCredit) return;
    throw new PreconditionFailedError(
      `This thread would wait for ever: all ${this.#prefetch} messages of its prefetch are unsettled, and it is the one ` +
        'to settle them. Acknowledge one before you wait for the next, raise prefetch, or give a time limit.',
    );
  }

  /** Sleeps until there may be a message. Out of credit nothing comes, whatever lies in a shared ring. */
  #sleep(milliseconds: number): void {
    if (this.#outOfCredit) Atomics.wait(NOBODY_WAKES, 0, 0, milliseconds);
    else this.#reader.await(milliseconds);
  }

  /** Sends what the session published; false if the consumer ended. @throws BrokerClosedError */
  #beforeSleep(): boolean {
    if (!this.#cancelled) this.#session.readNotices();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.ended) {
      if (this.#arena.inbox.closed) throw brokerClosed(this.#arena);
      if (!this.#cancelled) this.#leave();
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
          if (this.#session.closed) throw new ClosedError('session'); // it cannot end the consumer while we sleep
          this.#checkCredit();
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
          await this.#idle();
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
   * A message is acknowledged when its handler has returned or resolved, and is put back or rejected when it failed:
   * see ListenOptions. With noAck a handler that fails ends the listening.
   *
   * @returns resolves when the consumer ended; rejects with ConsumerTimeoutError, with BrokerClosedError if the router
   * died, and with noAck with what the handler threw
   */
  async listen(handler: (message: Message<T>) => unknown, options: ListenOptions<T> = {}): Promise<void> {
    checkOptions('listen', options, LISTEN_OPTIONS);
    await this.#run(this.#settling(handler, options), options.concurrency ?? 1, () => this.#idle());
  }

  /** The same without keeping the event loop alive. @internal */
  async listenUnheld(handler: (message: Message<T>) => unknown): Promise<void> {
    this.#unheld = true;
    await this.#run(handler, 1, () => this.#idle());
  }

  /** With acknowledgements, a handler that settles what it is given. */
  #settling(
    handler: (message: Message<T>) => unknown,
    options: ListenOptions<T>,
  ): (message: Message<T>) => unknown {
    checkFunction('The handler', handler);
    checkListenOptions(options);
    return this.#acknowledgements === undefined
      ? handler
      : settlingHandler(handler, options, this.#acknowledgements, this.queue);
  }

  /** Resolves when there may be a message. */
  #idle(): Promise<unknown> | undefined {
    if (!this.#outOfCredit) return this.#reader.awaitAsync();
    // In a shared ring there may be messages: they are for others until something is settled.
    return new Promise<void>(resolve => this.#acknowledgements!.onceSettled(resolve));
  }

  /** The same, but looks for messages at an interval instead of being woken: no wake-ups, later deliveries. */
  async poll(handler: (message: Message<T>) => unknown, options: PollOptions<T> = {}): Promise<void> {
    checkOptions('poll', options, [...LISTEN_OPTIONS, 'interval']);
    const interval = options.interval ?? 1;
    checkInteger('interval', interval, 1, 0x7fffffff);
    await this.#run(this.#settling(handler, options), options.concurrency ?? 1, () => delay(interval));
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
    await this.#run(gather, concurrency, () => this.#idle(), hand);
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
    if (!this.#unheld) this.#keepAlive.hold();
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
      if (!this.#unheld) this.#keepAlive.release();
      this.#receiving = undefined;
    }
  }

  /**
   * Hands the messages, in batches, to a pool of threads (piscina) that runs `file`: for handlers that need much CPU.
   * A task costs 50 to 70 microseconds, so it gets a batch, not a message. A batch is acknowledged when its task is done,
   * and goes back to the queue if it fails; then this rejects.
   *
   * @param file module whose default export is `(messages: PooledMessage[]) => unknown`
   */
  async pool(file: string | URL, options: HandlerPoolOptions = {}): Promise<void> {
    const { runHandlerPool } = await import('./handler-pool.js');
    await runHandlerPool(this, file, options);
  }

  /** True if no message will come any more. @throws BrokerClosedError if the router died, ConsumerTimeoutError */
  #over(): boolean {
    if (!this.#cancelled && !this.#arena.inbox.closed && !this.#session.closed) this.#session.readNotices();
    if (!this.ended) return false;
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#cancelled && this.#arena.died) throw brokerClosed(this.#arena);
    if (!this.#cancelled && !this.#arena.inbox.closed) this.#leave();
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
  closedBy(error: RingMQError | undefined): void {
    if (this.#cancelled) return;
    if (error !== undefined) {
      // What lies in the ring went back to the queue: it is not ours any more.
      this.#failure = error;
      this.#leave();
    }
    this.emit('cancel', error);
  }

  /** @internal */
  abandon(): Abandoned {
    this.#cancelled = true;
    this.#acknowledgements?.wake();
    return { consumer: this.id, ...this.#source.abandon() };
  }
}

/** A word on which a thread sleeps until its time is up. */
const NOBODY_WAKES = new Int32Array(new SharedArrayBuffer(4));
