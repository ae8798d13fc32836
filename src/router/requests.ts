import { InvalidArgumentError, NotFoundError, PreconditionFailedError } from '../errors.js';
import type { Arena } from '../memory/arena.js';
import type {
  Abandoned,
  BrokerStats,
  ConsumerPlace,
  DispatchName,
  GetOutcome,
  Operation,
  QueueInfo,
  QueueOptions,
} from '../records/request.js';
import type { Topology } from '../routing/topology.js';
import { MailboxConsumer, RingConsumer } from './consumers.js';
import type { LargeBodies } from './large-bodies.js';
import { MessageQueue } from './message-queue.js';
import type { OutletWork } from './outlet.js';
import type { RouterSession } from './router-session.js';
import { SharedRing } from './shared-ring.js';

/** What the requests work on. */
export interface RouterParts {
  readonly arena: Arena;
  readonly topology: Topology<MessageQueue>;
  readonly work: OutletWork;
  readonly bodies: LargeBodies;
  readonly sessions: ReadonlyMap<number, RouterSession>;
  readonly unroutable: number;
}

/** Bytes of a shared ring, where the queue does not say. */
const DEFAULT_RING_BYTES = 1 << 20;

/** Carries out what sessions ask for. Whatever throws has changed nothing. */
export class Requests {
  readonly #router: RouterParts;
  readonly #queues = new Map<string, MessageQueue>();
  readonly #rings = new Map<MessageQueue, SharedRing>();
  readonly #ringBytes = new Map<MessageQueue, number>();
  #nextConsumer = 1;

  constructor(router: RouterParts) {
    this.#router = router;
  }

  /** Carries out `request` for `session`, and returns what to answer. */
  perform(session: RouterSession, request: Operation): unknown {
    const { topology } = this.#router;
    switch (request.op) {
      case 'declareExchange':
        return topology.declareExchange(request.name, request.type, request.options);
      case 'checkExchange':
        return request.name === '' ? undefined : topology.checkExchange(request.name);
      case 'deleteExchange':
        return topology.deleteExchange(request.name, { ifUnused: request.ifUnused });
      case 'declareQueue':
        return this.#declareQueue(request.name, request.options);
      case 'checkQueue':
        return this.#count(this.#queue(request.name));
      case 'deleteQueue':
        return this.#deleteQueue(request.name, request.ifUnused, request.ifEmpty);
      case 'purgeQueue':
        return this.#queue(request.name).purge();
      case 'bindQueue':
        return topology.bindQueue(request.name, request.source, request.key, request.arguments);
      case 'unbindQueue':
        return topology.unbindQueue(request.name, request.source, request.key, request.arguments);
      case 'bindExchange':
        return topology.bindExchange(request.name, request.source, request.key, request.arguments);
      case 'unbindExchange':
        return topology.unbindExchange(request.name, request.source, request.key, request.arguments);
      case 'consume':
        return this.#consume(session, request.queue, request.options.ringWords);
      case 'cancel':
        return this.#cancel(session, request.consumer, request);
      case 'checkPublish':
        topology.route(request.name, '', () => undefined);
        return undefined;
      case 'get':
        return this.#get(session, request.queue);
      case 'stats':
        return this.#stats();
      default:
        return undefined; // 'sync' and 'detach' are answered, and that is all
    }
  }

  /** Ends everything that belongs to a session that left or died. */
  release(session: RouterSession): void {
    for (const consumer of [...session.consumers.keys()]) this.#cancel(session, consumer);
  }

  /** Ends every ring, so that whoever sleeps on one wakes up. */
  close(): void {
    for (const session of this.#router.sessions.values()) {
      for (const consumer of session.consumers.values()) consumer.close();
    }
  }

