import { expect, test } from 'vitest';
import type { MessageProperties, QueueOptions } from '#src/index.js';
import { arrival, drain, drainTexts, withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Dead Letter Exchanges", sections "Routing Dead-Lettered Messages" and "Dead-Lettered Effects on Messages".

/** @param keys with which the dead letter is routed */
const ROUTES: [
  what: string,
  options: QueueOptions,
  headers: MessageProperties['headers'],
  keys: string[],
  cc: unknown,
][] = [
  ['its own key', {}, undefined, ['own'], undefined],
  ['its own key and those of CC', {}, { CC: ['copy', 'other'] }, ['own', 'copy', 'other'], ['copy', 'other']],
  ['the key of the queue', { deadLetterRoutingKey: 'new' }, undefined, ['new'], undefined],
  ['the key of the queue, without CC', { deadLetterRoutingKey: 'new' }, { CC: ['copy'] }, ['new'], undefined],
  ['an empty key of the queue', { deadLetterRoutingKey: '' }, { CC: ['copy'] }, [''], undefined],
];

test.each(ROUTES)('with %s', async (_, options, headers, keys, cc) => {
  const { session } = await withCountedBroker();
  await session.declareExchange('dlx', 'direct');
  for (const key of ['own', 'copy', 'other', 'new', '']) {
    await session.declareQueue(`to ${key}`);
    await session.bindQueue(`to ${key}`, 'dlx', key);
  }
  await session.declareQueue('q', { maxLength: 0, deadLetterExchange: 'dlx', ...options });
  await session.bindQueue('q', 'amq.direct', 'own');
  session.publish('amq.direct', 'own', 'x', headers && { headers });
  await session.sync();
  await session.sync();
  for (const key of ['own', 'copy', 'other', 'new', '']) {
    const letters = await drain(session, `to ${key}`);
    expect(letters, `to ${key}`).toHaveLength(keys.includes(key) ? 1 : 0);
    for (const letter of letters) {
      expect(letter.routingKey).toBe(keys[0]);
      expect(letter.properties.headers?.['CC']).toEqual(cc);
      const { CC = [] } = (headers ?? {}) as { CC?: string[] };
      expect(letter.properties.headers?.['x-death']).toMatchObject([{ 'routing-keys': ['own', ...CC] }]);
    }
  }
});

test('through the default exchange, and to a queue that two keys lead to but once', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('dead');
  await session.declareQueue('q', { maxLength: 0, deadLetterExchange: '', deadLetterRoutingKey: 'dead' });
  session.publish('', 'q', 'x', { headers: { CC: ['q', 'q'] } });
  expect((await arrival(session, 'dead')).exchange).toBe('');
  await session.sync();
  expect(await drain(session, 'dead')).toEqual([]);
});

test('BCC tells nobody: neither the dead letter nor its history has it', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('dead');
  await session.declareQueue('q', { maxLength: 0, deadLetterExchange: '', deadLetterRoutingKey: 'dead' });
  session.publish('', 'nobody', 'x', { headers: { BCC: ['q'], a: 1 } });
  const { headers } = (await arrival(session, 'dead')).properties;
  expect(headers).toMatchObject({ a: 1, 'x-death': [{ 'routing-keys': ['nobody'] }] });
  expect(headers).not.toHaveProperty('BCC');
});

test('by the headers that the dead letter has: an exchange may tell the reasons apart', async () => {
  const { session } = await withCountedBroker();
  await session.declareExchange('dlx', 'headers');
  for (const reason of ['maxlen', 'expired']) {
    await session.declareQueue(reason);
    await session.bindQueue(reason, 'dlx', '', { 'x-match': 'all-with-x', 'x-last-death-reason': reason });
    await session.declareQueue(`${reason} here`, {
      deadLetterExchange: 'dlx',
      ...(reason === 'maxlen' ? { maxLength: 0 } : { messageTtl: 2 }),
    });
  }
  session.publish('', 'maxlen here', 'too many');
  session.publish('', 'expired here', 'too late');
  expect((await arrival(session, 'maxlen')).text()).toBe('too many');
  expect((await arrival(session, 'expired')).text()).toBe('too late');
});

test('to several queues, and on through alternate exchanges and bindings between exchanges', async () => {
  const { session } = await withCountedBroker();
  await session.declareExchange('alternate', 'fanout');
  await session.declareExchange('behind', 'fanout');
  await session.declareExchange('dlx', 'direct', { alternateExchange: 'alternate' });
  await session.bindExchange('behind', 'alternate');
  for (const queue of ['a', 'b']) await session.declareQueue(queue);
  await session.bindQueue('a', 'alternate');
  await session.bindQueue('b', 'behind');
  await session.declareQueue('q', { maxLength: 0, deadLetterExchange: 'dlx' });
  session.publish('', 'q', Buffer.alloc(50_000, 1));
  await session.sync();
  for (const queue of ['a', 'b']) expect((await arrival(session, queue)).length).toBe(50_000);
});

// The router publishes them when a queue is done with what it was doing: there must be no end to how many that are.
test('thousands at once arrive all, in order', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('dead');
  await session.declareQueue('q', { deadLetterExchange: '', deadLetterRoutingKey: 'dead' });
  const count = 5000;
  const consumer = await session.consume('q', { prefetch: 0 });
  for (let i = 0; i < count; i++) session.publish('', 'q', `${i}`);
  session.flush();
  let last = consumer.receive(10_000);
  for (let i = 1; i < count; i++) last = consumer.receive(10_000);
  last?.nack({ multiple: true, requeue: false });
  const dead = await session.consume('dead', { noAck: true });
  for (let i = 0; i < count; i++) expect(dead.receive(10_000)?.text()).toBe(`${i}`);
  expect(await drainTexts(session, 'dead')).toEqual([]);
});
