import { InvalidArgumentError, PreconditionFailedError } from '../errors.js';
import { type Arguments, NO_ARGUMENTS } from './arguments.js';
import type { ExchangeType } from './exchange-type.js';
import { exchangeType } from './exchange-types.js';

/** The argument by which AMQP clients name the alternate exchange (RabbitMQ, "Alternate Exchanges"). */
const ALTERNATE_EXCHANGE = 'alternate-exchange';

/** What can be asked of a new exchange. All of it is off unless given, as the bits of AMQP's `exchange.declare`. */
export interface ExchangeOptions {
  /**
   * Where a message goes that this exchange routes nowhere. It need not exist yet, or ever. The argument
   * `alternate-exchange` says the same.
   */
  alternateExchange?: string | undefined;
  /** Only exchanges may publish to it. */
  internal?: boolean | undefined;
  /** It goes when its last binding to a queue or exchange goes. One that never had a binding stays. */
  autoDelete?: boolean | undefined;
  /** It is there again after the broker was stopped and started. Refused, but for predeclared ones: there is no store yet. */
  durable?: boolean | undefined;
  /** For the exchange type. */
  arguments?: Arguments | undefined;
}

/** An exchange as declared, with nothing left out. */
export interface Declaration {
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly alternateExchange: string | undefined;
  readonly arguments: Arguments;
}

/**
 * @throws InvalidArgumentError if the type is unknown, or the alternate exchange is named twice, differently
 * @throws PreconditionFailedError if the argument `alternate-exchange` is no string
 */
export function declaration(type: string, options: ExchangeOptions): Declaration {
  const exchangeArguments = options.arguments ?? NO_ARGUMENTS;
  return {
    type: exchangeType(type),
    durable: options.durable ?? false,
    autoDelete: options.autoDelete ?? false,
    internal: options.internal ?? false,
    alternateExchange: alternateExchange(options.alternateExchange, exchangeArguments),
    arguments: exchangeArguments,
  };
}

function alternateExchange(option: string | undefined, exchangeArguments: Arguments): string | undefined {
  const argument = exchangeArguments[ALTERNATE_EXCHANGE];
  if (argument === undefined) return option;
  if (typeof argument !== 'string') {
    throw new PreconditionFailedError(
      `The argument ${ALTERNATE_EXCHANGE} is ${String(argument)} (${typeof argument}); expected an exchange's name.`,
    );
  }
  if (option !== undefined && option !== argument) {
    throw new InvalidArgumentError(
      `The option alternateExchange is '${option}', the argument ${ALTERNATE_EXCHANGE} is '${argument}'. Give one.`,
    );
  }
  return argument;
}

/**
 * Compares what RabbitMQ compares when an exchange is declared again: type, durable, autoDelete, internal and the
 * alternate exchange. Other arguments may differ, those that a type has for itself too (`assert_equivalence` in
 * `rabbit_exchange`, `assert_args_equivalence` in the types).
 *
 * @throws PreconditionFailedError naming the field that differs and both its values.
 */
export function checkEquivalent(name: string, existing: Declaration, requested: Declaration): void {
  checkField(name, 'type', existing.type.name, requested.type.name);
  checkField(name, 'durable', existing.durable, requested.durable);
  checkField(name, 'autoDelete', existing.autoDelete, requested.autoDelete);
  checkField(name, 'internal', existing.internal, requested.internal);
  checkField(name, 'alternateExchange', existing.alternateExchange, requested.alternateExchange);
}

function checkField<T extends string | boolean | undefined>(
  name: string,
  field: string,
  existing: T,
  requested: T,
): void {
  if (existing === requested) return;
  throw new PreconditionFailedError(
    `Exchange '${name}' exists with ${field} ${show(existing)}, this declaration asks for ${show(requested)}. ` +
      'Declare it as it is, or delete it first.',
  );
}

function show(value: string | boolean | undefined): string {
  if (value === undefined) return 'not set';
  return typeof value === 'string' ? `'${value}'` : String(value);
}
