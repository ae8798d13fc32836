import { getHeapStatistics } from 'node:v8';
import { AccessRefusedError, InvalidArgumentError, PreconditionFailedError } from '../errors.js';
import { encodeError } from '../records/error-record.js';
import type { Outcome } from '../records/record.js';
import {
  type Abandoned,
  type BrokerStats,
  type ConsumeRequest,
  type ConsumerPlace,
  type GetOutcome,
  type Operation,
  REPLY_TO,
} from '../records/request.js';
import type { ExchangeOptions } from '../routing/declaration.js';
import type { Topology } from '../routing/topology.js';
import {
  type ConsumerParts,
  MailboxConsumer,
  PullConsumer,
  RingConsumer,
  type RouterConsumer,
} from './consumers.js';
import type { Distribution } from './distribution.js';
import type { LoopTimer } from './loop-timer.js';
import type { MemoryAlarm } from './memory-alarm.js';
import type { MessageQueue } from './message-queue.js';
import { queueSettings } from './queue-settings.js';
import { Queues, randomName } from './queues.js';
import type { RouterSession } from './router-session.js';

/** What the requests work on. */
export interface RouterParts extends ConsumerParts {
  readonly topology: Topology<MessageQueue>;
  readonly distribution: Distribution;
  readonly alarm: MemoryAlarm;
  readonly loopTimer: LoopTimer;
  readonly sessions: ReadonlyMap<number, RouterSession>;
  messageBytes(): number;
}

/** Carries out what sessions ask for. Whatever throws has changed nothing. */
export class Requests {
  readonly #router: RouterParts;
  readonly #queues: Queues;
  #nextConsumer = 1;

  constructor(router: RouterParts) {
    this.#router = router;
    this.#queues = new Queues(router.topology, router, queue => this.#endConsumers(queue));
  }

  /** Carries out `request` for `session`, and returns what to answer. */
  perform(session: RouterSession, request: Operation): unknown {
    const { topology } = this.#router;
    const queues = this.#queues;
    switch (request.op) {
      case 'declareExchange':
        return this.#declareExchange(request.name, request.type, request.options);
      case 'checkExchange':
        return request.name === '' ? undefined : topology.checkExchange(request.name);
      case 'deleteExchange':
        return topology.deleteExchange(request.name, { ifUnused: request.ifUnused });
      case 'declareQueue':
        return queues.declare(session.slot, request.name, request.options);
      case 'checkQueue':
        return queues.check(session.slot, request.name);
      case 'deleteQueue':
        return queues.delete(session.slot, request.name, request.ifUnused, request.ifEmpty);
      case 'purgeQueue':
        return queues.find(session.slot, request.name).queue.purge();
      case 'bindQueue':
        queues.checkAccess(session.slot, request.name);
        return topology.bindQueue(request.name, request.source, request.key, request.arguments);
      case 'unbindQueue':
        queues.checkAccess(session.slot, request.name);
        return topology.unbindQueue(request.name, request.source, request.key, request.arguments);
      case 'bindExchange':
        return topology.bindExchange(request.name, request.source, request.key, request.arguments);
      case 'unbindExchange':
        return topology.unbindExchange(request.name, request.source, request.key, request.arguments);
      case 'consume':
        return this.#consume(session, request.queue, request.options);
      case 'cancel':
        return this.#cancel(session, request.consumer, request);
      case 'checkPublish':
        topology.route(request.name, '', () => undefined);
        return undefined;
      case 'get':
        return this.#get(session, request.queue, request.noAck);
      case 'stats':
        if (request.collectGarbage) globalThis.gc?.();
        return this.#stats();
      default:
        return undefined; // 'sync' and 'detach' are answered, and that is all
    }
  }

  /** A consumer of the session settled messages. */
  settle(
    session: RouterSession,
    id: number,
    outcome: Outcome,
    first: number,
    last: number,
    ms: number,
  ): void {
    const consumer = session.consumers.get(id);
    if (consumer === undefined) return; // its queue is gone, or it was closed and has nothing any more
    consumer.settle(outcome, first, last, ms);
    if (consumer.gone && consumer.settled) session.consumers.delete(id);
  }

