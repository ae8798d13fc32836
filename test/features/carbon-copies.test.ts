import { expect, test } from 'vitest';
import { InvalidArgumentError, type MessageProperties } from '#src/index.js';
import { errorOf } from '../client/with-broker.js';
import { countersOf, drain, withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Sender-selected Distribution": the values of CC and BCC are added to the routing key, and BCC is
// removed before delivery.

const ROUTES: [what: string, headers: MessageProperties['headers'], queues: string[]][] = [
  ['CC', { CC: ['b', 'c'] }, ['a', 'b', 'c']],
  ['BCC', { BCC: ['b'] }, ['a', 'b']],
  ['both', { CC: ['b'], BCC: ['c'] }, ['a', 'b', 'c']],
  ['a queue named twice', { CC: ['a', 'b', 'b'], BCC: ['b'] }, ['a', 'b']],
  ['keys that lead nowhere', { CC: ['nobody'], BCC: ['nothing'] }, ['a']],
  ['none', { CC: [], BCC: [] }, ['a']],
  ['names in lower case, which mean nothing', { cc: ['b'], bcc: ['c'] }, ['a']],
];

test.each(ROUTES)('%s: one copy for each queue', async (_, headers, expected) => {
  const { session } = await withCountedBroker();
  for (const queue of ['a', 'b', 'c']) await session.declareQueue(queue);
  for (const length of [10, 100_000]) session.publish('', 'a', Buffer.alloc(length, 1), { headers });
  await session.sync();
  for (const queue of ['a', 'b', 'c']) {
    const messages = await drain(session, queue);
    expect(messages.map(message => message.length)).toEqual(expected.includes(queue) ? [10, 100_000] : []);
    for (const message of messages) {
      const { BCC: _hidden, ...visible } = headers as Record<string, unknown>;
      expect(message.properties.headers).toEqual(visible);
      expect(message.routingKey).toBe('a');
      expect(message.body.every(byte => byte === 1)).toBe(true);
    }
  }
});

test('the keys count for every type of exchange', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q');
  await session.declareQueue('r');
  await session.bindQueue('q', 'amq.topic', 'a.*');
  await session.bindQueue('r', 'amq.topic', '#.z');
  session.publish('amq.topic', 'nowhere', 'x', { headers: { CC: ['a.b'], BCC: ['y.z'] } });
  await session.sync();
  expect((await drain(session, 'q')).map(m => m.properties.headers)).toEqual([{ CC: ['a.b'] }]);
  expect(await drain(session, 'r')).toHaveLength(1);
});

test('consumers that wait get their copies, and the BCC is hidden from them, too', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('a');
  await session.declareQueue('b');
  const consumers = [await session.consume('a', { noAck: true }), await session.consume('b')];
  session.publish('', 'a', 'x', { headers: { BCC: ['b'], other: 1 } });
  for (const consumer of consumers) {
    expect(consumer.receive(10_000)?.properties.headers).toEqual({ other: 1 });
  }
  consumers[1]?.ackAll();
});

test('a message with copies is confirmed once, and comes back if no key leads anywhere', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('full', { maxLength: 0, overflow: 'reject-publish' });
  let returned = 0;
  session.on('return', () => returned++);
  const publisher = await session.publisher('', { confirm: true, mandatory: true });
  await publisher.publishConfirmed('nobody', 'x', { headers: { CC: ['nothing'] } });
  expect(returned).toBe(1);
  await expect(
    publisher.publishConfirmed('nobody', 'x', { headers: { CC: ['full', 'full'] } }),
  ).rejects.toMatchObject({ messages: 1 });
  expect(returned).toBe(1);
});

// `header_routes` in `rabbit_basic` refuses what is no array. It overlooks entries that are no texts; here those are
// refused as well, because a copy that silently does not go is hard to find.
test.each([
  ['a text', { CC: 'b' }],
  ['null', { CC: null }],
  ['a number in the array', { BCC: ['a', 1] }],
  ['a table', { BCC: { a: 'b' } }],
  ['a key of 256 bytes', { CC: ['x'.repeat(256)] }],
] as const)('%s is no list of keys: it is refused, and nothing is published', async (_, headers) => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q');
  const error = await errorOf(() => session.publish('', 'q', 'x', { headers }));
  expect(error).toBeInstanceOf(InvalidArgumentError);
  expect(error.message).toMatch(/header B?CC must be an array of routing keys/);
  await session.sync();
  expect((await countersOf(session, 'q')).published).toBe(0);
});

test('headers that are none are refused by name, and not by accident', async () => {
  const { session } = await withCountedBroker();
  const properties = { headers: null } as unknown as MessageProperties;
  const error = await errorOf(() => session.publish('', 'q', 'x', properties));
  expect(error).toBeInstanceOf(InvalidArgumentError);
  expect(error.message).toMatch(/headers is null/);
});
