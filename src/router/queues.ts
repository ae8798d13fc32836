import { randomBytes } from 'node:crypto';
import {
  AccessRefusedError,
  NotFoundError,
  PreconditionFailedError,
  ResourceLockedError,
} from '../errors.js';
import { type QueueInfo, type QueueOptions, REPLY_TO } from '../records/request.js';
import type { Topology } from '../routing/topology.js';
import type { ConsumerParts } from './consumers.js';
import { MessageQueue } from './message-queue.js';
import { checkSameSettings, type QueueSettings, queueSettings } from './queue-settings.js';
import { SharedRing } from './shared-ring.js';
import type { Timer } from './timers.js';

/** Begins the names that the broker makes (AMQP 0-9-1: names reserved for predeclared and standardised queues). */
const RESERVED = 'amq.';

/** A queue, and what belongs to it beside its messages. */
export interface DeclaredQueue {
  readonly queue: MessageQueue;
  /** Slot of the session that alone may use it; undefined: any may. */
  readonly owner: number | undefined;
  /** What its consumers share, if the dispatch is a shared one and there was a consumer. */
  ring: SharedRing | undefined;
  /** Deletes it when it was not used for long enough. */
  idle: Timer | undefined;
}

/** Told when a queue goes: its consumers end. */
export type QueueDeleted = (queue: MessageQueue) => void;

/** The broker's queues by name: how they come, whom they belong to, and how they go. */
export class Queues {
  readonly #byName = new Map<string, DeclaredQueue>();
  readonly #topology: Topology<MessageQueue>;
  readonly #parts: ConsumerParts;
  readonly #deleted: QueueDeleted;

  constructor(topology: Topology<MessageQueue>, parts: ConsumerParts, deleted: QueueDeleted) {
    this.#topology = topology;
    this.#parts = parts;
    this.#deleted = deleted;
  }

  *all(): Generator<MessageQueue> {
    for (const { queue } of this.#byName.values()) yield queue;
  }

  /**
   * Declares a queue; without a name it gets one.
   *
   * @throws PreconditionFailedError if one exists that differs, AccessRefusedError for a name that begins with `amq.`,
   * ResourceLockedError, InvalidArgumentError
   */
  declare(session: number, name: string, options: QueueOptions): QueueInfo {
    const settings = queueSettings(name, options);
    // An exclusive one goes with its session, and durable says nothing (RabbitMQ, "Broker Semantics").
    if (settings.durable && !settings.exclusive) {
      throw new PreconditionFailedError(
        `Queue '${name}' was declared durable, and this broker has no store to keep it in. Leave durable out.`,
      );
    }
    const existing = this.#byName.get(name);
    if (existing !== undefined) {
      this.#checkOwner(session, existing);
      checkSameSettings(name, existing.queue.settings, settings);
      this.touch(existing);
      return info(existing.queue);
    }
    // After the look-up, as for exchanges: a session may declare its server-named queue again.
    if (name.startsWith(RESERVED)) {
      throw new AccessRefusedError(
        `'${name}' begins with '${RESERVED}', which is kept for names that the broker makes. Choose another name.`,
      );
    }
    return info(this.create(session, name === '' ? `amq.gen-${randomName()}` : name, settings));
  }

  create(session: number, name: string, settings: QueueSettings): MessageQueue {
    const queue = new MessageQueue(name, settings, this.#parts);
    this.#topology.addQueue(queue);
    const owner = settings.exclusive ? session : undefined;
    const declared: DeclaredQueue = { queue, owner, ring: undefined, idle: undefined };
    this.#byName.set(name, declared);
    this.touch(declared);
    return queue;
  }

  /** The queue, for `session` to use. @throws NotFoundError, ResourceLockedError */
  find(session: number, name: string): DeclaredQueue {
    const declared = this.#existing(name);
    this.#checkOwner(session, declared);
    return declared;
  }

  #existing(name: string): DeclaredQueue {
    const declared = this.#byName.get(name);
    if (declared === undefined) throw new NotFoundError(`There is no queue '${name}'. Declare it first.`);
    return declared;
  }

  /**
   * What a queue holds now. Whoever replies may ask so whether the one who asked is still there (RabbitMQ, "Direct
   * Reply-to", "Usage in AMQP 0.9.1").
   *
   * @throws NotFoundError, ResourceLockedError
   */
  check(session: number, name: string): QueueInfo {
    const declared = this.#existing(name);
    if (!name.startsWith(`${REPLY_TO}.`)) this.#checkOwner(session, declared);
    this.touch(declared);
    return info(declared.queue);
  }

  /** The same, if `name` is a queue at all: a binding may name one that is not there. */
  checkAccess(session: number, name: string): void {
    const declared = this.#byName.get(name);
    if (declared !== undefined) this.#checkOwner(session, declared);
  }

  #checkOwner(session: number, { queue, owner }: DeclaredQueue): void {
    if (owner === undefined || owner === session) return;
    throw new ResourceLockedError(
      `Queue '${queue.name}' is exclusive: only the session that declared it may use it, and it goes with that session.`,
    );
  }

