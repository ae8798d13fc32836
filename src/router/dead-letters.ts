import {
  ADDRESS_SHIFT,
  contentAt,
  DIED_FLAG,
  FLAGS_MASK,
  HEADER_INT32S,
  KEY_SHIFT,
  LARGE_FLAG,
  REDELIVERED_FLAG,
} from '../records/record.js';
import type { Hold } from '../routing/route-walk.js';
import type { Topology } from '../routing/topology.js';
import { carbonCopies } from './carbon-copies.js';
import { decodePlace } from './content.js';
import { type DeathReason, isDeathCycle, recordDeath } from './death-headers.js';
import { AddressedRoute } from './delivery.js';
import type { Distribution } from './distribution.js';
import type { LargeBodies } from './large-bodies.js';
import { type MessageQueue, NEVER } from './message-queue.js';
import { META_INT32S } from './stored-message.js';

export type { DeathReason } from './death-headers.js';

/** Dead letters that are published before the router does other work: some 3 milliseconds. */
const SLICE = 512;

interface DeadLetter {
  /** The message as its queue kept it. */
  words: Int32Array;
  queue: MessageQueue;
  reason: DeathReason;
}

/**
 * The messages on their way from a queue to its dead-letter exchange (RabbitMQ, "Dead Letter Exchanges"). They are
 * gathered, and published when the queue is done with what it was doing: a dead letter may come back to that queue.
 */
export class DeadLetters {
  #waiting: DeadLetter[] = [];
  #next = 0;
  readonly #topology: Topology<MessageQueue>;
  readonly #distribution: Distribution;
  readonly #bodies: LargeBodies;

  constructor(topology: Topology<MessageQueue>, distribution: Distribution, bodies: LargeBodies) {
    this.#topology = topology;
    this.#distribution = distribution;
    this.#bodies = bodies;
  }

  /** @param words the message in its stored form; a reference to its large body goes with it */
  add(words: Int32Array, queue: MessageQueue, reason: DeathReason): void {
    this.#waiting.push({ words, queue, reason });
  }

  /** True if some wait to be published. */
  get pending(): boolean {
    return this.#waiting.length > 0;
  }

  /** Publishes a slice of those that wait. */
  publish(): void {
    const end = Math.min(this.#next + SLICE, this.#waiting.length);
    while (this.#next < end) this.#publish(this.#waiting[this.#next++]!);
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    }
  }

  #publish({ words, queue, reason }: DeadLetter): void {
    const tag = words[META_INT32S + 1]!;
    const content = contentAt(words, META_INT32S);
    const contentBytes = words[META_INT32S]! - (content - META_INT32S - HEADER_INT32S) * 4;
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    const message = { words, bytes, content, contentBytes, tag };
    const { exchange, routingKey } = names(bytes, tag);
    const properties = decodePlace(this.#distribution.place(message));
    const { deadLetterExchange = '', deadLetterRoutingKey } = queue.settings;
    const copies = carbonCopies(properties)?.cc ?? [];
    const changed = recordDeath(properties, {
      queue: queue.name,
      reason,
      time: new Date(),
      exchange,
      routingKeys: [routingKey, ...copies],
      deadLetterRoutingKey,
      diedBefore: (tag & DIED_FLAG) !== 0,
    });
    const keys = deadLetterRoutingKey === undefined ? [routingKey, ...copies] : [deadLetterRoutingKey];
    const queues = new Set<MessageQueue>();
    const holds: Hold[] = [];
    for (const key of keys) {
      const found = this.#topology.routeDeadLetter(deadLetterExchange, key, () => changed);
      for (const hold of found.delayed) holds.push({ ...hold, key });
      for (const target of found.queues) {
        if (reason === 'rejected' || !isDeathCycle(changed, target.name)) queues.add(target);
      }
    }
    if (queues.size > 0 || holds.length > 0) {
      const route = AddressedRoute.of(deadLetterExchange, keys[0]!);
      const particulars = { expiration: NEVER, priority: properties.priority ?? 0 };
      this.#distribution.change(message, changed, letter => {
        letter.tag = (letter.tag & FLAGS_MASK & ~REDELIVERED_FLAG) | DIED_FLAG;
        this.#distribution.distribute([...queues], holds, route, letter, particulars);
      });
    }
    if ((tag & LARGE_FLAG) !== 0) this.#bodies.release(words[content]!);
  }
}

/** The exchange and the routing key in the record at META_INT32S. */
function names(bytes: Uint8Array, tag: number): { exchange: string; routingKey: string } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = (META_INT32S + HEADER_INT32S) * 4;
  const keyAt = start + ((tag >>> ADDRESS_SHIFT) & 0xff);
  const end = keyAt + ((tag >>> KEY_SHIFT) & 0xff);
  return { exchange: text.toString('utf8', start, keyAt), routingKey: text.toString('utf8', keyAt, end) };
}
