import { expect, test } from 'vitest';
import type { Session } from '#src/index.js';
import { drain, withCountedBroker } from './counted-broker.js';

// The plugin rabbitmq_consistent_hash_exchange, README. How keys are spread: test/routing/consistent-hash.test.ts.

async function withQueues(weights: string[], exchangeArguments = {}): Promise<Session> {
  const { session } = await withCountedBroker();
  await session.declareExchange('spread', 'x-consistent-hash', { arguments: exchangeArguments });
  for (const [i, weight] of weights.entries()) {
    await session.declareQueue(`q${i}`);
    await session.bindQueue(`q${i}`, 'spread', weight);
  }
  return session;
}

/** For each queue, the values of `of` in its messages. */
async function spread<T>(
  session: Session,
  queues: number,
  of: (message: { routingKey: string }) => T,
): Promise<T[][]> {
  await session.sync();
  const found: T[][] = [];
  for (let i = 0; i < queues; i++) found.push((await drain(session, `q${i}`)).map(of));
  return found;
}

test('each message goes to one queue, equal keys to the same one, and each queue gets its share', async () => {
  const session = await withQueues(['1', '1', '2']);
  for (let i = 0; i < 2000; i++) session.publish('spread', `key ${i % 500}`, 'x');
  const keys = await spread(session, 3, message => message.routingKey);
  expect(keys.flat()).toHaveLength(2000);
  for (const [i, weight] of [1, 1, 2].entries()) {
    const own = new Set(keys[i]);
    expect(keys[i]).toHaveLength(own.size * 4);
    expect(own.size).toBeGreaterThan(60 * weight);
    expect(own.size).toBeLessThan(190 * weight);
    for (const [j, others] of keys.entries())
      if (j !== i) expect(others.some(key => own.has(key))).toBe(false);
  }
});

test.each([
  ['a header', { 'hash-header': 'h' }, (i: number) => ({ headers: { h: `v${i}` } })],
  ['a header that is a number', { 'hash-header': 'h' }, (i: number) => ({ headers: { h: i } })],
  ['the message id', { 'hash-property': 'message_id' }, (i: number) => ({ messageId: `${i}` })],
  ['the correlation id', { 'hash-property': 'correlation_id' }, (i: number) => ({ correlationId: `${i}` })],
  ['the timestamp', { 'hash-property': 'timestamp' }, (i: number) => ({ timestamp: 1e9 + i })],
])(
  'by %s instead of the key; messages without it stay together',
  async (_, exchangeArguments, properties) => {
    const session = await withQueues(['1', '1', '1'], exchangeArguments);
    for (let i = 0; i < 300; i++) session.publish('spread', `key ${i}`, 'x', properties(i % 30));
    const counts = (await spread(session, 3, () => 1)).map(each => each.length);
    expect(counts.reduce((sum, count) => sum + count)).toBe(300);
    expect(counts.every(count => count % 10 === 0)).toBe(true);
    expect(counts.filter(count => count > 0).length).toBeGreaterThan(1);
    for (let i = 0; i < 30; i++)
      session.publish('spread', `key ${i}`, 'x', i % 2 === 0 ? undefined : { type: 't' });
    const without = (await spread(session, 3, () => 1)).map(each => each.length).sort();
    expect(without).toEqual([0, 0, 30]);
  },
);

test('a queue that goes leaves its keys to the others', async () => {
  const session = await withQueues(['1', '1']);
  await session.deleteQueue('q0');
  for (let i = 0; i < 100; i++) session.publish('spread', `key ${i}`, 'x');
  await session.sync();
  expect(await drain(session, 'q1')).toHaveLength(100);
  await session.unbindQueue('q1', 'spread', '1');
  session.publish('spread', 'k', 'nobody is left');
  await session.sync();
  expect((await session.stats()).unroutable).toBe(1);
});

test('values of any type are hashed, also of dead letters, and the broker lives on', async () => {
  const session = await withQueues(['1', '1'], { 'hash-header': 'h' });
  await session.declareQueue('dying', { maxLength: 0, deadLetterExchange: 'spread' });
  const values = [
    null,
    true,
    1.5,
    2n ** 60n,
    Number.NaN,
    new Date(0),
    new Uint8Array([0xff]),
    ['a', 1],
    { a: { b: 1 } },
  ];
  for (const h of values) {
    session.publish('spread', '', 'x', { headers: { h } });
    session.publish('', 'dying', 'x', { headers: { h } });
  }
  await session.sync();
  const counts = (await spread(session, 2, () => 1)).map(each => each.length);
  expect(counts.reduce((sum, count) => sum + count)).toBe(2 * values.length);
});
