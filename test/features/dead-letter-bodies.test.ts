import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { arrival, drain, withCountedBroker } from './counted-broker.js';

// A dead letter has longer properties than the message had. So one may become too long for a ring, or a large body may
// get properties that do not lie in its pages, or both.

const LENGTHS = [0, 1, 1500, 1800, 2000, 2040, 2048, 2049, 4096, 100_000];
const HEADERS = [0, 100, 1000, 2000, 3000, 70_000];

test('bodies and headers of every size come through two queues unchanged', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('dead');
  await session.declareQueue('second', {
    maxLength: 0,
    deadLetterExchange: '',
    deadLetterRoutingKey: 'dead',
  });
  await session.declareQueue('q', { maxLength: 0, deadLetterExchange: '', deadLetterRoutingKey: 'second' });
  for (const length of LENGTHS) {
    for (const bytes of HEADERS) {
      const body = randomBytes(length);
      const properties = bytes === 0 ? undefined : { type: 't', headers: { padding: 'x'.repeat(bytes) } };
      session.publish('', 'q', body, properties);
      const letter = await arrival(session, 'dead');
      const what = `${length} bytes, headers of ${bytes}`;
      expect(body.equals(letter.body), what).toBe(true);
      const { 'x-death': deaths, padding } = letter.properties.headers ?? {};
      expect(deaths, what).toMatchObject([{ queue: 'second' }, { queue: 'q' }]);
      expect(padding, what).toBe(properties?.headers.padding);
      expect(letter.properties.type, what).toBe(properties?.type);
    }
  }
});

test('one large body in many queues is kept once, and as long as the last of them has it', async () => {
  const { session } = await withCountedBroker();
  await session.declareExchange('dlx', 'fanout');
  const kept = [1, 2, 3, 4].map(i => `kept.${i}`);
  for (const queue of kept) {
    await session.declareQueue(queue);
    await session.bindQueue(queue, 'dlx');
  }
  for (const queue of ['a', 'b', 'c']) {
    await session.declareQueue(queue, { maxLength: 0, deadLetterExchange: 'dlx' });
    await session.bindQueue(queue, 'amq.fanout');
  }
  const body = randomBytes(100_000);
  session.publish('amq.fanout', '', body, { type: 't' });
  await session.sync();
  await session.sync();
  // Three dead letters of one message in four queues: their properties differ, the body is the same.
  expect((await session.stats()).largeBodies).toBe(1);
  for (const queue of kept) {
    const letters = await drain(session, queue);
    expect(letters.map(letter => letter.properties.headers?.['x-first-death-queue'])).toEqual([
      'a',
      'b',
      'c',
    ]);
    for (const letter of letters) expect(body.equals(letter.body)).toBe(true);
  }
});

test('put back, delivered again and dead-lettered, a large body is the same', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('dead');
  await session.declareQueue('q', { deliveryLimit: 3, deadLetterExchange: '', deadLetterRoutingKey: 'dead' });
  const body = randomBytes(50_000);
  const consumer = await session.consume('q');
  session.publish('', 'q', body, { headers: { padding: 'x'.repeat(3000) } });
  for (let i = 0; i <= 3; i++) {
    const message = consumer.receive(10_000);
    expect(message?.deliveryCount).toBe(i);
    expect(message?.redelivered).toBe(i > 0);
    message?.nack();
  }
  expect(body.equals((await arrival(session, 'dead')).body)).toBe(true);
});
