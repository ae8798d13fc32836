import { shown } from '../amqp/invalid-value.js';
import { LONGEST_EXPIRY } from '../amqp/peek.js';
import { InvalidArgumentError, PreconditionFailedError } from '../errors.js';
import type { DispatchName, Overflow, QueueOptions } from '../records/request.js';
import { type Arguments, type ArgumentValue, NO_ARGUMENTS } from '../routing/arguments.js';

type SettingName = Exclude<keyof QueueOptions, 'arguments'>;

type Defaulted = 'dispatch' | 'ringBytes' | 'durable' | 'exclusive' | 'autoDelete';

/** What a queue was declared with: every option, from where it was given. Undefined are those that were not. */
export type QueueSettings = {
  readonly [Name in SettingName]: Name extends Defaulted
    ? NonNullable<QueueOptions[Name]>
    : QueueOptions[Name] | undefined;
};

interface Check {
  /** What a message says that the value must be. */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

interface Setting {
  readonly check: Check;
  /** The name of the argument by which AMQP clients give it. */
  readonly argument?: string;
  readonly default?: DispatchName | number | boolean;
}

const FLAG: Check = { expected: 'a boolean', accepts: value => typeof value === 'boolean' };

const SHORT_STRING: Check = {
  expected: 'a string of at most 255 bytes in UTF-8',
  accepts: value => typeof value === 'string' && Buffer.byteLength(value) <= 255,
};

function integer(least: number, most = Number.MAX_SAFE_INTEGER): Check {
  return {
    expected: `an integer from ${least} to ${most}`,
    accepts: value => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  };
}

function powerOfTwo(least: number, most: number): Check {
  const inRange = integer(least, most);
  return {
    expected: `a power of two from ${least} to ${most}`,
    accepts: value => inRange.accepts(value) && Number.isInteger(Math.log2(value as number)),
  };
}

function oneOf<Name extends string>(...names: Name[]): Check {
  return { expected: `one of ${names.join(', ')}`, accepts: value => names.includes(value as Name) };
}

/**
 * All settings of a queue. Types and ranges are those of RabbitMQ's classic queues (`declare_args` and the checks it
 * names in `rabbit_amqqueue`, `check_expiry` in `rabbit_misc`); where it has no check, ours says what can work.
 */
const SETTINGS: { readonly [Name in SettingName]: Setting } = {
  dispatch: {
    check: oneOf<DispatchName>(
      'queue-per-consumer',
      'shared-locked',
      'shared-locked-batched',
      'shared-lock-free',
    ),
    default: 'queue-per-consumer',
  },
  ringBytes: { check: powerOfTwo(1 << 16, 1 << 28), default: 1 << 20 },
  durable: { check: FLAG, default: false },
  exclusive: { check: FLAG, default: false },
  autoDelete: { check: FLAG, default: false },
  messageTtl: { check: integer(0, LONGEST_EXPIRY), argument: 'x-message-ttl' },
  expires: { check: integer(1, LONGEST_EXPIRY), argument: 'x-expires' },
  maxLength: { check: integer(0), argument: 'x-max-length' },
  maxLengthBytes: { check: integer(0), argument: 'x-max-length-bytes' },
  overflow: {
    check: oneOf<Overflow>('drop-head', 'reject-publish', 'reject-publish-dlx'),
    argument: 'x-overflow',
  },
  deadLetterExchange: { check: SHORT_STRING, argument: 'x-dead-letter-exchange' },
  deadLetterRoutingKey: { check: SHORT_STRING, argument: 'x-dead-letter-routing-key' },
  maxPriority: { check: integer(0, 255), argument: 'x-max-priority' },
  singleActiveConsumer: { check: FLAG, argument: 'x-single-active-consumer' },
  deliveryLimit: { check: integer(-1), argument: 'x-delivery-limit' },
  consumerTimeout: { check: integer(1, LONGEST_EXPIRY), argument: 'x-consumer-timeout' },
};

const NAMES = Object.keys(SETTINGS) as SettingName[];

/**
 * Arguments that mean something to quorum queues and streams alone. RabbitMQ refuses them for a classic queue, and
 * ignores what no type of queue knows (`check_arguments_key` in `rabbit_amqqueue`).
 */
const OF_OTHER_TYPES = [
  'x-dead-letter-strategy',
  'x-initial-cluster-size',
  'x-max-age',
  'x-max-in-memory-bytes',
  'x-max-in-memory-length',
  'x-quorum-initial-group-size',
  'x-stream-filter-size-bytes',
  'x-stream-max-segment-size-bytes',
];

/**
 * The settings that a declaration of the queue `name` asks for, by options, arguments or both.
 *
 * @throws InvalidArgumentError if an option is unknown or invalid, differs from the argument that says the same, or
 * does not go with another one
 * @throws PreconditionFailedError if an argument is invalid, as in RabbitMQ
 */
export function queueSettings(name: string, options: QueueOptions): QueueSettings {
  const queue = `Queue '${name}'`;
  checkNames(queue, options);
  checkType(queue, options.arguments ?? NO_ARGUMENTS);
  const settings: Partial<Record<SettingName, unknown>> = {};
  for (const option of NAMES) settings[option] = given(queue, option, options) ?? SETTINGS[option].default;
  checkTogether(queue, settings as QueueSettings, options);
  return settings as QueueSettings;
}

/**
 * Compares what a queue was declared with to what it is declared with again. A setting that was not given differs
 * from every value, its default included, as in RabbitMQ (`assert_args_equivalence` in `rabbit_misc`).
 *
 * @throws PreconditionFailedError naming the first setting that differs and both its values
 */
export function checkSameSettings(name: string, existing: QueueSettings, requested: QueueSettings): void {
  for (const option of NAMES) {
    if (existing[option] === requested[option]) continue;
    throw new PreconditionFailedError(
      `Queue '${name}' exists with ${option} ${orNotSet(existing[option])}, and was declared with ` +
        `${orNotSet(requested[option])}. Declare it with the same value, or delete it first.`,
    );
  }
}

function checkNames(queue: string, options: QueueOptions): void {
  for (const option of Object.keys(options)) {
    if (option === 'arguments' || Object.hasOwn(SETTINGS, option)) continue;
    throw new InvalidArgumentError(
      `${queue}: there is no option '${option}'. Known are ${NAMES.join(', ')}, arguments.`,
    );
  }
}

function checkType(queue: string, queueArguments: Arguments): void {
  const type = queueArguments['x-queue-type'];
  if (type !== undefined && type !== 'classic') {
    throw new PreconditionFailedError(
      `${queue}: the argument x-queue-type is ${shown(type)}. There are classic queues alone: leave it out.`,
    );
  }
  for (const argument of OF_OTHER_TYPES) {
    if (queueArguments[argument] === undefined) continue;
    throw new PreconditionFailedError(
      `${queue}: the argument ${argument} is for quorum queues or streams, and this is a classic queue. Leave it out.`,
    );
  }
}

/** What the option, or the argument that says the same, was given as; undefined if it was not. */
function given(queue: string, option: SettingName, options: QueueOptions): unknown {
  const { check, argument } = SETTINGS[option];
  const value = options[option];
  if (value !== undefined && !check.accepts(value)) {
    throw new InvalidArgumentError(
      `${queue}: the option ${option} is ${shown(value)}. Give ${check.expected}.`,
    );
  }
  const argued = argument === undefined ? undefined : withoutBigint(options.arguments?.[argument]);
  if (argued === undefined) return value;
  if (!check.accepts(argued)) {
    throw new PreconditionFailedError(
      `${queue}: the argument ${argument} is ${shown(argued)}. Give ${check.expected}.`,
    );
  }
  if (value !== undefined && value !== argued) {
    throw new InvalidArgumentError(
      `${queue}: the option ${option} is ${shown(value)}, the argument ${argument} is ${shown(argued)}. Give one of them.`,
    );
  }
  return argued;
}

/** Integers of AMQP may come as bigints, whatever their size. */
function withoutBigint(value: ArgumentValue | undefined): ArgumentValue | undefined {
  return typeof value === 'bigint' ? Number(value) : value;
}

function checkTogether(queue: string, settings: QueueSettings, options: QueueOptions): void {
  const { dispatch, deadLetterExchange, deadLetterRoutingKey, maxPriority, singleActiveConsumer } = settings;
  if (deadLetterRoutingKey !== undefined && deadLetterExchange === undefined) {
    const Fault = options.deadLetterRoutingKey === undefined ? PreconditionFailedError : InvalidArgumentError;
    throw new Fault(
      `${queue}: deadLetterRoutingKey is ${shown(deadLetterRoutingKey)}, and there is no deadLetterExchange ` +
        'to publish to with it. Give that too.',
    );
  }
  if (dispatch === 'queue-per-consumer') return;
  if (singleActiveConsumer === true) {
    throw new InvalidArgumentError(
      `${queue}: singleActiveConsumer does not go with dispatch '${dispatch}', whose one ring every consumer reads. ` +
        "Use dispatch 'queue-per-consumer'.",
    );
  }
  if (maxPriority !== undefined) {
    throw new InvalidArgumentError(
      `${queue}: maxPriority does not go with dispatch '${dispatch}', whose one ring keeps messages in the order of ` +
        "their arrival. Use dispatch 'queue-per-consumer'.",
    );
  }
}

function orNotSet(value: unknown): string {
  return value === undefined ? 'not set' : shown(value);
}
