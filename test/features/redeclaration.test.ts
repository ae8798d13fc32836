import { describe, expect, test } from 'vitest';
import { PreconditionFailedError, type QueueOptions } from '#src/index.js';
import { errorOf } from '../client/with-broker.js';
import { withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Queues", section "Declaration and Property Equivalence": 406 PRECONDITION_FAILED if the attributes are not
// the same. `assert_equivalence` in `rabbit_amqqueue` names the argument and both values.

type Row = [
  option: keyof QueueOptions,
  argument: string | undefined,
  value: unknown,
  other: unknown,
  beside?: QueueOptions,
];

const SETTINGS: Row[] = [
  ['dispatch', undefined, 'shared-locked', 'shared-lock-free'],
  ['ringBytes', undefined, 1 << 16, 1 << 17],
  ['exclusive', undefined, true, false],
  ['autoDelete', undefined, true, false],
  ['messageTtl', 'x-message-ttl', 60_000, 0],
  ['expires', 'x-expires', 60_000, 60_001],
  ['maxLength', 'x-max-length', 10, 0],
  ['maxLengthBytes', 'x-max-length-bytes', 1000, 1001],
  ['overflow', 'x-overflow', 'reject-publish', 'drop-head'],
  ['deadLetterExchange', 'x-dead-letter-exchange', 'dlx', ''],
  ['deadLetterRoutingKey', 'x-dead-letter-routing-key', 'a', '', { deadLetterExchange: 'dlx' }],
  ['maxPriority', 'x-max-priority', 10, 0],
  ['singleActiveConsumer', 'x-single-active-consumer', true, false],
  ['deliveryLimit', 'x-delivery-limit', 5, -1],
  ['consumerTimeout', 'x-consumer-timeout', 60_000, 60_001],
];

const quoted = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value));

test.each(SETTINGS)('%s', async (option, argument, value, other, beside = {}) => {
  const { session } = await withCountedBroker();
  const spellings = (given: unknown): QueueOptions[] => [
    { ...beside, [option]: given },
    ...(argument === undefined ? [] : [{ ...beside, arguments: { [argument]: given as string } }]),
  ];
  for (const [i, first] of spellings(value).entries()) {
    const name = `q${i}`;
    await session.declareQueue(name, first);
    for (const same of spellings(value)) await session.declareQueue(name, same);
    for (const different of spellings(other)) {
      const error = await errorOf(() => session.declareQueue(name, different));
      expect(error).toBeInstanceOf(PreconditionFailedError);
      expect(error.message).toContain(`Queue '${name}' exists with ${option} ${quoted(value)}`);
      expect(error.message).toContain(`declared with ${quoted(other)}`);
    }
  }
});

describe('a setting that was not given differs from every value', () => {
  // `assert_args_equivalence` in `rabbit_misc`. What always has a value equals its default.
  test.each(SETTINGS.filter(([, argument]) => argument !== undefined))(
    '%s',
    async (option, _, __, other, beside = {}) => {
      const { session } = await withCountedBroker();
      await session.declareQueue('q', beside);
      const error = await errorOf(() => session.declareQueue('q', { ...beside, [option]: other }));
      expect(error).toBeInstanceOf(PreconditionFailedError);
      expect(error.message).toContain(`${option} not set, and was declared with ${quoted(other)}`);
    },
  );

  test('defaults', async () => {
    const { session } = await withCountedBroker();
    await session.declareQueue('q');
    await session.declareQueue('q', {
      dispatch: 'queue-per-consumer',
      ringBytes: 1 << 20,
      durable: false,
      exclusive: false,
      autoDelete: false,
      arguments: { 'x-queue-type': 'classic', 'x-unknown': 1 },
    });
  });
});

test('a redeclaration that fails changes nothing', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q', { maxLength: 1 });
  session.publish('', 'q', 'kept');
  await session.sync();
  await errorOf(() => session.declareQueue('q', { maxLength: 5 }));
  session.publish('', 'q', 'instead');
  await session.sync();
  expect((await session.checkQueue('q')).messages).toBe(1);
  expect((await session.get('q', { noAck: true }))?.text()).toBe('instead');
});
