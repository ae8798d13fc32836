/**
 * What dead-lettering does to a message's properties, after RabbitMQ 4: "Dead Letter Exchanges", section
 * "Dead-Lettered Effects on Messages", and `record_death` in `mc`.
 *
 * The header `x-death` is the history: an array of tables, one for each pair of queue and reason, the newest first.
 *
 *     count                how many times the message died there for that reason
 *     reason, queue        the pair
 *     time                 when it did so first, as are the rest:
 *     exchange             what it had been published to
 *     routing-keys         with these, without BCC's
 *     original-expiration  the property `expiration`, if it had one
 *
 * Six more headers tell the first and the last death without the array: `x-first-death-queue`, `-reason`,
 * `-exchange`, and the same with `x-last-death`.
 */
import type { FieldTable, FieldValue } from '../amqp/field-table.js';
import type { DecodedProperties } from '../amqp/properties.js';

export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

/** How a message died. */
export interface Death {
  /** Name of the queue that it died in. */
  readonly queue: string;
  readonly reason: DeathReason;
  readonly time: Date;
  /** Name of the exchange that it was last published to, by a client or by dead-lettering. */
  readonly exchange: string;
  /** The keys that it was published with: its routing key and those of CC, without those of BCC. */
  readonly routingKeys: readonly string[];
  /** What the queue says that it is published with now; undefined if with the same keys again. */
  readonly deadLetterRoutingKey: string | undefined;
  /**
   * Whether this broker dead-lettered the message before. If not, a history in its headers was made up by a client
   * and is forgotten (RabbitMQ, "4.0.1 release notes", section "AMQP 0.9.1 x-death header").
   */
  readonly diedBefore: boolean;
}

/**
 * The properties that the message is published to the dead letter exchange with: they tell this death, and have no
 * `expiration`, so that the message does not expire again. The header BCC is gone, and CC too if the queue has a
 * dead letter routing key: RabbitMQ keeps CC since version 3.13, but routes by it no more, and the header is all
 * that a later dead-lettering here could route by.
 *
 * It never throws: entries of a history that no broker can have written are left out.
 */
export function recordDeath(properties: DecodedProperties, death: Death): DecodedProperties {
  const { expiration, ...rest } = properties;
  const headers = { ...properties.headers };
  const past = death.diedBefore ? history(headers) : [];
  const same = past.find(entry => entry['queue'] === death.queue && entry['reason'] === death.reason);
  const latest = same === undefined ? entryOf(death, expiration) : { ...same, count: countAfter(same) };
  headers['x-death'] = [latest, ...past.filter(entry => entry !== same)];
  if (past.length === 0) Object.assign(headers, summary('first', death));
  Object.assign(headers, summary('last', death));
  delete headers['BCC'];
  if (death.deadLetterRoutingKey !== undefined) delete headers['CC'];
  return { ...rest, headers };
}

/**
 * Whether a message that was dead-lettered now, and bears the properties that recordDeath gave it, must not go to
 * the queue: it died there before, and nobody rejected it since. Without end it would go round and round
 * (RabbitMQ, "Dead Letter Exchanges", section "Dead-letter cycle"; `is_cycle_v2` in `mc`).
 */
export function isDeathCycle(properties: DecodedProperties, queue: string): boolean {
  for (const death of history(properties.headers)) {
    if (death['reason'] === 'rejected') return false;
    if (death['queue'] === queue) return true;
  }
  return false;
}

function history(headers: Record<string, FieldValue> | undefined): FieldTable[] {
  const deaths = headers?.['x-death'];
  return Array.isArray(deaths) ? deaths.filter(isEntry) : [];
}

function isEntry(value: FieldValue): value is FieldTable {
  const { queue, reason } = (value ?? {}) as FieldTable;
  return typeof queue === 'string' && typeof reason === 'string';
}

function entryOf(death: Death, expiration: string | undefined): FieldTable {
  return {
    count: 1n,
    reason: death.reason,
    queue: death.queue,
    time: death.time,
    exchange: death.exchange,
    'routing-keys': death.routingKeys,
    'original-expiration': expiration,
  };
}

/** A bigint, because it is encoded as RabbitMQ's type `long`, which typed clients expect. */
function countAfter(entry: FieldTable): bigint {
  const count = entry['count'];
  const known = typeof count === 'bigint' ? Number(count) : count;
  return Number.isSafeInteger(known) ? BigInt(known as number) + 1n : 1n;
}

function summary(which: 'first' | 'last', { queue, reason, exchange }: Death): FieldTable {
  return {
    [`x-${which}-death-queue`]: queue,
    [`x-${which}-death-reason`]: reason,
    [`x-${which}-death-exchange`]: exchange,
  };
}
