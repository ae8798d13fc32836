import { EventEmitter } from 'node:events';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { ClosedError, InvalidArgumentError, PreconditionFailedError, type RingMQError } from '../errors.js';
import type { Arena } from '../memory/arena.js';
import type { RecordReader } from '../memory/record-queue.js';
import type { Abandoned, ConsumeRequest, ConsumerPlace } from '../records/request.js';
import { Acknowledgements } from './acknowledgements.js';
import { checkFunction, checkInteger, checkOptions, checkTimeout } from './checks.js';
import type { ConsumeOptions } from './consume-options.js';
import { DeliverySource } from './delivery-source.js';
import type { HandlerPoolOptions } from './handler-pool.js';
import { KeepAlive } from './keep-alive.js';
import {
  checkListenOptions,
  type FailureOptions,
  LISTEN_OPTIONS,
  type ListenOptions,
  type PollOptions,
} from './listen-options.js';
import type { Message } from './message.js';
import { brokerClosed, type Outgoing } from './outgoing.js';
import { RunningHandlers } from './running-handlers.js';
import { isPromise, settlingBatches, settlingHandler } from './settling-handler.js';

/** Messages that a listener handles before it lets the event loop do other work. */
const TURN_MESSAGES = 256;

/** A consumer as its session sees it. */
export interface OpenConsumer {
  /** Stops reading, and says what the router must know to put back what was not received. */
  abandon(): Abandoned;
  readonly id: number;
  readonly queue: string;
  /** The broker ended it; `error` says why, if that was a fault. */
  closedBy(error: RingMQError | undefined): void;
  /** Its session closes: nothing is received any more. */
  stop(): void;
  /** The broker is closed, or its router died: whoever waits looks. */
  wake(): void;
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
  /** Has what the router says unasked read on the event loop from now on. */
  watch(): void;
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
  readonly #shared: boolean;
  /** True once it gave up its ring. */
  #abandoned = false;
  /** True once nothing is received any more. */
  #stopped = false;
  /** Why the broker ended the consumer, if that was a fault. */
  #failure: RingMQError | undefined;
  #receiving: string | undefined;
  #running: RunningHandlers | undefined;
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
    this.#shared = place.dispatch !== 'queue-per-consumer';
    const { noAck, prefetch } = request;
    this.#prefetch = prefetch;
    this.#acknowledgements = noAck ? undefined : new Acknowledgements(session.outgoing, this.id, prefetch);
    this.#source = new DeliverySource(session.arena, reader, {
      codec,
      inPlace: this.#inPlace,
      shared: this.#shared,
      mayTake: this.#shared && !noAck ? () => this.#mayTake() : undefined,
      acknowledgements: this.#acknowledgements,
      prefetch,
    });
    // Whoever listens hears of the end also while nothing is received.
    (this as EventEmitter).on('newListener', () => session.watch());
  }

  #mayTake(): boolean {
    this.#session.readNotices();
    return !this.#stopped;
  }

  /** True once no message will come any more: it was cancelled, its queue deleted, or the broker closed. */
  get ended(): boolean {
    return this.#stopped || this.#source.ended;
  }

  /** The broker ended the consumer, and all was received: it may have the memory back. Nobody waits for that. */
  #leave(): void {
    if (this.#abandoned) return;
    this.cancel().catch(() => {}); // the broker was closed meanwhile: it has nothing of ours any more
  }

  /**
   * The next message if one is there.
   *
   * @throws BrokerClosedError if the router died, ConsumerTimeoutError if the consumer was closed for that
   */
  tryReceive(): Message<T> | undefined {
    if (this.#stopped) {
      this.#checkFailure();
      return undefined;
    }
    return this.#source.next();
  }

  /** @throws ConsumerTimeoutError */
  #checkFailure(): void {
    if (this.#failure === undefined) return;
    this.#leave(); // a message received in place is not read any more
    throw this.#failure;
  }

  /** Messages that were received and neither acknowledged nor rejected; 0 with noAck. */
  get unsettled(): number {
    return this.#acknowledgements?.unsettled ?? 0;
  }

  /** Acknowledges every message received so far. Does nothing if all are settled; throws as Message.ack(). */
  ackAll(): void {
    this.#acknowledgements?.ackAll();
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

  #checkCredit(): void {
    if (!this.#source.outOfCredit) return;
    throw new PreconditionFailedError(
      `This thread would wait for ever: all ${this.#prefetch} messages of its prefetch are unsettled, and it is the one ` +
        'to settle them. Acknowledge one before you wait for the next, raise prefetch, or give a time limit.',
    );
  }

  /** True if what lies in the ring that it shares is for others, until it settles something. */
  get #leavesRing(): boolean {
    return this.#shared && this.#source.outOfCredit;
  }

  /** Sleeps until there may be a message. */
  #sleep(milliseconds: number): void {
    if (this.#leavesRing) Atomics.wait(NOBODY_WAKES, 0, 0, milliseconds);
    else this.#reader.await(milliseconds);
  }

  /** Sends what the session published; false if the consumer ended. @throws BrokerClosedError, ConsumerTimeoutError */
  #beforeSleep(): boolean {
    if (!this.#stopped) this.#session.readNotices();
    if (this.ended) {
      this.#checkFailure();
      if (this.#arena.inbox.closed) throw brokerClosed(this.#arena);
      this.#leave();
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
    this.#watchEnd();
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

  /** Resolves when there may be a message, or the consumer ended. */
  #idle(): Promise<unknown> | undefined {
    if (!this.#leavesRing) return this.#reader.awaitAsync();
    return new Promise<void>(resolve => this.#acknowledgements!.onceSettled(resolve));
  }

  /**
   * With acknowledgements, the broker may end the consumer while it waits for something else than its ring: for a
   * handler to end, or for a message to be settled.
   */
  #watchEnd(): void {
    if (this.#acknowledgements !== undefined) this.#session.watch();
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
   * at a time. Resolves when the consumer ended. With acknowledgements, a batch is settled when `take` has ended; without,
   * this rejects as soon as `take` does. @internal
   */
  async batches(
    size: number,
    concurrency: number,
    take: (messages: Message<T>[]) => Promise<unknown>,
    options: FailureOptions<T>,
  ): Promise<void> {
    const acknowledgements = this.#acknowledgements;
    const handle =
      acknowledgements === undefined ? take : settlingBatches(take, options, acknowledgements, this.queue);
    let batch: Message<T>[] = [];
    const hand = (): Promise<unknown> | undefined => {
      if (batch.length === 0) return undefined;
      const gathered = batch;
      batch = [];
      return handle(gathered);
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
    this.#watchEnd();
    const running = new RunningHandlers(concurrency);
    this.#running = running;
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
      this.#running = undefined;
    }
  }

  /**
   * Hands the messages, in batches, to a pool of threads (piscina) that runs `file`: for handlers that need much CPU.
   * A task costs 50 to 70 microseconds, so it gets a batch, not a message: the messages of a batch are acknowledged when
   * its handler is done, and all of them put back or rejected when it failed.
   *
   * @param file module whose default export is `(messages: PooledMessage[]) => unknown`
   */
  async pool(file: string | URL, options: HandlerPoolOptions<T> = {}): Promise<void> {
    if (this.#inPlace) {
      throw new InvalidArgumentError('Messages received in place cannot be gathered in batches.');
    }
    const { runHandlerPool } = await import('./handler-pool.js');
    await runHandlerPool(this, file, options);
  }

  /** True if no message will come any more. @throws BrokerClosedError if the router died, ConsumerTimeoutError */
  #over(): boolean {
    if (!this.#stopped && !this.#arena.inbox.closed) this.#session.readNotices();
    if (!this.ended) return false;
    this.#checkFailure();
    if (!this.#stopped && this.#arena.died) throw brokerClosed(this.#arena);
    if (!this.#arena.inbox.closed) this.#leave();
    return true;
  }

  #receiveBy(way: string): void {
    if (this.#session.closed) throw new ClosedError('session');
    if (this.#abandoned && this.#failure === undefined) throw new ClosedError('consumer');
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
    if (this.#stopped) return;
    if (error !== undefined) {
      this.#failure = error;
      this.#acknowledgements?.fail(error);
      this.#running?.fail(error);
    }
    // What it was sent went back to the queue, or with it. Only what need not be acknowledged is still the consumer's.
    if (error !== undefined || (this.#shared && this.#acknowledgements !== undefined)) this.#stopped = true;
    this.wake();
    // A handler may be reading a message in place: then when the next one is asked for.
    if (error !== undefined && !this.#inPlace) this.#leave();
    this.emit('cancel', error);
  }

  /** Receives nothing any more: its session closes, and takes its leave for it. @internal */
  stop(): void {
    this.#stopped = true;
    this.wake();
  }

  /** Has whoever waits for a message to be settled look whether the consumer ended. @internal */
  wake(): void {
    this.#acknowledgements?.wake();
  }

  /** @internal */
  abandon(): Abandoned {
    this.#stopped = true;
    this.#abandoned = true;
    this.wake();
    return { consumer: this.id, ...this.#source.abandon() };
  }
}

/** A word on which a thread sleeps until its time is up. */
const NOBODY_WAKES = new Int32Array(new SharedArrayBuffer(4));
