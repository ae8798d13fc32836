import { describe, expect, test } from 'vitest';
import type { Message, QueueOptions, Session } from '#src/index.js';
import { arrival, countersOf, drain, withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Dead Letter Exchanges", section "Dead-Lettered Effects on Messages".

type Kill = (session: Session) => Promise<void>;

const received = async (session: Session): Promise<Message> => {
  await session.sync();
  return (await session.get('q')) as Message;
};

/** Each way to die, and the settings that it takes. The message is already published. */
const DEATHS: [reason: string, options: QueueOptions, kill: Kill][] = [
  ['rejected', {}, async session => (await received(session)).reject({ requeue: false })],
  ['rejected', {}, async session => (await received(session)).nack({ requeue: false })],
  ['expired', { messageTtl: 5 }, async () => {}],
  ['maxlen', { maxLength: 0 }, async () => {}],
  ['delivery_limit', { deliveryLimit: 0 }, async session => (await received(session)).nack()],
];

describe.each([
  ['a small message', 10],
  ['a large message', 100_000],
])('%s', (_, length) => {
  test.each(DEATHS)('dies: %s, %j', async (reason, options, kill) => {
    const { session } = await withCountedBroker();
    await session.declareExchange('dlx', 'fanout');
    await session.declareQueue('dead');
    await session.bindQueue('dead', 'dlx');
    await session.declareQueue('q', { deadLetterExchange: 'dlx', ...options });
    await session.bindQueue('q', 'amq.topic', '#');
    const before = Math.floor(Date.now() / 1000);
    session.publish('amq.topic', 'a.b', Buffer.alloc(length, 9), {
      type: 'kept',
      expiration: '3600000',
      headers: { own: 'é' },
    });
    await kill(session);
    const letter = await arrival(session, 'dead');
    expect([letter.exchange, letter.routingKey, letter.length]).toEqual(['dlx', 'a.b', length]);
    expect(letter.body.every(byte => byte === 9)).toBe(true);
    expect(letter.redelivered).toBe(false);
    const time = expect.any(Date) as Date;
    expect(letter.properties).toEqual({
      type: 'kept',
      headers: {
        own: 'é',
        'x-death': [
          {
            count: 1,
            reason,
            queue: 'q',
            time,
            exchange: 'amq.topic',
            'routing-keys': ['a.b'],
            'original-expiration': '3600000',
          },
        ],
        'x-first-death-queue': 'q',
        'x-first-death-reason': reason,
        'x-first-death-exchange': 'amq.topic',
        'x-last-death-queue': 'q',
        'x-last-death-reason': reason,
        'x-last-death-exchange': 'amq.topic',
      },
    });
    const deaths = letter.properties.headers?.['x-death'] as readonly { time: Date }[] | undefined;
    expect((deaths?.[0]?.time.getTime() ?? 0) / 1000).toBeGreaterThanOrEqual(before);
    expect(await countersOf(session, 'q')).toMatchObject({ deadLettered: 1, dropped: 0, ready: 0 });
  });
});

test('through three queues: the history begins with the latest death, and the first is remembered', async () => {
  const { session } = await withCountedBroker();
  const to = (key: string) => ({ deadLetterExchange: '', deadLetterRoutingKey: key });
  await session.declareQueue('end');
  await session.declareQueue('third', { maxLength: 0, ...to('end') });
  await session.declareQueue('second', { messageTtl: 5, ...to('third') });
  await session.declareQueue('first', { ...to('second') });
  session.publish('', 'first', 'x', { expiration: 3_600_000 });
  await session.sync();
  (await session.get('first'))?.reject({ requeue: false });
  const { headers } = (await arrival(session, 'end')).properties;
  expect(headers?.['x-death']).toMatchObject([
    { queue: 'third', reason: 'maxlen', count: 1, exchange: '', 'routing-keys': ['third'] },
    { queue: 'second', reason: 'expired', count: 1, exchange: '', 'routing-keys': ['second'] },
    { queue: 'first', reason: 'rejected', count: 1, 'original-expiration': '3600000' },
  ]);
  expect(headers).toMatchObject({
    'x-first-death-queue': 'first',
    'x-first-death-reason': 'rejected',
    'x-last-death-queue': 'third',
    'x-last-death-reason': 'maxlen',
  });
});

test('the same death again raises the count of its entry, and moves it to the front', async () => {
  const { session } = await withCountedBroker();
  const to = (key: string) => ({ deadLetterExchange: '', deadLetterRoutingKey: key });
  await session.declareQueue('work', to('pause'));
  await session.declareQueue('pause', { messageTtl: 2, ...to('work') });
  const consumer = await session.consume('work');
  session.publish('', 'work', 'x');
  for (let attempt = 1; attempt <= 4; attempt++) {
    const message = consumer.receive(10_000) as Message;
    const deaths = message.properties.headers?.['x-death'];
    if (attempt === 1) {
      expect(deaths).toBeUndefined();
    } else {
      expect(deaths).toMatchObject([
        { queue: 'pause', reason: 'expired', count: attempt - 1 },
        { queue: 'work', reason: 'rejected', count: attempt - 1 },
      ]);
    }
    if (attempt < 4) message.reject({ requeue: false });
    else message.ack();
  }
});

// RabbitMQ 4.0.1, release notes, "AMQP 0.9.1 x-death header": what a client puts there means nothing.
test('a history that a client made up is forgotten', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('dead');
  await session.declareQueue('q', { maxLength: 0, deadLetterExchange: '', deadLetterRoutingKey: 'dead' });
  const forged = { count: 41, queue: 'q', reason: 'maxlen', time: new Date(0), exchange: 'x' };
  for (const history of [[forged], [{ ...forged, queue: 'dead' }], 'none', [1, null, {}], null])
    session.publish('', 'q', 'x', { headers: { 'x-death': history, 'x-first-death-queue': 'forged' } });
  await session.sync();
  const letters = await drain(session, 'dead');
  expect(letters).toHaveLength(5);
  for (const { properties } of letters) {
    expect(properties.headers?.['x-death']).toMatchObject([{ count: 1, queue: 'q', reason: 'maxlen' }]);
    expect(properties.headers?.['x-death']).toHaveLength(1);
    expect(properties.headers?.['x-first-death-queue']).toBe('q');
  }
  // What a consumer publishes again begins a new history.
  session.publish('', 'q', 'again', letters[0]?.properties);
  expect((await arrival(session, 'dead')).properties.headers?.['x-death']).toMatchObject([{ count: 1 }]);
});

