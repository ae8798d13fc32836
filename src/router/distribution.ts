import { hasHeaders, readExpiration, readPriority } from '../amqp/peek.js';
import type { MessageProperties } from '../amqp/properties.js';
import { OutOfMemoryError } from '../errors.js';
import type { Arena } from '../memory/arena.js';
import {
  DIED_FLAG,
  INLINE_LIMIT,
  LARGE_FLAG,
  PROPERTIES_FLAG,
  paddedInt32s,
  SPECIAL_FLAG,
} from '../records/record.js';
import { type Hold, NO_HOLDS } from '../routing/route-walk.js';
import type { Topology } from '../routing/topology.js';
import { carbonCopies } from './carbon-copies.js';
import {
  decodePlace,
  inPages,
  type MessageInHand,
  type PropertiesPlace,
  propertiesPlace,
  withProperties,
} from './content.js';
import { isDeathCycle } from './death-headers.js';
import type { DelayedMessages } from './delayed-messages.js';
import type { AddressedRoute } from './delivery.js';
import type { LargeBodies } from './large-bodies.js';
import { type MessageQueue, NEVER, NO_PARTICULARS, type Particulars } from './message-queue.js';
import { PropertyRoutes } from './property-routes.js';

/** What became of a message that was published. */
export const Published = { ACCEPTED: 0, UNROUTED: 1, REFUSED: 2 } as const;
export type Published = (typeof Published)[keyof typeof Published];

/** Finds the queues of messages and hands them over. */
export class Distribution {
  /** Messages that no queue took. */
  unroutable = 0;
  readonly #topology: Topology<MessageQueue>;
  readonly #arena: Arena;
  readonly #bodies: LargeBodies;
  readonly #delayed: DelayedMessages;
  readonly #propertyRoutes = new PropertyRoutes();

  constructor(topology: Topology<MessageQueue>, arena: Arena, bodies: LargeBodies, delayed: DelayedMessages) {
    this.#topology = topology;
    this.#arena = arena;
    this.#bodies = bodies;
    this.#delayed = delayed;
  }

