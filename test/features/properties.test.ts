import { describe, expect, test } from 'vitest';
import { Decimal, type MessageProperties, type Session } from '#src/index.js';
import { arrival, withCountedBroker } from './counted-broker.js';

// AMQP 0-9-1, 1.8.1 (class basic): fourteen properties, and the types of header fields that RabbitMQ knows ("AMQP 0-9-1
// Errata", section "Field types").

const SECONDS = Date.parse('2026-01-02T03:04:05Z') / 1000;

const PROPERTIES: Required<MessageProperties> = {
  contentType: 'text/plain',
  contentEncoding: 'gzip',
  headers: {
    text: 'é漢👩‍🚀',
    empty: '',
    integer: -5,
    long: 2 ** 40,
    huge: 2n ** 60n,
    fraction: 0.1,
    yes: true,
    no: false,
    nothing: null,
    bytes: Uint8Array.from([0, 255, 254]),
    date: new Date(SECONDS * 1000),
    decimal: new Decimal(2, 314),
    list: [1, 'a', [true, null], { deep: 1 }],
    table: { a: { b: { c: 'd' } } },
    'x-own': 'kept',
  },
  persistent: false,
  priority: 7,
  correlationId: 'id',
  replyTo: 'answers',
  expiration: '3600000',
  messageId: '漢'.repeat(85),
  timestamp: SECONDS,
  type: '',
  userId: 'guest',
  appId: 'x'.repeat(255),
  clusterId: 'reserved',
};

const NAMES = Object.keys(PROPERTIES) as (keyof MessageProperties)[];

/** Ways from a publisher to the queue `q`. In all but the first the router reads, or changes, the properties. */
const WAYS: [
  string,
  (session: Session) => Promise<[exchange: string, key: string]>,
  MessageProperties['headers'],
][] = [
  ['straight to a queue', async () => ['', 'q'], {}],
  [
    'by a headers exchange',
    async session => {
      await session.bindQueue('q', 'amq.headers', '', { 'x-match': 'any', text: 'é漢👩‍🚀', way: 1 });
      return ['amq.headers', ''];
    },
    { way: 1 },
  ],
  ['as a blind copy', async () => ['', 'nobody'], { BCC: ['q'] }],
  [
    'by a delayed exchange',
    async session => {
      await session.declareExchange('later', 'x-delayed-message', {
        arguments: { 'x-delayed-type': 'fanout' },
      });
      await session.bindQueue('q', 'later');
      return ['later', ''];
    },
    { 'x-delay': 1 },
  ],
];

describe.each(WAYS)('%s', (_, way, headers) => {
  test.each([0, 10, 2000, 100_000])(
    'all properties of a message of %i bytes arrive as they were sent',
    async length => {
      const { session } = await withCountedBroker();
      await session.declareQueue('q');
      const [exchange, key] = await way(session);
      const body = Buffer.alloc(length, 5);
      session.publish(exchange, key, body, { ...PROPERTIES, headers: { ...PROPERTIES.headers, ...headers } });
      const message = await arrival(session, 'q');
      const { BCC: _hidden, ...visible } = headers ?? {};
      expect(message.properties).toEqual({ ...PROPERTIES, headers: { ...PROPERTIES.headers, ...visible } });
      expect(body.equals(message.body)).toBe(true);
    },
  );
});

test('fourteen they are, and each comes alone as well', async () => {
  expect(NAMES).toHaveLength(14);
  const { session } = await withCountedBroker();
  await session.declareQueue('q');
  for (const name of NAMES) {
    session.publish('', 'q', 'x', { [name]: PROPERTIES[name] });
    expect((await arrival(session, 'q')).properties).toEqual({ [name]: PROPERTIES[name] });
  }
});

test('a dead letter keeps all but the expiration, and adds its history', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q');
  await session.declareQueue('dying', { maxLength: 0, deadLetterExchange: '', deadLetterRoutingKey: 'q' });
  session.publish('', 'dying', 'x', PROPERTIES);
  const { headers, ...others } = (await arrival(session, 'q')).properties;
  const { headers: sent, expiration: _, ...kept } = PROPERTIES;
  expect(others).toEqual(kept);
  expect(headers).toMatchObject(sent as object);
});

test('priority and expiration of a message to several queues count in each', async () => {
  const { session } = await withCountedBroker();
  for (const queue of ['a', 'b']) {
    await session.declareQueue(queue, { maxPriority: 5 });
    await session.bindQueue(queue, 'amq.fanout');
  }
  for (const priority of [1, 5])
    session.publish('amq.fanout', '', `${priority}`, { priority, expiration: 3_600_000 });
  await session.sync();
  for (const queue of ['a', 'b']) expect((await arrival(session, queue)).text()).toBe('5');
});
