import { describe, expect, test } from 'vitest';
import { InvalidArgumentError, PreconditionFailedError } from '#src/errors.js';
import type { QueueOptions } from '#src/records/request.js';
import { checkSameSettings, type QueueSettings, queueSettings } from '#src/router/queue-settings.js';
import type { ArgumentValue } from '#src/routing/arguments.js';
import { thrownBy } from '../amqp/bytes.js';

const DEFAULTS: QueueSettings = {
  dispatch: 'queue-per-consumer',
  ringBytes: 1 << 20,
  durable: false,
  exclusive: false,
  autoDelete: false,
  messageTtl: undefined,
  expires: undefined,
  maxLength: undefined,
  maxLengthBytes: undefined,
  overflow: undefined,
  deadLetterExchange: undefined,
  deadLetterRoutingKey: undefined,
  maxPriority: undefined,
  singleActiveConsumer: undefined,
  deliveryLimit: undefined,
  consumerTimeout: undefined,
};

const TEN_YEARS = 315_360_000_000;
const LONGEST_KEY = `${'é'.repeat(127)}e`;

type Faulty = [value: unknown, ...says: RegExp[]];

/** What each setting may be, and what not. */
const VALUES: [keyof QueueSettings, string | undefined, valid: unknown[], invalid: Faulty[]][] = [
  [
    'dispatch',
    undefined,
    ['queue-per-consumer', 'shared-locked', 'shared-locked-batched', 'shared-lock-free'],
    [['random', /shared-lock-free/], [1]],
  ],
  [
    'ringBytes',
    undefined,
    [65536, 2 ** 28],
    [[65535], [100_000, /power of two/], [2 ** 29], ['65536'], [Number.NaN]],
  ],
  ['durable', undefined, [true, false], [[1], ['true'], [null]]],
  ['exclusive', undefined, [true, false], [[1]]],
  ['autoDelete', undefined, [true, false], [[1]]],
  // RabbitMQ: check_message_ttl_arg in rabbit_amqqueue, check_expiry in rabbit_misc.
  ['messageTtl', 'x-message-ttl', [0, 1, TEN_YEARS], [[-1], [TEN_YEARS + 1, /315360000000\b/], [1.5], ['1']]],
  // check_expires_arg: not zero.
  ['expires', 'x-expires', [1, TEN_YEARS], [[0, /from 1/], [TEN_YEARS + 1], [true]]],
  // check_non_neg_int_arg.
  ['maxLength', 'x-max-length', [0, 2 ** 40], [[-1], [2n ** 62n], [null]]],
  ['maxLengthBytes', 'x-max-length-bytes', [0, 2 ** 40], [[-1], ['1 MB']]],
  // check_overflow.
  [
    'overflow',
    'x-overflow',
    ['drop-head', 'reject-publish', 'reject-publish-dlx'],
    [['drop-tail', /reject-publish-dlx/], [1]],
  ],
  // check_dlxname_arg; the empty name is the default exchange's.
  ['deadLetterExchange', 'x-dead-letter-exchange', ['', 'dlx'], [[1], ['é'.repeat(128), /255 bytes/]]],
  ['deadLetterRoutingKey', 'x-dead-letter-routing-key', ['', LONGEST_KEY], [[1], [`${LONGEST_KEY}e`]]],
  // check_max_priority_arg allows 0, which rabbit_priority_queue takes for one priority.
  ['maxPriority', 'x-max-priority', [0, 1, 255], [[-1], [256, /to 255/], [1.5]]],
  // check_single_active_consumer_arg.
  ['singleActiveConsumer', 'x-single-active-consumer', [true, false], [[1], ['true']]],
  // RabbitMQ 4.0.1, release notes, "Quorum Queues Now Have a Default Redelivery Limit": -1 is without limit.
  ['deliveryLimit', 'x-delivery-limit', [-1, 0, 20], [[-2], ['20']]],
  // RabbitMQ, "Consumers", section "Per-queue Delivery Timeouts Using an Optional Queue Argument".
  ['consumerTimeout', 'x-consumer-timeout', [1, 1_800_000], [[0], [-1], ['1h']]],
];

