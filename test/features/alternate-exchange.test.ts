import { describe, expect, test } from 'vitest';
import { drain, drainTexts, withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Alternate Exchanges".

describe.each([
  ['by option', { alternateExchange: 'alternate' }],
  ['by argument', { arguments: { 'alternate-exchange': 'alternate' } }],
])('named %s', (_, options) => {
  test('it gets what its exchange cannot route, with the name and key that it was published with', async () => {
    const { session } = await withCountedBroker();
    await session.declareExchange('alternate', 'topic', { internal: true });
    await session.declareExchange('x', 'direct', options);
    await session.declareQueue('routed');
    await session.declareQueue('saved');
    await session.bindQueue('routed', 'x', 'known');
    await session.bindQueue('saved', 'alternate', '#');
    for (const key of ['known', 'unknown', '']) session.publish('x', key, `to '${key}'`);
    await session.sync();
    expect(await drainTexts(session, 'routed')).toEqual(["to 'known'"]);
    const saved = await drain(session, 'saved');
    expect(saved.map(message => [message.exchange, message.routingKey, message.text()])).toEqual([
      ['x', 'unknown', "to 'unknown'"],
      ['x', '', "to ''"],
    ]);
  });
});

test('a chain of them is followed to its end', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q');
  for (let i = 0; i < 10; i++)
    await session.declareExchange(`x${i}`, 'direct', { alternateExchange: `x${i + 1}` });
  await session.declareExchange('x10', 'fanout');
  await session.bindQueue('q', 'x10');
  session.publish('x0', 'k', Buffer.alloc(100_000));
  await session.sync();
  expect((await drain(session, 'q')).map(message => message.length)).toEqual([100_000]);
});

test('a ring of them ends, and the message is unroutable', async () => {
  const { session } = await withCountedBroker();
  await session.declareExchange('a', 'direct', { alternateExchange: 'b' });
  await session.declareExchange('b', 'direct', { alternateExchange: 'a' });
  session.publish('a', 'k', new Uint8Array(100_000));
  await session.sync();
  expect(await session.stats()).toMatchObject({ unroutable: 1, largeBodies: 0 });
});

// "If the configured AE does not exist then a warning is logged": the message is dropped.
test('one that does not exist saves nothing; as soon as it does, it does', async () => {
  const { session } = await withCountedBroker();
  await session.declareExchange('x', 'direct', { alternateExchange: 'later' });
  await session.declareQueue('q');
  session.publish('x', 'k', 'lost');
  await session.declareExchange('later', 'fanout');
  await session.bindQueue('q', 'later');
  session.publish('x', 'k', 'saved');
  await session.deleteExchange('later');
  session.publish('x', 'k', 'lost, too');
  await session.sync();
  expect(await drainTexts(session, 'q')).toEqual(['saved']);
});

test('a key of CC that is routed nowhere goes to the alternate, too', async () => {
  const { session } = await withCountedBroker();
  await session.declareExchange('alternate', 'fanout');
  await session.declareExchange('x', 'direct', { alternateExchange: 'alternate' });
  for (const queue of ['routed', 'saved']) await session.declareQueue(queue);
  await session.bindQueue('routed', 'x', 'known');
  await session.bindQueue('saved', 'alternate');
  session.publish('x', 'known', 'x', { headers: { CC: ['unknown'] } });
  await session.sync();
  expect(await drain(session, 'routed')).toHaveLength(1);
  expect(await drain(session, 'saved')).toHaveLength(1);
});
