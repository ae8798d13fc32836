import type { QueueOptions } from '#src/index.js';
import type { ModelConsumer } from './model-consumer.js';
import type { Expiration } from './operations.js';
import { Turns } from './turns.js';

export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

/** One line of a message's history: how often it died in a queue for a reason. */
export interface Death {
  readonly queue: string;
  readonly reason: DeathReason;
  readonly count: number;
}

/** What is published. */
export interface Letter {
  readonly text: string;
  readonly bytes: number;
  readonly exchange: string;
  readonly key: string;
  readonly priority: number | undefined;
  readonly expiration: Expiration | undefined;
  /** The newest first. */
  readonly deaths: readonly Death[];
}

/** A letter in a queue. */
export interface Entry {
  readonly letter: Letter;
  readonly level: number;
  readonly expires: boolean;
  /** Order of arrival. */
  place: number;
  redelivered: boolean;
  /** Deliveries that failed. */
  failures: number;
}

/** Told of every letter that a queue dead-letters. */
export type Bury = (letter: Letter, queue: ModelQueue, reason: DeathReason) => void;

/**
 * A queue, after RabbitMQ's classic queue: pages of its documentation are named in quotes, and `rabbit_amqqueue_process`
 * settles what happens in which order. What expires does so at once: there are no other times to live than 0, and one
 * that no sequence sees the end of.
 */
export class ModelQueue {
  readonly name: string;
  readonly settings: QueueOptions;
  /** The session that alone may use it. */
  readonly owner: string | undefined;
  /** What waits, the next one first. */
  ready: Entry[] = [];
  /** In the order in which they came. */
  consumers: ModelConsumer[] = [];
  deleted = false;
  readonly counters = {
    published: 0,
    delivered: 0,
    redelivered: 0,
    acknowledged: 0,
    dropped: 0,
    deadLettered: 0,
    purged: 0,
  };
  unacknowledged = 0;
  readonly #turns = new Turns();
  readonly #bury: Bury;
  /** The only one that may receive, where only one may. */
  #active: ModelConsumer | undefined;
  #places = 0;

  constructor(name: string, settings: QueueOptions, owner: string | undefined, bury: Bury) {
    this.name = name;
    this.settings = settings;
    this.owner = settings.exclusive === true ? owner : undefined;
    this.#bury = bury;
  }

  /** Takes a letter; false if it is refused because the queue is full ("Queue Length Limit"). */
  accept(letter: Letter): boolean {
    const { overflow, deadLetterExchange, maxPriority = 0, messageTtl } = this.settings;
    if (this.#refusesWhenFull && this.#isOver(1, letter.bytes)) {
      if (overflow === 'reject-publish-dlx' && deadLetterExchange !== undefined) {
        this.counters.published++;
        this.#die(letter, 'maxlen');
      }
      return false;
    }
    this.counters.published++;
    const entry: Entry = {
      letter,
      level: Math.min(letter.priority ?? 0, maxPriority),
      expires: letter.expiration === '0' || messageTtl === 0,
      place: ++this.#places,
      redelivered: false,
      failures: 0,
    };
    const consumer = this.ready.length === 0 ? this.#turns.next() : undefined;
    if (consumer === undefined) this.#wait(entry);
    else this.#send(entry, consumer);
    return true;
  }