/** With what a setting needs beside it. */
function needs(option: string): QueueOptions {
  return option === 'deadLetterRoutingKey' ? { deadLetterExchange: 'dlx' } : {};
}

function byArgument(argument: string, value: unknown): QueueOptions {
  return { arguments: { [argument]: value as ArgumentValue } };
}

function refused(
  Fault: typeof InvalidArgumentError | typeof PreconditionFailedError,
  options: object,
): string {
  const error = thrownBy(() => queueSettings('tasks', options));
  expect(error).toBeInstanceOf(Fault);
  expect((error as Error).message).toMatch(/^Queue 'tasks': .*\.$/);
  return (error as Error).message;
}

test('what is left out, or undefined, is off or a default', () => {
  expect(queueSettings('q', {})).toStrictEqual(DEFAULTS);
  const undefinedOptions = Object.fromEntries(Object.keys(DEFAULTS).map(option => [option, undefined]));
  expect(queueSettings('q', { ...undefinedOptions, arguments: undefined })).toStrictEqual(DEFAULTS);
  expect(queueSettings('q', byArgument('x-max-length', undefined))).toStrictEqual(DEFAULTS);
});

test('every setting is tested', () => {
  expect(VALUES.map(([option]) => option)).toEqual(Object.keys(queueSettings('q', {})));
});

describe.each(VALUES)('%s', (option, argument, valid, invalid) => {
  test.each(valid.map(value => [value]))('may be %o', value => {
    const expected = { ...DEFAULTS, ...needs(option), [option]: value };
    expect(queueSettings('q', { ...needs(option), [option]: value })).toStrictEqual(expected);
    if (argument === undefined) return;
    const argued = byArgument(argument, value);
    expect(queueSettings('q', { ...needs(option), ...argued })).toStrictEqual(expected);
    expect(queueSettings('q', { ...needs(option), ...argued, [option]: value })).toStrictEqual(expected);
  });

  test.each(invalid)('may not be %o', (value, ...says) => {
    const message = refused(InvalidArgumentError, { ...needs(option), [option]: value });
    for (const pattern of [new RegExp(`option ${option} is`), ...says]) expect(message).toMatch(pattern);
    if (argument === undefined) return;
    // RabbitMQ: check_arguments_type_and_value in rabbit_amqqueue closes the channel with PRECONDITION_FAILED.
    const argued = refused(PreconditionFailedError, { ...needs(option), ...byArgument(argument, value) });
    for (const pattern of [new RegExp(`argument ${argument} is`), ...says]) expect(argued).toMatch(pattern);
  });
});

describe('arguments', () => {
  test('may be integers of any width', () => {
    expect(queueSettings('q', byArgument('x-max-length', 5n)).maxLength).toBe(5);
  });

  test('and options may not differ', () => {
    const message = refused(InvalidArgumentError, { maxLength: 5, ...byArgument('x-max-length', 6) });
    expect(message).toMatch(/option maxLength is 5, the argument x-max-length is 6/);
  });

  test.each<[string, ArgumentValue]>([
    ['x-queue-type', 'classic'],
    ['x-queue-mode', 'lazy'],
    ['x-queue-version', 2],
    ['x-queue-master-locator', 'client-local'],
    ['x-queue-leader-locator', 'balanced'],
    // RabbitMQ: check_arguments_key in rabbit_amqqueue refuses only what another type of queue knows.
    ['x-mine', [1]],
    ['', 1],
    ['messageTtl', 'of no meaning'],
  ])('%s: %j have no effect', (argument, value) => {
    expect(queueSettings('q', byArgument(argument, value))).toStrictEqual(DEFAULTS);
  });

  test.each<[string, ArgumentValue, RegExp]>([
    ['x-queue-type', 'quorum', /'quorum'.*classic/],
    ['x-queue-type', 'stream', /'stream'.*classic/],
    ['x-queue-type', 1, /x-queue-type is 1/],
    ['x-max-age', '1h', /x-max-age.*quorum queues or streams/],
    ['x-quorum-initial-group-size', 3, /x-quorum-initial-group-size/],
    ['x-dead-letter-strategy', 'at-least-once', /x-dead-letter-strategy/],
  ])('%s: %j are refused', (argument, value, says) => {
    expect(refused(PreconditionFailedError, byArgument(argument, value))).toMatch(says);
  });
});

