import { expect, test } from 'vitest';
import type { Message } from '#src/index.js';
import { eventually } from '../client/with-broker.js';
import { countersOf, drain, withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Dead Letter Exchanges", section "Dead-letter cycle": a message that reaches the same queue twice is
// dropped if there was no rejection in the entire cycle.

test.each([
  ['expires', { messageTtl: 2 }],
  ['is too much', { maxLength: 0 }],
  ['is refused', { maxLength: 0, overflow: 'reject-publish-dlx' }],
] as const)('a message that %s in a queue that dead-letters to itself is dropped', async (_, options) => {
  const { session } = await withCountedBroker();
  // Through the default exchange with its own key: "for example" of the section.
  await session.declareQueue('q', { deadLetterExchange: '', ...options });
  for (const length of [10, 100_000]) session.publish('', 'q', new Uint8Array(length));
  await eventually('both died', async () => (await countersOf(session, 'q')).deadLettered === 2);
  await session.sync();
  expect(await countersOf(session, 'q')).toMatchObject({ ready: 0, published: 2, deadLettered: 2 });
  expect((await session.stats()).largeBodies).toBe(0);
});

test('a cycle through three queues ends where it began', async () => {
  const { session } = await withCountedBroker();
  for (const [queue, next] of [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
  ] as const)
    await session.declareQueue(queue, { maxLength: 0, deadLetterExchange: '', deadLetterRoutingKey: next });
  session.publish('', 'a', 'x');
  await session.sync();
  await session.sync();
  for (const queue of ['a', 'b', 'c'])
    expect(await countersOf(session, queue)).toMatchObject({ published: 1, deadLettered: 1 });
});

test('the queue that closes the cycle gets nothing, others do', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q', { maxLength: 0, deadLetterExchange: 'amq.fanout' });
  await session.declareQueue('other');
  for (const queue of ['q', 'other']) await session.bindQueue(queue, 'amq.fanout');
  session.publish('', 'q', 'x');
  await session.sync();
  await session.sync();
  expect(await countersOf(session, 'q')).toMatchObject({ published: 1 });
  expect(await drain(session, 'other')).toHaveLength(1);
});

test('a message that is rejected goes round as often as it is rejected', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q', { deadLetterExchange: '' });
  const consumer = await session.consume('q', { prefetch: 1 });
  session.publish('', 'q', Buffer.alloc(100_000));
  for (let i = 0; i < 20; i++) {
    const message = consumer.receive(10_000) as Message;
    const deaths = message.properties.headers?.['x-death'];
    if (i > 0) expect(deaths).toMatchObject([{ queue: 'q', reason: 'rejected', count: i }]);
    message.reject({ requeue: false });
  }
  consumer.receive(10_000)?.ack();
  await session.sync();
  expect(await countersOf(session, 'q')).toMatchObject({ acknowledged: 1, deadLettered: 20 });
});

// `is_death_cycle` in `mc`: a rejection that is newer than the other death in the queue breaks the cycle.
test('a rejection in the cycle lets it go on; the next round without one ends it', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('work', { deadLetterExchange: '', deadLetterRoutingKey: 'pause' });
  await session.declareQueue('pause', {
    messageTtl: 2,
    deadLetterExchange: '',
    deadLetterRoutingKey: 'work',
  });
  const consumer = await session.consume('work');
  session.publish('', 'work', 'x');
  for (let i = 0; i < 3; i++) (consumer.receive(10_000) as Message).reject({ requeue: false });
  const message = consumer.receive(10_000) as Message;
  expect(message.properties.headers?.['x-death']).toMatchObject([{ count: 3 }, { count: 3 }]);
  message.ack();
});

test('a cycle through an exchange that delays ends, too', async () => {
  const { session } = await withCountedBroker();
  await session.declareExchange('later', 'x-delayed-message', { arguments: { 'x-delayed-type': 'fanout' } });
  await session.declareQueue('q', { maxLength: 0, deadLetterExchange: 'later' });
  await session.declareQueue('other');
  for (const queue of ['q', 'other']) await session.bindQueue(queue, 'later');
  session.publish('', 'q', 'x', { headers: { 'x-delay': 1 } });
  await eventually('it was released', async () => (await countersOf(session, 'other')).ready === 1);
  expect(await countersOf(session, 'q')).toMatchObject({ published: 1, deadLettered: 1 });
});