  /** Ends everything that belongs to a session that left or died: what it did not settle goes back. */
  release(session: RouterSession): void {
    for (const consumer of session.consumers.values()) {
      if (!consumer.gone) {
        consumer.die();
        // Who only used `get` was no consumer: an autoDelete queue does not go with it.
        if (!(consumer instanceof PullConsumer)) this.#queues.consumerLeft(consumer.queue);
      } else {
        consumer.release();
      }
    }
    session.consumers.clear();
    this.#queues.releaseOwner(session.slot);
  }

  /** Ends every ring, so that whoever sleeps on one wakes up. */
  close(): void {
    for (const session of this.#router.sessions.values()) {
      for (const consumer of session.consumers.values()) consumer.close();
    }
    this.#queues.closeRings();
  }

  #declareExchange(name: string, type: string, options: ExchangeOptions): void {
    if (options.durable === true && !this.#router.topology.isPredeclared(name)) {
      throw new PreconditionFailedError(
        `Exchange '${name}' was declared durable, and this broker has no store to keep it in. Leave durable out.`,
      );
    }
    this.#router.topology.declareExchange(name, type, options);
  }

  /** The queue is gone: so are its consumers, and they are told. */
  #endConsumers(queue: MessageQueue): void {
    for (const session of this.#router.sessions.values()) {
      for (const [id, consumer] of session.consumers) {
        if (consumer.queue !== queue) continue;
        consumer.deliveries?.drop();
        if (consumer.gone || consumer instanceof PullConsumer) {
          session.consumers.delete(id);
        } else if (!consumer.ended) {
          this.#close(session, consumer, undefined);
        }
      }
    }
  }

  /** Says that a consumer gets nothing any more, and why, before it finds that out itself. */
  #close(session: RouterSession, consumer: RouterConsumer, error: Error | undefined): void {
    session.send({
      id: 0,
      notice: 'consumerClosed',
      consumer: consumer.id,
      error: error === undefined ? undefined : encodeError(error),
    });
    session.replies.flush();
    consumer.close();
  }

  #consume(session: RouterSession, name: string, request: ConsumeRequest): ConsumerPlace {
    if (name === REPLY_TO) return this.#consumeReplies(session, request);
    const declared = this.#queues.find(session.slot, name);
    const { queue } = declared;
    this.#checkExclusive(queue, request);
    const id = this.#nextConsumer;
    const consumer =
      queue.settings.dispatch === 'queue-per-consumer'
        ? new MailboxConsumer(id, queue, request, this.#router)
        : new RingConsumer(id, session.slot, queue, this.#queues.ringOf(declared), request, this.#router);
    this.#nextConsumer++;
    consumer.onOverdue = () => this.#overdue(session, consumer);
    session.consumers.set(id, consumer);
    this.#queues.touch(declared);
    return consumer.place;
  }

  /** The pseudo-queue for replies: a hidden queue of the session, which goes with its consumer. */
  #consumeReplies(session: RouterSession, request: ConsumeRequest): ConsumerPlace {
    if (!request.noAck) {
      throw new PreconditionFailedError(
        `Replies from '${REPLY_TO}' cannot be acknowledged. Consume with noAck: true.`,
      );
    }
    for (const { queue, gone } of session.consumers.values()) {
      if (!gone && queue.name.startsWith(`${REPLY_TO}.`)) {
        throw new PreconditionFailedError(
          'This session has a consumer for replies already. Cancel it first.',
        );
      }
    }
    const name = `${REPLY_TO}.${randomName()}`;
    const settings = queueSettings(name, { exclusive: true, autoDelete: true });
    this.#queues.create(session.slot, name, settings);
    try {
      return this.#consume(session, name, request);
    } catch (error) {
      this.#queues.delete(session.slot, name, false, false);
      throw error;
    }
  }

  /**
   * @throws AccessRefusedError if the queue has consumers and one of them is, or is to be, the only one; or has a single
   * active consumer (RabbitMQ, "Consumers", "SAC and Exclusive Consumers are Mutually Exclusive")
   */
  #checkExclusive(queue: MessageQueue, request: ConsumeRequest): void {
    if (request.exclusive && queue.settings.singleActiveConsumer === true) {
      throw new AccessRefusedError(
        `Queue '${queue.name}' has a single active consumer, so an exclusive one is not possible. Leave exclusive out.`,
      );
    }
    if (queue.consumers === 0) return;
    if (request.exclusive) {
      throw new AccessRefusedError(
        `Queue '${queue.name}' has ${queue.consumers} consumers, so an exclusive one is not possible. Cancel them first.`,
      );
    }
    for (const session of this.#router.sessions.values()) {
      for (const consumer of session.consumers.values()) {
        if (consumer.queue === queue && consumer.exclusive && !consumer.ended) {
          throw new AccessRefusedError(
            `Queue '${queue.name}' has an exclusive consumer. Wait for it to end, or use another queue.`,
          );
        }
      }
    }
  }

  #overdue(session: RouterSession, consumer: RouterConsumer): void {
    this.#close(session, consumer, consumer.timeoutError());
    consumer.release();
    if (consumer.gone || consumer instanceof PullConsumer) session.consumers.delete(consumer.id);
    else this.#queues.consumerLeft(consumer.queue);
  }

  #get(session: RouterSession, name: string, noAck: boolean): GetOutcome {
    const declared = this.#queues.find(session.slot, name);
    const { queue } = declared;
    this.#queues.touch(declared);
    if (!queue.expire()) return { outcome: 'busy' };
    if (queue.ready.length === 0) return { outcome: 'empty' };
    const puller = noAck ? undefined : this.#puller(session, queue);
    const send = (words: Int32Array, at: number) => session.deliver(words, at, puller?.deliveries);
    if (!queue.take(send, noAck)) return { outcome: 'busy' };
    return { outcome: 'delivered', consumer: puller?.id ?? 0, messages: queue.ready.length };
  }

  #puller(session: RouterSession, queue: MessageQueue): PullConsumer {
    for (const consumer of session.consumers.values()) {
      if (consumer instanceof PullConsumer && consumer.queue === queue) return consumer;
    }
    const consumer = new PullConsumer(this.#nextConsumer++, queue, this.#router);
    consumer.onOverdue = () => this.#overdue(session, consumer);
    session.consumers.set(consumer.id, consumer);
    return consumer;
  }

  #cancel(session: RouterSession, id: number, abandoned: Abandoned): void {
    const consumer = session.consumers.get(id);
    if (consumer === undefined || consumer.gone) {
      throw new InvalidArgumentError(
        `This session has no consumer ${id}. It may have been cancelled before.`,
      );
    }
    consumer.cancel(abandoned);
    // What it received it may still settle (RabbitMQ, "Consumer Acknowledgements": cancelling changes nothing there).
    if (consumer.settled) session.consumers.delete(id);
    this.#queues.consumerLeft(consumer.queue);
  }

  #stats(): BrokerStats {
    const { arena, bodies, sessions, distribution, alarm, loopTimer } = this.#router;
    return {
      queues: [...this.#queues.all()].filter(isDeclared).map(queue => queue.stats()),
      sessions: sessions.size,
      unroutable: distribution.unroutable,
      messageBytes: this.#router.messageBytes(),
      memoryAlarm: alarm.on,
      pagesInUse: arena.pages.used(),
      largeBodies: bodies.size,
      routerHeapBytes: getHeapStatistics().used_heap_size,
      loop: loopTimer.listing(),
    };
  }
}

/** False for the hidden queues through which replies come. */
function isDeclared(queue: MessageQueue): boolean {
  return !queue.name.startsWith(`${REPLY_TO}.`);
}