  get #refusesWhenFull(): boolean {
    return this.settings.overflow?.startsWith('reject-publish') === true;
  }

  #isOver(moreMessages: number, moreBytes: number): boolean {
    const { maxLength = Number.POSITIVE_INFINITY, maxLengthBytes = Number.POSITIVE_INFINITY } = this.settings;
    const bytes = this.ready.reduce((sum, { letter }) => sum + letter.bytes, 0);
    return this.ready.length + moreMessages > maxLength || bytes + moreBytes > maxLengthBytes;
  }

  /** Higher priorities first, and within one the order of arrival, also of what comes back ("Priority Queue"). */
  #wait(entry: Entry): void {
    this.ready.push(entry);
    this.ready.sort((a, b) => b.level - a.level || a.place - b.place);
    while (!this.#refusesWhenFull && this.#isOver(0, 0)) this.#die(this.ready.shift()!.letter, 'maxlen');
    this.#expire();
  }

  /** A message expires when it is at the head ("Time-To-Live", section "Caveats"). */
  #expire(): void {
    while (this.ready[0]?.expires) this.#die(this.ready.shift()!.letter, 'expired');
  }

  #die(letter: Letter, reason: DeathReason): void {
    if (this.settings.deadLetterExchange === undefined) {
      this.counters.dropped++;
    } else {
      this.counters.deadLettered++;
      this.#bury(letter, this, reason);
    }
  }

  /** Sends what waits to those who may have it. */
  deliver(): void {
    while (this.ready.length > 0) {
      const consumer = this.#turns.next();
      if (consumer === undefined) return;
      this.#send(this.ready.shift()!, consumer);
      this.#expire();
    }
  }

  #send(entry: Entry, consumer: ModelConsumer): void {
    this.#countDelivery(entry, consumer.noAck);
    consumer.sent.push(entry);
    if (!consumer.hasCredit) this.#turns.leave(consumer);
  }

  #countDelivery(entry: Entry, noAck: boolean): void {
    this.counters.delivered++;
    if (entry.redelivered) this.counters.redelivered++;
    if (noAck) this.counters.acknowledged++;
    else this.unacknowledged++;
  }

  /** The next message, for a session that asks for one. */
  take(noAck: boolean): Entry | undefined {
    const entry = this.ready.shift();
    if (entry === undefined) return undefined;
    this.#countDelivery(entry, noAck);
    this.#expire();
    return entry;
  }

  ack(entries: readonly Entry[]): void {
    this.unacknowledged -= entries.length;
    this.counters.acknowledged += entries.length;
  }

  /** They go back to their places, unless their deliveries failed too often. Call deliver() afterwards. */
  requeue(entries: readonly Entry[], failed: boolean): void {
    const { deliveryLimit } = this.settings;
    for (const entry of entries) {
      this.unacknowledged--;
      if (failed) entry.failures++;
      if (failed && deliveryLimit !== undefined && entry.failures > deliveryLimit) {
        this.#die(entry.letter, 'delivery_limit');
      } else {
        entry.redelivered = true;
        this.#wait(entry);
      }
    }
  }

  reject(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.unacknowledged--;
      this.#die(entry.letter, 'rejected');
    }
  }

  /**
   * They were sent without acknowledgement and not received: RingMQ's own rule, with RabbitMQ they are lost. They begin
   * anew, in the order in which they were sent. Call deliver() afterwards.
   */
  takeBack(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.counters.acknowledged--;
      this.#wait({ ...entry, place: ++this.#places, redelivered: true, failures: 0 });
    }
  }

  purge(): number {
    const count = this.ready.length;
    this.ready = [];
    this.counters.purged += count;
    return count;
  }

  /** Call deliver() afterwards. */
  subscribe(consumer: ModelConsumer): void {
    this.consumers.push(consumer);
    this.#active ??= consumer;
    this.mayReceive(consumer);
  }

  /** The consumer leaves. If it was the only one that received, another one follows, of the highest priority. */
  unsubscribe(consumer: ModelConsumer): void {
    this.consumers = this.consumers.filter(other => other !== consumer);
    this.#turns.leave(consumer);
    if (this.#active !== consumer) return;
    // `get_consumer` in `rabbit_queue_consumers`.
    const highest = Math.max(...this.consumers.map(({ priority }) => priority));
    this.#active = this.consumers.find(({ priority }) => priority === highest);
    if (this.#active !== undefined) this.mayReceive(this.#active);
  }

  /** The consumer may have credit again. */
  mayReceive(consumer: ModelConsumer): void {
    const allowed = this.settings.singleActiveConsumer !== true || this.#active === consumer;
    if (this.consumers.includes(consumer) && consumer.hasCredit && allowed) this.#turns.join(consumer);
  }
}
