import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Message, Session } from '#src/index.js';
import { eventually } from '../client/with-broker.js';
import { withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Publishers", section "Handling Unroutable Messages"; AMQP 0-9-1, 1.8.3.3 (basic.publish, mandatory).

async function withReturns(): Promise<{ session: Session; returned: Message[] }> {
  const { session } = await withCountedBroker();
  const returned: Message[] = [];
  session.on('return', message => returned.push(message));
  await session.declareQueue('q');
  return { session, returned };
}

const PROPERTIES = { type: 't', headers: { a: 1, b: 'é' }, priority: 5, expiration: '60000' };

test.each([
  ['empty', 0, undefined],
  ['small', 5, undefined],
  ['small, with properties', 5, PROPERTIES],
  ['just inline', 2048, undefined],
  ['large', 100_000, undefined],
  ['large, with properties', 100_000, PROPERTIES],
] as const)(
  'a message that no queue takes comes back as it was published: %s',
  async (_, length, properties) => {
    const { session, returned } = await withReturns();
    const body = randomBytes(length);
    const publisher = await session.publisher('amq.direct', { mandatory: true });
    publisher.publish('nobody', body, properties);
    const message = await eventually('it comes back', () => returned[0]);
    expect(body.equals(message.body)).toBe(true);
    expect(message.properties).toEqual(properties ?? {});
    expect([message.exchange, message.routingKey]).toEqual(['amq.direct', 'nobody']);
    expect(message.settled).toBe(true);
  },
);

test('no message comes back that is routed, or not mandatory', async () => {
  const { session, returned } = await withReturns();
  const mandatory = await session.publisher('', { mandatory: true });
  const other = await session.publisher('');
  for (let i = 0; i < 200; i++) {
    mandatory.publish('q', 'x');
    other.publish('nobody', 'x');
  }
  mandatory.publish('nobody', 'the last one');
  await eventually('the last one comes back', () => returned.length > 0);
  expect(returned.map(message => message.text())).toEqual(['the last one']);
  expect((await session.stats()).unroutable).toBe(201);
});

test('more of them than the ring of answers holds, in the order published', async () => {
  const { session, returned } = await withReturns();
  const publisher = await session.publisher('', { mandatory: true });
  for (let i = 0; i < 500; i++) publisher.publish('nobody', Buffer.alloc(1000, i));
  await eventually('all come back', () => returned.length === 500);
  expect(returned.every((message, i) => message.uint8At(0) === i % 256)).toBe(true);
});

// "Consumer Acknowledgements and Publisher Confirms": the return is sent before the confirm.
test('the return is known when the message is confirmed, and it is no refusal', async () => {
  const { session, returned } = await withReturns();
  const publisher = await session.publisher('', { mandatory: true, confirm: true });
  await publisher.publishConfirmed('nobody', 'x');
  expect(returned).toHaveLength(1);
  for (let i = 0; i < 100; i++) publisher.publish(i % 2 === 0 ? 'q' : 'nobody', 'x');
  await publisher.confirmed();
  expect(returned).toHaveLength(51);
});

// RabbitMQ, "Alternate Exchanges": if the alternate routes a message, it counts as routed for `mandatory`.
test('an alternate exchange saves it, unless that routes it nowhere either', async () => {
  const { session, returned } = await withReturns();
  await session.declareExchange('alternate', 'direct');
  await session.declareExchange('x', 'direct', { alternateExchange: 'alternate' });
  await session.bindQueue('q', 'alternate', 'saved');
  const publisher = await session.publisher('x', { mandatory: true, confirm: true });
  publisher.publish('saved', 'x');
  publisher.publish('lost', 'y');
  await publisher.confirmed();
  expect(returned.map(message => message.text())).toEqual(['y']);
  expect((await session.get('q', { noAck: true }))?.text()).toBe('x');
});

test('a queue that refuses a message has been found for it: it does not come back', async () => {
  const { session, returned } = await withReturns();
  await session.declareQueue('full', { maxLength: 0, overflow: 'reject-publish' });
  const publisher = await session.publisher('', { mandatory: true, confirm: true });
  await expect(publisher.publishConfirmed('full', 'x')).rejects.toMatchObject({ messages: 1 });
  expect(returned).toEqual([]);
});