  #queue(name: string): MessageQueue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw new NotFoundError(`There is no queue '${name}'. Declare it first.`);
    return queue;
  }

  #count(queue: MessageQueue): QueueInfo {
    return { queue: queue.name, messages: queue.backlog.length, consumers: queue.consumers };
  }

  #declareQueue(name: string, options: QueueOptions): QueueInfo {
    const dispatch: DispatchName = options.dispatch ?? 'queue-per-consumer';
    const ringBytes = options.ringBytes ?? DEFAULT_RING_BYTES;
    const existing = this.#queues.get(name);
    if (existing !== undefined) {
      this.#checkSame(name, 'dispatch', existing.dispatch, dispatch);
      this.#checkSame(name, 'ringBytes', this.#ringBytes.get(existing), ringBytes);
      return this.#count(existing);
    }
    const queue = new MessageQueue(name, dispatch, this.#router.bodies);
    this.#router.topology.addQueue(queue);
    this.#queues.set(name, queue);
    this.#ringBytes.set(queue, ringBytes);
    return this.#count(queue);
  }

  #checkSame(queue: string, field: string, existing: unknown, requested: unknown): void {
    if (existing === requested) return;
    throw new PreconditionFailedError(
      `Queue '${queue}' exists with ${field} '${existing}', and was declared with '${requested}'. ` +
        'Declare it with the same value, or delete it first.',
    );
  }

  #deleteQueue(name: string, ifUnused: boolean, ifEmpty: boolean): number {
    const queue = this.#queues.get(name);
    if (queue === undefined) return 0; // as RabbitMQ does since version 3.2
    if (ifUnused && queue.consumers > 0) {
      throw new PreconditionFailedError(
        `Queue '${name}' has ${queue.consumers} consumers. Cancel them first, or delete it without ifUnused.`,
      );
    }
    if (ifEmpty && queue.backlog.length > 0) {
      throw new PreconditionFailedError(
        `Queue '${name}' holds ${queue.backlog.length} messages. Purge it first, or delete it without ifEmpty.`,
      );
    }
    this.#queues.delete(name);
    this.#ringBytes.delete(queue);
    this.#router.topology.removeQueue(name);
    for (const session of this.#router.sessions.values()) {
      for (const consumer of session.consumers.values()) if (consumer.queue === queue) consumer.close();
    }
    const ring = this.#rings.get(queue);
    this.#rings.delete(queue);
    ring?.retire();
    return queue.purge();
  }

  #consume(session: RouterSession, name: string, ringWords: number): ConsumerPlace {
    const queue = this.#queue(name);
    const { arena, work, bodies } = this.#router;
    const id = this.#nextConsumer;
    const consumer =
      queue.dispatch === 'queue-per-consumer'
        ? new MailboxConsumer(id, queue, ringWords, arena, work, bodies)
        : new RingConsumer(id, session.slot, queue, this.#ringOf(queue));
    this.#nextConsumer++;
    session.consumers.set(id, consumer);
    return consumer.place;
  }

  #ringOf(queue: MessageQueue): SharedRing {
    let ring = this.#rings.get(queue);
    if (ring === undefined) {
      const { arena, work, bodies } = this.#router;
      ring = new SharedRing(queue, this.#ringBytes.get(queue)!, arena, work, bodies);
      this.#rings.set(queue, ring);
    }
    return ring;
  }

  /** The message goes before the reply that says so. */
  #get(session: RouterSession, name: string): GetOutcome {
    const queue = this.#queue(name);
    if (queue.backlog.length === 0) return 'empty';
    return queue.take(session.replies) ? 'delivered' : 'busy';
  }

  #cancel(session: RouterSession, id: number, abandoned?: Abandoned): void {
    const consumer = session.consumers.get(id);
    if (consumer === undefined) {
      throw new InvalidArgumentError(
        `This session has no consumer ${id}. It may have been cancelled before.`,
      );
    }
    session.consumers.delete(id);
    consumer.leave(abandoned);
    // Of a deleted queue nobody takes what was put back.
    if (this.#queues.get(consumer.queue.name) !== consumer.queue) consumer.queue.purge();
  }

  #stats(): BrokerStats {
    const { arena, bodies, sessions, unroutable } = this.#router;
    return {
      queues: [...this.#queues.values()].map(queue => queue.stats()),
      sessions: sessions.size,
      unroutable,
      pagesInUse: arena.pages.used(),
      largeBodies: bodies.size,
    };
  }
}