  /**
   * Publishes a message whose queues are known, and whose publisher does not ask what became of it; false if they are
   * not. By itself, because most messages are of this kind: the router has 50 ns for each.
   */
  publishKnown(
    route: AddressedRoute,
    words: Int32Array,
    content: number,
    contentBytes: number,
    tag: number,
  ): boolean {
    if (route.version !== this.#topology.version) return false;
    const queues = route.queues;
    if (queues.length === 0) this.unroutable++;
    for (let i = 0; i < queues.length; i++) {
      queues[i]!.accept(words, content, contentBytes, tag, route, NO_PARTICULARS);
    }
    return true;
  }

  /**
   * Publishes the message that lies at `content`. The caller keeps its own reference to a large body.
   *
   * @throws NotFoundError, AccessRefusedError if the exchange does not take it
   */
  publish(
    route: AddressedRoute,
    words: Int32Array,
    bytes: Uint8Array,
    content: number,
    contentBytes: number,
    tag: number,
  ): Published {
    if ((tag & SPECIAL_FLAG) !== 0) {
      return this.#publishSpecial(route, { words, bytes, content, contentBytes, tag });
    }
    let queues = route.queues;
    if (route.version !== this.#topology.version) {
      queues = this.#resolve(route, words, bytes, content, tag);
      if (route.delayed.length > 0) {
        const message = { words, bytes, content, contentBytes, tag };
        return this.distribute(queues, route.delayed, route, message, NO_PARTICULARS);
      }
    }
    if (queues.length === 0) {
      this.unroutable++;
      return Published.UNROUTED;
    }
    let refused = false;
    for (let i = 0; i < queues.length; i++) {
      if (!queues[i]!.accept(words, content, contentBytes, tag, route, NO_PARTICULARS)) refused = true;
    }
    return refused ? Published.REFUSED : Published.ACCEPTED;
  }

  #resolve(
    route: AddressedRoute,
    words: Int32Array,
    bytes: Uint8Array,
    content: number,
    tag: number,
  ): readonly MessageQueue[] {
    const { version } = this.#topology;
    const dependent =
      route.dependentIn === version && (tag & (PROPERTIES_FLAG | LARGE_FLAG)) === PROPERTIES_FLAG;
    if (dependent) {
      const known = this.#propertyRoutes.find(route, version, words, content);
      if (known !== undefined) return known;
    }
    const queues = route.resolve(this.#topology, () =>
      decodePlace(propertiesPlace(words, bytes, content, tag, this.#arena.bytes)),
    );
    if (dependent && route.delayed.length === 0) {
      this.#propertyRoutes.remember(route, version, words, content, queues);
    }
    return queues;
  }

  /** A message whose properties say more than where it goes. */
  #publishSpecial(route: AddressedRoute, message: MessageInHand): Published {
    const place = this.place(message);
    const particulars = particularsAt(place);
    const copies =
      place !== undefined && hasHeaders(place.source, place.start, place.end)
        ? carbonCopies(decodePlace(place))
        : undefined;
    if (copies === undefined) {
      const queues = route.resolve(this.#topology, () => decodePlace(place));
      return this.distribute(queues, route.delayed, route, message, particulars);
    }
    const queues = new Set<MessageQueue>();
    const holds: Hold[] = [];
    for (const key of [route.key, ...copies.cc, ...copies.bcc]) {
      const found = this.#topology.route(route.exchange, key, () => copies.properties);
      for (const queue of found.queues) queues.add(queue);
      for (const hold of found.delayed) holds.push({ ...hold, key });
    }
    if (!copies.hasBcc) return this.distribute([...queues], holds, route, message, particulars);
    return this.change(message, copies.withoutBcc(), blind =>
      this.distribute([...queues], holds, route, blind, particulars),
    );
  }

  /** Hands a message over to `queues`, and has `holds` keep it until they route it further. */
  distribute(
    queues: readonly MessageQueue[],
    holds: readonly Hold[],
    route: AddressedRoute,
    message: MessageInHand,
    particulars: Particulars,
  ): Published {
    const { words, content, contentBytes, tag } = message;
    for (const hold of holds) this.#hold(hold, route, message);
    if (queues.length === 0 && holds.length === 0) {
      this.unroutable++;
      return Published.UNROUTED;
    }
    let refused = false;
    for (const queue of queues) {
      if (!queue.accept(words, content, contentBytes, tag, route, particulars)) refused = true;
    }
    return refused ? Published.REFUSED : Published.ACCEPTED;
  }

  /** Keeps a copy of the message until its delay is over, and routes it from the exchange that asked for it. */
  #hold(hold: Hold, route: AddressedRoute, message: MessageInHand): void {
    const { words, content, contentBytes, tag } = message;
    const large = (tag & LARGE_FLAG) !== 0;
    if (large) this.#bodies.retain(words[content]!);
    const copy = words.slice(content, content + paddedInt32s(contentBytes));
    const address = route.copy(); // the session may give its number to another address meanwhile
    this.#delayed.add(copy, hold.milliseconds, () => {
      const held = { words: copy, bytes: new Uint8Array(copy.buffer), content: 0, contentBytes, tag };
      const place = this.place(held);
      const properties = decodePlace(place);
      const found = this.#topology.routeReleased(hold.exchange, hold.key ?? address.key, () => properties);
      // A dead letter that was held here must not go round for ever either.
      const died = (tag & DIED_FLAG) !== 0;
      const queues = found.queues.filter(queue => !died || !isDeathCycle(properties, queue.name));
      this.distribute(queues, NO_HOLDS, address, held, particularsAt(place));
      if (large) this.#bodies.release(copy[0]!);
    });
  }

  /** Where the message's properties lie; undefined if it has none. */
  place(message: MessageInHand): PropertiesPlace | undefined {
    const { words, bytes, content, tag } = message;
    return propertiesPlace(words, bytes, content, tag, this.#arena.bytes);
  }

  /**
   * Gives the same message with other properties to `use`. If both together are too long for a ring, they go to pages
   * of their own; if there are none, the message keeps the properties that it has: better so than lost.
   */
  change<T>(message: MessageInHand, properties: MessageProperties, use: (changed: MessageInHand) => T): T {
    const { words, bytes, content, contentBytes, tag } = message;
    const changed = withProperties(words, bytes, content, contentBytes, tag, properties);
    if (changed.contentBytes <= INLINE_LIMIT) return use(changed);
    let paged: MessageInHand;
    try {
      paged = inPages(changed, this.#arena);
    } catch (error) {
      if (error instanceof OutOfMemoryError) return use({ ...message });
      throw error;
    }
    const page = paged.words[0]!;
    this.#bodies.adopt(page);
    try {
      return use(paged);
    } finally {
      this.#bodies.release(page);
    }
  }
}

/** What the properties at `place` ask. */
export function particularsAt(place: PropertiesPlace | undefined): Particulars {
  if (place === undefined) return NO_PARTICULARS;
  const { source, start, end } = place;
  return {
    expiration: readExpiration(source, start, end) ?? NEVER,
    priority: readPriority(source, start, end) ?? 0,
  };
}
