import { isDeepStrictEqual } from 'node:util';
import type { QueueOptions } from '#src/index.js';
import { topicMatches, words } from '../routing/naive-topology.js';
import { ModelConsumer } from './model-consumer.js';
import { type Death, type DeathReason, type Entry, type Letter, ModelQueue } from './model-queue.js';
import type { Consuming, SessionName, Settling } from './operations.js';

/** The broker refuses what a session asks for, with the error of this name. */
export class Refusal extends Error {}

interface ModelBinding {
  readonly queue: string;
  readonly exchange: string;
  readonly key: string;
}

/** How a session gets messages that it asks for one by one. */
const PULLING: Consuming = { noAck: false, prefetch: 0, priority: 0, exclusive: false };

/** The broker: slow, sequential, and simple enough to be believed. What it refuses has changed nothing. */
export class ModelBroker {
  readonly queues = new Map<string, ModelQueue>();
  /** Everybody who has messages or may get some, in the order in which they came. */
  consumers: ModelConsumer[] = [];
  /** Messages that no queue took. */
  unroutable = 0;
  /** Names of the consumers that ended because their queue went. */
  readonly ended: string[] = [];
  #bindings: ModelBinding[] = [];
  #dead: { letter: Letter; queue: ModelQueue; reason: DeathReason }[] = [];

  declare(session: SessionName, name: string, settings: QueueOptions): void {
    const existing = this.queues.get(name);
    if (existing === undefined) {
      const bury = (letter: Letter, queue: ModelQueue, reason: DeathReason) =>
        this.#dead.push({ letter, queue, reason });
      this.queues.set(name, new ModelQueue(name, settings, session, bury));
      return;
    }
    this.#checkOwner(session, existing);
    if (!isDeepStrictEqual(existing.settings, settings)) throw new Refusal('PreconditionFailedError');
  }