  /** Deletes a queue and returns how many messages waited in it; 0 if there is none, as RabbitMQ does since 3.2. */
  delete(session: number, name: string, ifUnused: boolean, ifEmpty: boolean): number {
    if (!this.#byName.has(name)) return 0;
    const declared = this.find(session, name);
    const { queue } = declared;
    if (ifUnused && queue.consumers > 0) {
      throw new PreconditionFailedError(
        `Queue '${name}' has ${queue.consumers} consumers. Cancel them first, or delete it without ifUnused.`,
      );
    }
    if (ifEmpty && queue.ready.length > 0) {
      throw new PreconditionFailedError(
        `Queue '${name}' holds ${queue.ready.length} messages. Purge it first, or delete it without ifEmpty.`,
      );
    }
    return this.#delete(declared);
  }

  #delete(declared: DeclaredQueue): number {
    const { queue } = declared;
    this.#stopIdling(declared);
    this.#byName.delete(queue.name);
    this.#topology.removeQueue(queue.name);
    const messages = queue.delete();
    this.#deleted(queue);
    declared.ring?.retire();
    return messages;
  }

  /** A consumer left: an autoDelete queue goes with its last one, any other may begin to idle. */
  consumerLeft(queue: MessageQueue): void {
    const declared = this.#byName.get(queue.name);
    if (declared?.queue !== queue || queue.consumers > 0) return;
    if (queue.settings.autoDelete) this.#delete(declared);
    else this.touch(declared);
  }

  /** The queue is used now (RabbitMQ, "Queue TTL": consumers, redeclarations and `get` count as use). */
  touch(declared: DeclaredQueue): void {
    const { expires } = declared.queue.settings;
    if (expires === undefined) return;
    this.#stopIdling(declared);
    declared.idle = this.#parts.timers.schedule(this.#parts.clock.now + expires, () => {
      declared.idle = undefined;
      if (declared.queue.consumers === 0) this.#delete(declared);
    });
  }

  #stopIdling(declared: DeclaredQueue): void {
    if (declared.idle !== undefined) this.#parts.timers.cancel(declared.idle);
    declared.idle = undefined;
  }

  /** The session is gone, and its exclusive queues with it. */
  releaseOwner(session: number): void {
    for (const declared of this.#byName.values()) if (declared.owner === session) this.#delete(declared);
  }

  /** The ring that the consumers of a queue share. @throws OutOfMemoryError */
  ringOf(declared: DeclaredQueue): SharedRing {
    declared.ring ??= new SharedRing(declared.queue, this.#parts);
    return declared.ring;
  }

  /** Ends every shared ring, so that whoever sleeps on one wakes up. */
  closeRings(): void {
    for (const { ring } of this.#byName.values()) ring?.close();
  }
}

/** A name that nobody can guess. */
export function randomName(): string {
  return randomBytes(16).toString('base64url');
}

function info(queue: MessageQueue): QueueInfo {
  return { queue: queue.name, messages: queue.ready.length, consumers: queue.consumers };
}
