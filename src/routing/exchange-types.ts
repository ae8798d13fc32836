import { InvalidArgumentError } from '../errors.js';
import { direct } from './direct.js';
import type { ExchangeType } from './exchange-type.js';
import { fanout } from './fanout.js';
import { headers } from './headers.js';
import { topic } from './topic.js';

/** Every type an exchange can be declared with. A further type is one more line here. */
const EXCHANGE_TYPES: readonly ExchangeType[] = [direct, fanout, headers, topic];

const BY_NAME = new Map(EXCHANGE_TYPES.map(type => [type.name, type]));

/** @throws InvalidArgumentError if there is no such type; the message lists those there are. */
export function exchangeType(name: string): ExchangeType {
  const type = BY_NAME.get(name);
  if (type !== undefined) return type;
  throw new InvalidArgumentError(
    `There is no exchange type '${name}'. Known types: ${[...BY_NAME.keys()].join(', ')}.`,
  );
}
