import { describe, expect, test } from 'vitest';
import type { Message, QueueOptions, Session } from '#src/index.js';
import { InvalidArgumentError } from '#src/index.js';
import { errorOf, eventually } from '../client/with-broker.js';
import { arrival, countersOf, drain, drainTexts, withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Time-To-Live and Expiration".

const HOUR = 3_600_000;

/** A queue `q` whose dead letters tell what expired. */
async function withDeadLetters(options: QueueOptions = {}): Promise<Session> {
  const { session } = await withCountedBroker();
  await session.declareQueue('dead');
  await session.declareQueue('q', {
    deadLetterExchange: '',
    deadLetterRoutingKey: 'dead',
    ...options,
  });
  return session;
}

// Sections "Per-Queue Message TTL" and "Per-Message TTL in Publishers": the lower of the two values counts.
describe('a message expires after the smaller of both times', () => {
  test.each([
    ['of the message', undefined, 20, true],
    ['of the queue', 20, undefined, true],
    ['of the message, below that of the queue', HOUR, 20, true],
    ['of the queue, below that of the message', 20, HOUR, true],
    ['never, if neither says', undefined, undefined, false],
    ['not soon, if both are long', HOUR, HOUR, false],
  ] as const)('%s', async (_, messageTtl, expiration, expires) => {
    const session = await withDeadLetters({ messageTtl });
    await session.declareQueue('control', {
      messageTtl: 20,
      deadLetterExchange: '',
      deadLetterRoutingKey: 'dead',
    });
    session.publish('', 'q', 'tested', { expiration });
    session.publish('', 'control', 'control');
    const texts = [(await arrival(session, 'dead')).text()];
    if (expires) texts.push((await arrival(session, 'dead')).text());
    expect(texts.sort()).toEqual(expires ? ['control', 'tested'] : ['control']);
    expect(await drainTexts(session, 'q')).toEqual(expires ? [] : ['tested']);
  });
});

test('without a dead-letter exchange, what expires is dropped', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q', { messageTtl: 5 });
  for (const length of [10, 100_000]) session.publish('', 'q', new Uint8Array(length));
  await eventually('both are dropped', async () => (await countersOf(session, 'q')).dropped === 2);
  expect((await session.stats()).largeBodies).toBe(0);
});

test('a message expires in each of its queues on its own', async () => {
  const session = await withDeadLetters({ messageTtl: 5 });
  await session.declareQueue('other');
  await session.bindQueue('q', 'amq.fanout');
  await session.bindQueue('other', 'amq.fanout');
  session.publish('amq.fanout', '', Buffer.alloc(10_000, 7));
  expect((await arrival(session, 'dead')).length).toBe(10_000);
  expect((await arrival(session, 'other')).body.every(byte => byte === 7)).toBe(true);
});

// "Setting the TTL to 0 causes messages to be expired upon reaching a queue unless they can be delivered to a
// consumer immediately."
describe('a time of 0', () => {
  test.each([
    ['of the queue', { messageTtl: 0 }, undefined],
    ['of the message', {}, 0],
  ])('%s: gone, unless a consumer takes it at once', async (_, options, expiration) => {
    const session = await withDeadLetters(options);
    for (let i = 0; i < 100; i++) session.publish('', 'q', 'nobody is there', { expiration });
    expect(await session.get('q')).toBeUndefined();
    const consumer = await session.consume('q', { prefetch: 1 });
    expect(consumer.tryReceive()).toBeUndefined();
    session.publish('', 'q', 'first', { expiration });
    session.publish('', 'q', 'without credit', { expiration });
    const message = consumer.receive(10_000) as Message;
    expect(message.text()).toBe('first');
    message.ack();
    await eventually('the others are dead letters', async () => {
      return (await session.checkQueue('dead')).messages === 101;
    });
    await session.sync();
    expect(consumer.tryReceive()).toBeUndefined();
  });

  test('is no escape from the length limit of a queue that refuses', async () => {
    const { session } = await withCountedBroker();
    await session.declareQueue('q', { messageTtl: 0, maxLength: 0, overflow: 'reject-publish' });
    const publisher = await session.publisher('', { confirm: true });
    await expect(publisher.publishConfirmed('q', 'x')).rejects.toMatchObject({ messages: 1 });
  });
});

