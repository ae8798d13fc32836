import { PreconditionFailedError } from '../errors.js';
import { type Arguments, type ArgumentValue, comparable } from './arguments.js';
import { DenseSet, type Placed } from './dense-set.js';
import type { BindingTerms, ExchangeType, Matcher, RoutingProperties } from './exchange-type.js';
import { jumpHash } from './jump-hash.js';
import { murmur3 } from './murmur3.js';

/**
 * Routes each message to one destination, chosen by a hash of its routing key (RabbitMQ's plugin
 * `rabbitmq_consistent_hash_exchange`). The binding key is the destination's weight: how many buckets it has. Equal
 * keys go to the same destination for as long as the bindings stay, and few change it when a binding comes or goes.
 *
 * The exchange's argument `hash-header` names a header that is hashed instead, `hash-property` a property:
 * `message_id`, `correlation_id` or `timestamp`. Messages without it all go to the same destination.
 */
export const consistentHash: ExchangeType = {
  name: 'x-consistent-hash',
  createMatcher: <B extends BindingTerms>(exchangeArguments: Arguments): Matcher<B> =>
    new ConsistentHashMatcher<B>(hashedText(exchangeArguments)),
};

/** Each bucket takes memory; RabbitMQ limits the weight, too, since 4.2.6 (CVE-2026-67219). */
const MAX_WEIGHT = 100_000;

/** The text to be hashed of a message; undefined if there is none. */
type HashedText = (properties: RoutingProperties | undefined) => string | undefined;

const HASHED_PROPERTIES: ReadonlyMap<unknown, HashedText> = new Map<unknown, HashedText>([
  ['message_id', properties => properties?.messageId],
  ['correlation_id', properties => properties?.correlationId],
  ['timestamp', properties => properties?.timestamp?.toString()],
]);

/** One of the buckets that the keys are spread over; its place is its number. */
class Bucket<B> implements Placed {
  place = 0;
  readonly binding: B;

  constructor(binding: B) {
    this.binding = binding;
  }
}

/** The bindings to one destination. Only the oldest counts; see `ConsistentHashMatcher.add`. */
class Share<B> {
  readonly bindings = new Set<B>();
  counting: B;
  buckets: Bucket<B>[] = [];

  constructor(binding: B) {
    this.counting = binding;
  }
}

/**
 * A message is hashed to the number of a bucket, and goes where the bucket belongs to.
 *
 *     buckets   0 a   1 b   2 c   3 d        b goes       0 a   1 d   2 c
 *
 * New buckets get the next numbers. In the place of a bucket that goes comes the last one: only the keys of these two
 * go elsewhere. In RabbitMQ's plugin all buckets behind it move up, and so the keys of all of them do
 * (`ch_hash_ring_delete_fun` in `rabbit_exchange_type_consistent_hash`).
 */
class ConsistentHashMatcher<B extends BindingTerms> implements Matcher<B> {
  readonly readsProperties: boolean;
  /** Undefined if the routing key is hashed. */
  readonly #text: HashedText | undefined;
  readonly #buckets = new DenseSet<Bucket<B>>();
  readonly #shares = new Map<object, Share<B>>();

  constructor(text: HashedText | undefined) {
    this.#text = text;
    this.readsProperties = text !== undefined;
  }

  /**
   * Of several bindings to one destination the first counts, and the others are ignored
   * (`chx_hash_ring_update_fun`). When it goes, the oldest of the others counts: in RabbitMQ none would
   * (https://github.com/rabbitmq/rabbitmq-server/issues/9641).
   */
  add(binding: B): void {
    const weight = weightOf(binding.key);
    let share = this.#shares.get(binding.destination);
    if (share === undefined) {
      share = new Share(binding);
      this.#shares.set(binding.destination, share);
      this.#fill(share, weight);
    }
    share.bindings.add(binding);
  }

  remove(binding: B): void {
    const share = this.#shares.get(binding.destination)!;
    share.bindings.delete(binding);
    if (share.counting !== binding) return;
    this.#empty(share);
    const next = share.bindings.values().next();
    if (next.done) {
      this.#shares.delete(binding.destination);
    } else {
      share.counting = next.value;
      this.#fill(share, weightOf(next.value.key));
    }
  }

  match(key: string, properties: RoutingProperties | undefined, matched: B[]): void {
    const buckets = this.#buckets.members;
    if (buckets.length === 0) return;
    const text = this.#text === undefined ? key : (this.#text(properties) ?? '');
    matched.push(buckets[jumpHash(murmur3(text), buckets.length)]!.binding);
  }

  #fill(share: Share<B>, weight: number): void {
    for (let i = 0; i < weight; i++) {
      const bucket = new Bucket(share.counting);
      this.#buckets.add(bucket);
      share.buckets.push(bucket);
    }
  }

  #empty(share: Share<B>): void {
    // The last one first: so none of these buckets comes in the place of another.
    for (const bucket of share.buckets.sort((a, b) => b.place - a.place)) this.#buckets.delete(bucket);
    share.buckets = [];
  }
}

/** @throws PreconditionFailedError unless the key is an integer from 1 on (`validate_binding`). */
function weightOf(key: string): number {
  const weight = /^\+?[0-9]+$/.test(key) ? Number(key) : 0;
  if (weight >= 1 && weight <= MAX_WEIGHT) return weight;
  throw new PreconditionFailedError(
    `The binding key of an x-consistent-hash exchange is '${key}'; ` +
      `expected the weight, an integer from 1 to ${MAX_WEIGHT}. Nothing was bound.`,
  );
}

/** @throws PreconditionFailedError if the arguments say it twice, or it cannot be hashed (`validate`). */
function hashedText(exchangeArguments: Arguments): HashedText | undefined {
  const header = exchangeArguments['hash-header'];
  const property = exchangeArguments['hash-property'];
  if (header !== undefined && property !== undefined) {
    throw new PreconditionFailedError(
      'The arguments hash-header and hash-property exclude each other. Give one.',
    );
  }
  if (header !== undefined) return headerText(header);
  if (property === undefined) return undefined;
  const text = HASHED_PROPERTIES.get(property);
  if (text !== undefined) return text;
  throw new PreconditionFailedError(
    `The argument hash-property is ${String(property)} (${typeof property}); ` +
      `expected one of the strings ${[...HASHED_PROPERTIES.keys()].join(', ')}.`,
  );
}

function headerText(name: ArgumentValue): HashedText {
  if (typeof name !== 'string') {
    throw new PreconditionFailedError(
      `The argument hash-header is ${String(name)} (${typeof name}); expected a header's name.`,
    );
  }
  return properties => {
    const headers = properties?.headers;
    const value = headers !== undefined && Object.hasOwn(headers, name) ? headers[name] : undefined;
    return value === undefined ? undefined : String(comparable(value));
  };
}