test.each(['messageTTL', 'x-message-ttl', 'toString'])('there is no option %s', option => {
  expect(refused(InvalidArgumentError, { [option]: 1 })).toMatch(
    new RegExp(`'${option}'.*messageTtl.*arguments`),
  );
});

describe('together', () => {
  // RabbitMQ: routing_key_but_no_dlx_defined in check_dlxrk_arg of rabbit_amqqueue.
  test('a dead letter routing key needs an exchange', () => {
    expect(refused(InvalidArgumentError, { deadLetterRoutingKey: 'k' })).toMatch(/deadLetterExchange/);
    const argued = byArgument('x-dead-letter-routing-key', 'k');
    expect(refused(PreconditionFailedError, argued)).toMatch(/deadLetterExchange/);
    expect(queueSettings('q', { ...argued, deadLetterExchange: '' }).deadLetterRoutingKey).toBe('k');
  });

  // A shared ring is one queue in the order of arrival, which all consumers read.
  test.each(['shared-locked', 'shared-locked-batched', 'shared-lock-free'] as const)('%s', dispatch => {
    for (const options of [
      { dispatch, singleActiveConsumer: true },
      { dispatch, maxPriority: 5 },
      { dispatch, ...byArgument('x-max-priority', 5) },
    ]) {
      expect(refused(InvalidArgumentError, options)).toMatch(`dispatch '${dispatch}'`);
      expect(refused(InvalidArgumentError, options)).toMatch("Use dispatch 'queue-per-consumer'");
    }
    expect(queueSettings('q', { dispatch, singleActiveConsumer: false }).dispatch).toBe(dispatch);
  });
});

describe('a declaration of a queue that exists', () => {
  const DECLARED: QueueOptions = { durable: true, maxLength: 5, deadLetterExchange: 'dlx' };

  test.each<[QueueOptions]>([
    [DECLARED],
    [{ durable: true, arguments: { 'x-max-length': 5, 'x-dead-letter-exchange': 'dlx' } }],
    [{ ...DECLARED, dispatch: 'queue-per-consumer', ringBytes: 1 << 20, exclusive: false }],
    [{ ...DECLARED, arguments: { 'x-queue-type': 'classic', 'x-mine': 1 } }],
  ])('may be %o', options => {
    checkSameSettings('q', queueSettings('q', DECLARED), queueSettings('q', options));
  });

  // RabbitMQ: perform_full_equivalence_checks in rabbit_amqqueue, assert_args_equivalence in rabbit_misc.
  test.each<[QueueOptions, RegExp]>([
    [{ ...DECLARED, dispatch: 'shared-locked' }, /dispatch 'queue-per-consumer'.*'shared-locked'/],
    [{ ...DECLARED, ringBytes: 1 << 16 }, /ringBytes 1048576.*65536/],
    [{ ...DECLARED, durable: false }, /durable true.*false/],
    [{ ...DECLARED, exclusive: true }, /exclusive false.*true/],
    [{ ...DECLARED, autoDelete: true }, /autoDelete false.*true/],
    [{ ...DECLARED, maxLength: 6 }, /maxLength 5.*6/],
    [{ ...DECLARED, maxLength: undefined }, /maxLength 5.*not set/],
    [{ ...DECLARED, deadLetterExchange: '' }, /deadLetterExchange 'dlx'.*''/],
    [{ ...DECLARED, deadLetterRoutingKey: 'k' }, /deadLetterRoutingKey not set.*'k'/],
    [{ ...DECLARED, overflow: 'drop-head' }, /overflow not set.*'drop-head'/],
    [{ ...DECLARED, arguments: { 'x-delivery-limit': -1 } }, /deliveryLimit not set.*-1/],
  ])('may not be %o', (options, says) => {
    const check = () =>
      checkSameSettings('tasks', queueSettings('tasks', DECLARED), queueSettings('tasks', options));
    expect(check).toThrow(PreconditionFailedError);
    expect(check).toThrow(/^Queue 'tasks' exists with .*delete it first\.$/);
    expect(check).toThrow(says);
  });
});