  #checkOwner(session: SessionName, { owner }: ModelQueue): void {
    if (owner !== undefined && owner !== session) throw new Refusal('ResourceLockedError');
  }

  #find(session: SessionName, name: string): ModelQueue {
    const queue = this.queues.get(name);
    if (queue === undefined) throw new Refusal('NotFoundError');
    this.#checkOwner(session, queue);
    return queue;
  }

  /** Returns how many messages waited; none if there is no such queue. */
  delete(session: SessionName, name: string, ifUnused: boolean, ifEmpty: boolean): number {
    if (!this.queues.has(name)) return 0;
    const queue = this.#find(session, name);
    if (ifUnused && queue.consumers.length > 0) throw new Refusal('PreconditionFailedError');
    if (ifEmpty && queue.ready.length > 0) throw new Refusal('PreconditionFailedError');
    return this.#delete(queue);
  }

  /** The messages are gone, and not dead-lettered. Consumers may read what was sent to them. */
  #delete(queue: ModelQueue): number {
    queue.deleted = true;
    this.queues.delete(queue.name);
    this.#bindings = this.#bindings.filter(binding => binding.queue !== queue.name);
    for (const { name } of queue.consumers) this.ended.push(name);
    return queue.purge();
  }

  purge(session: SessionName, name: string): number {
    return this.#find(session, name).purge();
  }

  bind(session: SessionName, name: string, exchange: string, key: string): void {
    this.#find(session, name);
    const binding = { queue: name, exchange, key };
    if (!this.#bindings.some(other => isDeepStrictEqual(other, binding))) this.#bindings.push(binding);
  }

  unbind(session: SessionName, name: string, exchange: string, key: string): void {
    if (this.queues.has(name)) this.#find(session, name);
    const binding = { queue: name, exchange, key };
    this.#bindings = this.#bindings.filter(other => !isDeepStrictEqual(other, binding));
  }

  /** Queues that are bound to an exchange. */
  boundTo(exchange: string): ModelQueue[] {
    const names = this.#bindings.filter(binding => binding.exchange === exchange).map(({ queue }) => queue);
    return [...new Set(names)].map(name => this.queues.get(name)!);
  }

  #route(exchange: string, key: string): ModelQueue[] {
    if (exchange === '') return [...this.queues.values()].filter(({ name }) => name === key);
    const found = this.#bindings.filter(
      binding => binding.exchange === exchange && matches(exchange, binding.key, key),
    );
    return [...new Set(found.map(({ queue }) => this.queues.get(queue)!))];
  }

  /** Says whether every queue accepted the letter, and whether there was any. */
  publish(letter: Letter): { accepted: boolean; routed: boolean } {
    const queues = this.#route(letter.exchange, letter.key);
    if (queues.length === 0) this.unroutable++;
    const answers = queues.map(queue => queue.accept(letter));
    return { accepted: answers.every(Boolean), routed: queues.length > 0 };
  }

  /**
   * Publishes the dead letters, and those that die by that. Returns how often that went on: the router publishes what
   * has died since it did so last, pass by pass.
   */
  publishDeadLetters(): number {
    let passes = 0;
    for (; this.#dead.length > 0; passes++) {
      const dead = this.#dead;
      this.#dead = [];
      for (const { letter, queue, reason } of dead) this.#publishDead(letter, queue, reason);
    }
    return passes;
  }

  /** "Dead Letter Exchanges"; nobody hears of a dead letter that goes nowhere or is refused. */
  #publishDead(letter: Letter, { name, settings }: ModelQueue, reason: DeathReason): void {
    const { deadLetterExchange = '', deadLetterRoutingKey = letter.key } = settings;
    const deaths = afterDeath(letter.deaths, name, reason);
    const again: Letter = {
      ...letter,
      exchange: deadLetterExchange,
      key: deadLetterRoutingKey,
      expiration: undefined,
      deaths,
    };
    for (const queue of this.#route(again.exchange, again.key)) {
      if (!isCycle(deaths, queue.name)) queue.accept(again);
    }
  }

  /** An exclusive consumer is alone, and not possible where the queue chooses one ("Consumers"; `basic_consume`). */
  consume(name: string, session: SessionName, queueName: string, options: Consuming): ModelConsumer {
    const queue = this.#find(session, queueName);
    const others = queue.consumers;
    const alone = options.exclusive && (others.length > 0 || queue.settings.singleActiveConsumer === true);
    if (alone || others.some(({ exclusive }) => exclusive)) throw new Refusal('AccessRefusedError');
    const consumer = new ModelConsumer(name, session, queue, options);
    this.consumers.push(consumer);
    queue.subscribe(consumer);
    queue.deliver();
    return consumer;
  }

  /** What it did not receive goes back; what it did, it may still settle. */
  cancel(consumer: ModelConsumer): void {
    const { queue, sent } = consumer;
    consumer.cancelled = true;
    consumer.sent = [];
    if (queue.deleted) return;
    queue.unsubscribe(consumer);
    if (consumer.noAck) queue.takeBack(sent);
    else queue.requeue(sent, false);
    queue.deliver();
    if (queue.settings.autoDelete === true && queue.consumers.length === 0) this.#delete(queue);
  }

  /** Without `noAck`, the session has the message until it settles it. */
  get(session: SessionName, name: string, noAck: boolean): Entry | undefined {
    const queue = this.#find(session, name);
    const entry = queue.take(noAck);
    if (entry !== undefined && !noAck) this.#puller(session, queue).unsettled.push(entry);
    return entry;
  }

  #puller(session: SessionName, queue: ModelQueue): ModelConsumer {
    const name = `${session}'s get from ${queue.name}`;
    let puller = this.consumers.find(other => other.queue === queue && other.name === name);
    if (puller === undefined) {
      puller = new ModelConsumer(name, session, queue, PULLING);
      this.consumers.push(puller);
    }
    return puller;
  }

  /** @param multiple all that it received before is settled as well */
  settle(consumer: ModelConsumer, entry: Entry, how: Settling, multiple: boolean): void {
    const place = consumer.unsettled.indexOf(entry);
    const settled = multiple ? consumer.unsettled.splice(0, place + 1) : consumer.unsettled.splice(place, 1);
    const { queue } = consumer;
    if (queue.deleted) return;
    if (how === 'ack') queue.ack(settled);
    else if (how === 'requeue') queue.requeue(settled, true);
    else queue.reject(settled);
    queue.mayReceive(consumer);
    queue.deliver();
  }

  /** The session leaves; its consumers were cancelled before. What it did not settle goes back as a failure. */
  close(session: SessionName): void {
    for (const { queue, unsettled } of this.consumers.filter(consumer => consumer.session === session)) {
      if (queue.deleted) continue;
      queue.requeue(unsettled, true);
      queue.deliver();
    }
    this.consumers = this.consumers.filter(consumer => consumer.session !== session);
    for (const queue of this.queues.values()) if (queue.owner === session) this.#delete(queue);
  }
}

/** Exchanges are named after their types. */
function matches(type: string, pattern: string, key: string): boolean {
  if (type === 'direct') return pattern === key;
  return type === 'fanout' || topicMatches(words(pattern), words(key));
}

/** The newest death first; one that happened before counts once more. */
function afterDeath(deaths: readonly Death[], queue: string, reason: DeathReason): Death[] {
  const same = (death: Death) => death.queue === queue && death.reason === reason;
  const count = 1 + (deaths.find(same)?.count ?? 0);
  return [{ queue, reason, count }, ...deaths.filter(death => !same(death))];
}

/** It died in the queue before, and nobody rejected it since ("Dead Letter Exchanges", "Dead-letter cycle"). */
function isCycle(deaths: readonly Death[], queue: string): boolean {
  const since = deaths.slice(0, deaths.findIndex(death => death.queue === queue) + 1);
  return since.length > 0 && since.every(({ reason }) => reason !== 'rejected');
}
