import { totalmem } from 'node:os';
import { threadId, Worker } from 'node:worker_threads';
import { checkInteger, checkOptions, checkPowerOfTwo } from './client/checks.js';
import { arenaOf } from './client/session.js';
import { hearOfDeaths, lineage } from './client/thread-deaths.js';
import { BrokerClosedError } from './errors.js';
import { Arena } from './memory/arena.js';
import { BrokerState, PAGE_BYTES, WORD_BYTES } from './memory/layout.js';
import { endBroker } from './queues/end-broker.js';
import type { RouterOptions } from './router/router.js';

const MIB = 1 << 20;
/** How long a broker that is closed may take to hand on what was published, in milliseconds. */
const CLOSE_TIMEOUT = 5000;

export interface BrokerOptions {
  /**
   * Bytes of the shared memory (default 4 GiB). It is a reserve: memory that nobody touches takes none. It holds
   * the rings, and the bodies above 2 KiB that wait or travel.
   */
  memory?: number;
  /** Sessions at a time (default 256). */
  maxSessions?: number;
  /** Bytes of the router's mailbox, a power of two (default 1 MiB). */
  inboxBytes?: number;
  /** Bytes of the largest body (default and most: 128 MiB). */
  maxBodyBytes?: number;
  /**
   * Bytes of messages, those in queues and those not acknowledged, above which publishers are held (default: 40 % of
   * the memory that this process may have).
   */
  memoryHighWater?: number;
  /** Bytes below which they go on (default: 80 % of memoryHighWater). */
  memoryLowWater?: number;
  /**
   * Bytes of memory for waiting messages that the broker takes at its start, and keeps (default 0: as they are needed).
   * The first touch of memory is slow, on virtual machines above all: a backlog grows twice as fast in memory that
   * was touched before.
   */
  reserveBytes?: number;
  /** Milliseconds in which a consumer must settle a delivery, where it and its queue do not say (default 30 minutes). */
  consumerTimeout?: number;
}

/** A message broker: a router thread, and the shared memory through which all threads of this process reach it. */
export class Broker {
  /** What other threads need to connect: pass it in workerData. */
  readonly handle: SharedArrayBuffer;
  /** Resolves when the router has ended: with the error if it died, with undefined if it was closed. */
  readonly ended: Promise<Error | undefined>;
  readonly #arena: Arena;
  readonly #router: Worker;

  private constructor(arena: Arena, router: Worker) {
    this.#arena = arena;
    this.#router = router;
    this.handle = arena.buffer;
    this.ended = this.#watch();
  }

  /**
   * Starts a broker. It runs until close().
   *
   * @throws InvalidArgumentError, or BrokerClosedError if the router thread did not start
   */
  static async start(options: BrokerOptions = {}): Promise<Broker> {
    checkOptions('Broker.start', options, [
      'memory',
      'maxSessions',
      'inboxBytes',
      'maxBodyBytes',
      'memoryHighWater',
      'memoryLowWater',
      'consumerTimeout',
      'reserveBytes',
    ]);
    const { memory = 4096 * MIB, maxSessions = 256, inboxBytes = MIB, maxBodyBytes = 128 * MIB } = options;
    checkInteger('memory', memory, 4 * MIB, 16_384 * MIB);
    checkInteger('maxSessions', maxSessions, 1, 4096);
    checkPowerOfTwo('inboxBytes', inboxBytes, 1 << 14, 1 << 28);
    checkInteger('maxBodyBytes', maxBodyBytes, 0, 128 * MIB);
    const { memoryHighWater = defaultHighWater(), consumerTimeout = CONSUMER_TIMEOUT } = options;
    checkInteger('memoryHighWater', memoryHighWater, MIB, Number.MAX_SAFE_INTEGER);
    const { memoryLowWater = Math.floor(memoryHighWater * 0.8) } = options;
    checkInteger('memoryLowWater', memoryLowWater, 0, memoryHighWater);
    checkInteger('consumerTimeout', consumerTimeout, 1, Number.MAX_SAFE_INTEGER);
    const { reserveBytes = 0 } = options;
    checkInteger('reserveBytes', reserveBytes, 0, memoryHighWater);
    const routerOptions: RouterOptions = {
      memoryHighWater,
      memoryLowWater,
      consumerTimeout,
      reserveBytes,
    };
    const arena = Arena.create(
      {
        bytes: memory - (memory % PAGE_BYTES),
        sessions: maxSessions,
        inboxWords: inboxBytes / WORD_BYTES,
        replyWords: REPLY_BYTES / WORD_BYTES,
        maxBody: maxBodyBytes,
      },
      ...lineage,
      threadId,
    );
    const router = new Worker(new URL('../workers/router.js', import.meta.url), {
      workerData: { handle: arena.buffer, options: routerOptions },
      name: 'ringmq router',
    });
    const broker = new Broker(arenaOf(arena.buffer), router);
    // Not events.once: that rejects with the router's own error, before `ended` can say what it means.
    const started = new Promise<true>(resolve => router.once('message', () => resolve(true)));
    const cause = await Promise.race([started, broker.ended]);
    if (cause === true) return broker;
    throw new BrokerClosedError('The router thread of the broker did not start.', { cause });
  }

  /** False once the broker was closed or its router died. */
  get running(): boolean {
    return this.#arena.state === BrokerState.RUNNING;
  }

  /**
   * Closes the broker. What was published before is routed, and what was sent to a consumer can still be received;
   * what waits in the queues is gone, as the memory is. Consumers end then, and whatever anybody calls fails with
   * BrokerClosedError.
   */
  async close(): Promise<void> {
    if (this.#arena.setState(BrokerState.CLOSED)) {
      this.#arena.inbox.close();
      const timeout = setTimeout(() => this.#router.terminate(), CLOSE_TIMEOUT);
      await this.ended;
      clearTimeout(timeout);
    } else {
      await this.ended;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #watch(): Promise<Error | undefined> {
    const stopHearing = hearOfDeaths(this.#arena);
    let error: Error | undefined;
    this.#router.on('error', cause => {
      error = cause;
    });
    await new Promise(resolve => this.#router.once('exit', resolve));
    stopHearing();
    // Also after a clean end: whoever went to sleep at the last moment wakes up.
    endBroker(this.#arena);
    return this.#arena.died ? (error ?? new Error('The router thread was terminated.')) : error;
  }
}

/** RabbitMQ's own default. */
const CONSUMER_TIMEOUT = 30 * 60_000;

function defaultHighWater(): number {
  const limit = process.constrainedMemory() ?? 0;
  const total = totalmem();
  return Math.floor(0.4 * (limit > 0 && limit < total ? limit : total));
}

/** Bytes of the ring in which a session gets its replies. */
const REPLY_BYTES = 1 << 15;
