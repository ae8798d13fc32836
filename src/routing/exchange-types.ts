import { InvalidArgumentError } from '../errors.js';
import { consistentHash } from './consistent-hash.js';
import { delayedExchange } from './delayed.js';
import { direct } from './direct.js';
import type { ExchangeType } from './exchange-type.js';
import { fanout } from './fanout.js';
import { headers } from './headers.js';
import { topic } from './topic.js';

/** The types that route at once. A further type is one more name here. */
const ROUTING_TYPES: readonly ExchangeType[] = [direct, fanout, headers, topic, consistentHash];

/** Every type an exchange can be declared with. */
const EXCHANGE_TYPES: readonly ExchangeType[] = [...ROUTING_TYPES, delayedExchange(ROUTING_TYPES)];

const BY_NAME = new Map(EXCHANGE_TYPES.map(type => [type.name, type]));

/** @throws InvalidArgumentError if there is no such type; the message lists those there are. */
export function exchangeType(name: string): ExchangeType {
  const type = BY_NAME.get(name);
  if (type !== undefined) return type;
  throw new InvalidArgumentError(
    `There is no exchange type '${name}'. Known types: ${[...BY_NAME.keys()].join(', ')}.`,
  );
}