// "Only when expired messages reach the head of a queue will they actually be discarded."
describe('at the head only', () => {
  test('what expired behind a message that did not, waits until that is gone, and is never delivered', async () => {
    const session = await withDeadLetters();
    await session.declareQueue('clock', { messageTtl: 20, deadLetterExchange: 'amq.fanout' });
    await session.declareQueue('struck');
    await session.bindQueue('struck', 'amq.fanout');
    session.publish('', 'q', 'stays');
    session.publish('', 'q', 'expires', { expiration: 5 });
    session.publish('', 'q', 'stays, too');
    session.publish('', 'clock', 'later than the one that expires');
    await arrival(session, 'struck');
    expect(await countersOf(session, 'q')).toMatchObject({ ready: 3, deadLettered: 0 });
    const consumer = await session.consume('q', { noAck: true });
    expect(consumer.receive(10_000)?.text()).toBe('stays');
    expect(consumer.receive(10_000)?.text()).toBe('stays, too');
    expect((await arrival(session, 'dead')).text()).toBe('expires');
  });

  test('one that comes to the head because the length limit dropped the head expires in time', async () => {
    const session = await withDeadLetters({ maxLength: 2 });
    session.publish('', 'q', 'dropped');
    session.publish('', 'q', 'expires', { expiration: 20 });
    session.publish('', 'q', 'stays');
    expect((await arrival(session, 'dead')).text()).toBe('dropped');
    expect((await arrival(session, 'dead')).text()).toBe('expires');
    expect(await drainTexts(session, 'q')).toEqual(['stays']);
  });

  test('one that comes to the head because get took the head expires in time', async () => {
    const session = await withDeadLetters();
    session.publish('', 'q', 'taken');
    session.publish('', 'q', 'expires', { expiration: 20 });
    expect((await session.get('q', { noAck: true }))?.text()).toBe('taken');
    expect((await arrival(session, 'dead')).text()).toBe('expires');
  });
});

// "The server guarantees that expired messages will not be delivered using basic.deliver or sent in response to a
// polling consumer": also where more expired at once than the router removes in one go.
test('none of many that expired together is delivered', async () => {
  const session = await withDeadLetters();
  const count = 5000;
  for (let i = 0; i < count; i++) session.publish('', 'q', 'expired', { expiration: 0 });
  session.publish('', 'q', 'lives');
  expect((await session.get('q', { noAck: true }))?.text()).toBe('lives');
  for (let i = 0; i < count; i++) session.publish('', 'q', 'expired', { expiration: 0 });
  session.publish('', 'q', 'lives, too');
  const consumer = await session.consume('q', { noAck: true });
  expect(consumer.receive(10_000)?.text()).toBe('lives, too');
  await eventually('all others are dead letters', async () => {
    return (await session.checkQueue('dead')).messages === 2 * count;
  });
});

// "The original expiry time of a message is preserved if it is requeued."
test('a message that was put back expires when it would have', async () => {
  const session = await withDeadLetters({ messageTtl: 10 });
  const consumer = await session.consume('q', { prefetch: 1 });
  session.publish('', 'q', 'unacknowledged');
  const message = consumer.receive(10_000) as Message;
  session.publish('', 'q', 'waits'); // later, and so it expires later
  expect((await arrival(session, 'dead')).text()).toBe('waits'); // what a consumer has does not expire
  message.nack();
  expect((await arrival(session, 'dead')).text()).toBe('unacknowledged');
  expect(await countersOf(session, 'q')).toMatchObject({ delivered: 1, redelivered: 0, deadLettered: 2 });
});

// "Dead Letter Exchanges": the expiration is removed, so that the message does not expire again.
test('a dead letter has no expiration, and waits as long as its new queue says', async () => {
  const session = await withDeadLetters();
  session.publish('', 'q', 'x', { expiration: 5 });
  const letter = await arrival(session, 'dead');
  expect(letter.properties.expiration).toBeUndefined();
  expect(letter.properties.headers?.['x-death']).toMatchObject([{ 'original-expiration': '5' }]);
});

test('the property is delivered as it was sent, in digits', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q');
  for (const expiration of [HOUR, `${HOUR}`, '0003600000', 315_360_000_000])
    session.publish('', 'q', 'x', { expiration });
  await session.sync();
  const seen = (await drain(session, 'q')).map(message => message.properties.expiration);
  expect(seen).toEqual(['3600000', '3600000', '0003600000', '315360000000']);
});

// `check_expiry` in `rabbit_misc`, and "the same constraints as for x-message-ttl apply".
test('an expiration that is none is refused, and no publisher suffers', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q');
  const publisher = await session.publisher('');
  const invalid = [
    -1,
    1.5,
    '',
    '-1',
    '1.5',
    ' 1',
    '0x10',
    'soon',
    315_360_000_001,
    '99999999999999999999999',
    Number.NaN,
    null,
  ];
  for (const expiration of invalid) {
    const error = await errorOf(() => publisher.publish('q', 'x', { expiration: expiration as number }));
    expect(error, String(expiration)).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(/expiration/);
    publisher.publish('q', 'goes on');
    await session.sync();
  }
  expect(await drainTexts(session, 'q')).toEqual(invalid.map(() => 'goes on'));
});