// `with_dlx` in `rabbit_amqqueue_process`: if there is no such exchange the message is dropped.
test('without its dead-letter exchange a message is dropped; one that comes later gets the next', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q', { maxLength: 0, deadLetterExchange: 'later' });
  for (const length of [10, 100_000]) session.publish('', 'q', new Uint8Array(length));
  await session.sync();
  expect((await session.stats()).largeBodies).toBe(0);
  await session.declareExchange('later', 'fanout', { internal: true });
  await session.declareQueue('dead');
  await session.bindQueue('dead', 'later');
  session.publish('', 'q', 'second');
  expect((await arrival(session, 'dead')).text()).toBe('second');
});

test('a dead letter that its queue refuses is dropped', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('dead', { maxLength: 0, overflow: 'reject-publish' });
  await session.declareQueue('q', { maxLength: 0, deadLetterExchange: '', deadLetterRoutingKey: 'dead' });
  for (const length of [10, 100_000]) session.publish('', 'q', new Uint8Array(length));
  await session.sync();
  expect((await session.checkQueue('dead')).messages).toBe(0);
  expect((await session.stats()).largeBodies).toBe(0);
});

test('rejected with a queue that was deleted meanwhile, a message is gone', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('dead');
  await session.declareQueue('q', { deadLetterExchange: '', deadLetterRoutingKey: 'dead' });
  const consumer = await session.consume('q');
  session.publish('', 'q', new Uint8Array(100_000));
  const message = consumer.receive(10_000) as Message;
  await session.deleteQueue('q');
  message.reject({ requeue: false });
  await session.sync();
  expect((await session.checkQueue('dead')).messages).toBe(0);
});
