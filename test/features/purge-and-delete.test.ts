import { expect, test } from 'vitest';
import { type Message, PreconditionFailedError } from '#src/index.js';
import { errorOf, eventually } from '../client/with-broker.js';
import { countersOf, drainTexts, withCountedBroker } from './counted-broker.js';

// AMQP 0-9-1, 1.7.2.7 (queue.purge): messages that are ready go, those awaiting acknowledgement do not.
test('purge drops what waits, and nothing else', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q', { maxPriority: 3, messageTtl: 3_600_000, maxLengthBytes: 1_000_000 });
  for (let i = 0; i < 10; i++)
    session.publish('', 'q', new Uint8Array(i % 2 === 0 ? 10 : 10_000), { priority: i % 4 });
  await session.sync();
  const got = (await session.get('q')) as Message;
  expect(await session.purgeQueue('q')).toBe(9);
  expect(await session.purgeQueue('q')).toBe(0);
  expect(await countersOf(session, 'q')).toMatchObject({
    ready: 0,
    readyBytes: 0,
    purged: 9,
    unacknowledged: 1,
  });
  got.nack();
  session.publish('', 'q', 'new');
  await session.sync();
  expect((await session.checkQueue('q')).messages).toBe(2);
});

test('purge dead-letters nothing', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('dead');
  await session.declareQueue('q', { deadLetterExchange: '', deadLetterRoutingKey: 'dead' });
  for (let i = 0; i < 5; i++) session.publish('', 'q', 'x');
  await session.sync();
  expect(await session.purgeQueue('q')).toBe(5);
  await session.sync();
  expect(await drainTexts(session, 'dead')).toEqual([]);
});

// AMQP 0-9-1, 1.7.2.9 (queue.delete): if-unused, if-empty.
test('ifUnused and ifEmpty keep a queue that is used, or is not empty', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q');
  const consumer = await session.consume('q', { prefetch: 1 });
  for (let i = 0; i < 3; i++) session.publish('', 'q', 'x');
  await session.sync();
  const unused = await errorOf(() => session.deleteQueue('q', { ifUnused: true }));
  expect(unused).toBeInstanceOf(PreconditionFailedError);
  expect(unused.message).toMatch(/'q' has 1 consumers/);
  await consumer.cancel();
  const empty = await errorOf(() => session.deleteQueue('q', { ifUnused: true, ifEmpty: true }));
  expect(empty).toBeInstanceOf(PreconditionFailedError);
  expect(empty.message).toMatch(/'q' holds 3 messages/);
  expect(await session.deleteQueue('q', { ifUnused: true })).toBe(3);
});

// "If an unacknowledged message remains": ready messages alone count (`is_empty` in `rabbit_amqqueue_process`).
test('a queue whose messages are all with consumers is empty', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q');
  session.publish('', 'q', 'x');
  await session.sync();
  const message = (await session.get('q')) as Message;
  expect(await session.deleteQueue('q', { ifEmpty: true })).toBe(0);
  message.ack(); // nobody knows it any more, and nothing happens
  await session.sync();
});

// `delete` of a queue that is not there: no error since RabbitMQ 3.2.
test('deleting what is not there is no error', async () => {
  const { session } = await withCountedBroker();
  expect(await session.deleteQueue('q')).toBe(0);
  expect(await session.deleteQueue('q', { ifEmpty: true, ifUnused: true })).toBe(0);
});

test('a queue of the same name begins anew, and old messages do not come into it', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q');
  const consumer = await session.consume('q');
  const ended = new Promise(resolve => consumer.once('cancel', resolve));
  for (const length of [10, 100_000]) session.publish('', 'q', new Uint8Array(length));
  const first = consumer.receive(10_000) as Message;
  await session.deleteQueue('q');
  await session.declareQueue('q');
  expect(await ended).toBeUndefined();
  first.nack();
  await consumer.cancel();
  await session.sync();
  expect(await countersOf(session, 'q')).toMatchObject({ published: 0, ready: 0, consumers: 0 });
  await eventually('no body is held', async () => (await session.stats()).largeBodies === 0);
});
