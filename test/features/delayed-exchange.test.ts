import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Message, Session } from '#src/index.js';
import { eventually, withBroker } from '../client/with-broker.js';
import { arrival, drainTexts, withCountedBroker } from './counted-broker.js';

// The plugin rabbitmq_delayed_message_exchange, README.

const delay = (milliseconds: number) => ({ headers: { 'x-delay': milliseconds } });

async function withDelays(type = 'direct'): Promise<Session> {
  const { session } = await withCountedBroker();
  await session.declareExchange('later', 'x-delayed-message', { arguments: { 'x-delayed-type': type } });
  await session.declareQueue('q');
  await session.bindQueue('q', 'later', 'k');
  return session;
}

test('messages come in the order of their time, and those without a delay at once', async () => {
  const session = await withDelays();
  for (const milliseconds of [90, 30, 60, 30])
    session.publish('later', 'k', `${milliseconds}`, delay(milliseconds));
  session.publish('later', 'k', 'at once');
  session.publish('later', 'k', 'zero', delay(0));
  session.publish('later', 'k', 'negative', delay(-5));
  const texts: string[] = [];
  const consumer = await session.consume('q', { noAck: true });
  for (let i = 0; i < 7; i++) texts.push((consumer.receive(10_000) as Message).text());
  expect(texts).toEqual(['at once', 'zero', 'negative', '30', '30', '60', '90']);
});

test.each([10, 100_000])('a message of %i bytes is held whole', async length => {
  const session = await withDelays();
  const body = randomBytes(length);
  session.publish('later', 'k', body, { ...delay(30), type: 't' });
  const message = await arrival(session, 'q');
  expect(body.equals(message.body)).toBe(true);
  expect([message.exchange, message.routingKey]).toEqual(['later', 'k']);
  expect(message.properties).toEqual({ ...delay(30), type: 't' });
});

test('what is held counts as memory in use', async () => {
  const { session } = await withBroker();
  await session.declareExchange('later', 'x-delayed-message', { arguments: { 'x-delayed-type': 'direct' } });
  for (const length of [1000, 100_000])
    session.publish('later', 'k', new Uint8Array(length), delay(3_600_000));
  await session.sync();
  expect((await session.stats()).messageBytes).toBeGreaterThan(101_000);
});

test('it is routed when its time has come: by the bindings of then', async () => {
  const session = await withDelays('topic');
  await session.declareQueue('bound later');
  session.publish('later', 'a.b', 'x', delay(20));
  await session.bindQueue('bound later', 'later', 'a.*');
  expect((await arrival(session, 'bound later')).text()).toBe('x');
  expect(await drainTexts(session, 'q')).toEqual([]);
});

test('through a binding between exchanges, and on from there', async () => {
  const session = await withDelays('fanout');
  await session.declareExchange('front', 'fanout');
  await session.declareExchange('behind', 'fanout');
  await session.bindExchange('later', 'front');
  await session.bindExchange('behind', 'later');
  for (const queue of ['at once', 'behind']) await session.declareQueue(queue);
  await session.bindQueue('at once', 'front');
  await session.bindQueue('behind', 'behind');
  session.publish('front', 'key', Buffer.alloc(50_000, 3), delay(20));
  for (const queue of ['at once', 'q', 'behind']) {
    const message = await arrival(session, queue);
    expect([message.exchange, message.routingKey, message.length]).toEqual(['front', 'key', 50_000]);
  }
});

test('two such exchanges in a row hold it once', async () => {
  const session = await withDelays('fanout');
  await session.declareExchange('first', 'x-delayed-message', { arguments: { 'x-delayed-type': 'fanout' } });
  await session.bindExchange('later', 'first');
  session.publish('first', '', 'x', delay(5));
  expect((await arrival(session, 'q')).text()).toBe('x');
});

test.each([10, 100_000])('with its exchange, a message of %i bytes that it holds is gone', async length => {
  const session = await withDelays();
  session.publish('later', 'k', new Uint8Array(length), delay(10));
  await session.deleteExchange('later');
  await eventually('it is dropped', async () => (await session.stats()).unroutable === 1);
  expect(await session.stats()).toMatchObject({ largeBodies: 0, messageBytes: 0 });
});

test('every key of CC and BCC is held, and BCC still hidden', async () => {
  const session = await withDelays();
  for (const queue of ['cc', 'bcc']) {
    await session.declareQueue(queue);
    await session.bindQueue(queue, 'later', queue);
  }
  for (const length of [10, 100_000]) {
    session.publish('later', 'k', new Uint8Array(length), {
      headers: { 'x-delay': 5, CC: ['cc'], BCC: ['bcc'] },
    });
    for (const queue of ['q', 'cc', 'bcc']) {
      const message = await arrival(session, queue);
      expect(message.length).toBe(length);
      expect(message.properties.headers).toEqual({ 'x-delay': 5, CC: ['cc'] });
    }
  }
});

test('as a dead-letter exchange it delays what was rejected', async () => {
  const session = await withDelays('fanout');
  await session.declareQueue('work', { deadLetterExchange: 'later' });
  session.publish('', 'work', Buffer.alloc(50_000, 1), delay(20));
  await session.sync();
  (await session.get('work'))?.reject({ requeue: false });
  await session.bindQueue('q', 'later');
  const message = await arrival(session, 'q');
  expect(message.properties.headers?.['x-death']).toMatchObject([{ queue: 'work', reason: 'rejected' }]);
  expect([message.exchange, message.length]).toEqual(['later', 50_000]);
});

test('what it holds is confirmed at once, and its expiration begins afterwards', async () => {
  const session = await withDelays();
  const publisher = await session.publisher('later', { confirm: true, mandatory: true });
  let returned = 0;
  session.on('return', () => returned++);
  await publisher.publishConfirmed('k', 'x', { ...delay(40), expiration: 3_600_000 });
  expect(publisher.unconfirmed).toBe(0);
  expect((await arrival(session, 'q')).properties.expiration).toBe('3600000');
  expect(returned).toBe(0);
});
