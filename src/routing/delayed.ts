import { PreconditionFailedError } from '../errors.js';
import { comparable } from './arguments.js';
import type { ExchangeType, RoutingProperties } from './exchange-type.js';

/** The argument that names the type by which a delayed exchange routes. */
const UNDERLYING_TYPE = 'x-delayed-type';

/** About 49 days: the longest that an Erlang timer runs, which RabbitMQ's plugin uses. */
const MAX_DELAY = 2 ** 32 - 1;

/**
 * Holds each message for the milliseconds in its header `x-delay`, and then routes it as the type named in the
 * exchange's argument `x-delayed-type` does (RabbitMQ's plugin `rabbitmq_delayed_message_exchange`). Bindings and
 * the other arguments of the exchange are for that type.
 *
 * @param underlying the types it can be put before
 */
export function delayedExchange(underlying: readonly ExchangeType[]): ExchangeType {
  return {
    name: 'x-delayed-message',
    delayOf,
    createMatcher(exchangeArguments) {
      const name = exchangeArguments[UNDERLYING_TYPE];
      const type = underlying.find(known => known.name === name);
      if (type !== undefined) return type.createMatcher(exchangeArguments);
      // `validate` in `rabbit_exchange_type_delayed_message`.
      throw new PreconditionFailedError(
        `The argument ${UNDERLYING_TYPE} is ${name === undefined ? 'missing' : `'${String(name)}'`}; ` +
          `an x-delayed-message exchange needs one of the types ${underlying.map(known => known.name).join(', ')}.`,
      );
    },
  };
}

/**
 * How long a message is held, in milliseconds; 0 for not at all. The header may be an integer, its digits, or a
 * fraction, which is rounded toward 0. A delay that is negative, too long or of another type is none
 * (`rabbit_delayed_message_utils`, and `delay_message` in `rabbit_exchange_type_delayed_message`). So is any other
 * text; there the plugin fails.
 */
function delayOf(properties: RoutingProperties | undefined): number {
  const header = properties?.headers?.['x-delay'];
  if (header === undefined) return 0;
  const value = comparable(header);
  let delay = 0;
  if (typeof value === 'number') delay = Math.trunc(value);
  else if (typeof value === 'string' && /^\+?[0-9]+$/.test(value)) delay = Number(value);
  return delay > 0 && delay <= MAX_DELAY ? delay : 0;
}
