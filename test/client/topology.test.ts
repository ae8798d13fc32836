import { expect, test } from 'vitest';
import { connect, type Session } from '#src/index.js';
import { withBroker } from './with-broker.js';

/** How many messages each queue took of one that was published. */
async function routed(session: Session, exchange: string, key: string, headers?: Record<string, string>) {
  const before = await session.stats();
  session.publish(exchange, key, 'x', headers && { headers });
  await session.sync();
  const after = await session.stats();
  return Object.fromEntries(
    after.queues
      .map((queue, i) => [queue.name, queue.published - (before.queues[i]?.published ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
}

test('a queue is declared, declared again, checked, purged and deleted', async () => {
  const { session } = await withBroker();
  expect(await session.declareQueue('q')).toEqual({ queue: 'q', messages: 0, consumers: 0 });
  for (let i = 0; i < 5; i++) session.publish('', 'q', `${i}`);
  expect(await session.declareQueue('q', { dispatch: 'queue-per-consumer' })).toEqual({
    queue: 'q',
    messages: 5,
    consumers: 0,
  });
  expect(await session.checkQueue('q')).toMatchObject({ messages: 5 });
  expect(await session.purgeQueue('q')).toBe(5);
  expect(await session.purgeQueue('q')).toBe(0);
  session.publish('', 'q', 'one');
  expect(await session.deleteQueue('q')).toBe(1);
  expect(await session.deleteQueue('q')).toBe(0);
  expect(await routed(session, '', 'q')).toEqual({});
  expect((await session.stats()).unroutable).toBe(1);
});

test('bindings of every exchange type come and go between publishes', async () => {
  const { session } = await withBroker();
  for (const type of ['direct', 'fanout', 'topic', 'headers']) await session.declareExchange(type, type);
  for (const queue of ['a', 'b']) await session.declareQueue(queue);
  await session.bindQueue('a', 'direct', 'k');
  await session.bindQueue('a', 'topic', '*.k');
  await session.bindQueue('a', 'topic', 'x.#');
  await session.bindQueue('b', 'topic', '#');
  await session.bindQueue('a', 'fanout');
  await session.bindQueue('b', 'fanout');
  const match = { 'x-match': 'all', colour: 'red' };
  await session.bindQueue('a', 'headers', '', match);
  expect(await routed(session, 'direct', 'k')).toEqual({ a: 1 });
  expect(await routed(session, 'direct', 'other')).toEqual({});
  expect(await routed(session, 'topic', 'x.k')).toEqual({ a: 1, b: 1 }); // two bindings match, one copy
  expect(await routed(session, 'fanout', 'whatever')).toEqual({ a: 1, b: 1 });
  expect(await routed(session, 'headers', '', { colour: 'red' })).toEqual({ a: 1 });
  expect(await routed(session, 'headers', '', { colour: 'blue' })).toEqual({});
  await session.unbindQueue('b', 'topic', '#');
  await session.unbindQueue('a', 'topic', '*.k');
  await session.unbindQueue('a', 'headers', '', match);
  expect(await routed(session, 'topic', 'x.k')).toEqual({ a: 1 });
  expect(await routed(session, 'topic', 'y.k')).toEqual({});
  expect(await routed(session, 'headers', '', { colour: 'red' })).toEqual({});
  await session.deleteQueue('a');
  expect(await routed(session, 'fanout', '')).toEqual({ b: 1 });
});

test('headers of large messages route them, too', async () => {
  const { session } = await withBroker();
  await session.declareQueue('q');
  await session.bindQueue('q', 'amq.headers', '', { 'x-match': 'any', size: 'large' });
  session.publish('amq.headers', '', new Uint8Array(100_000), { headers: { size: 'large' } });
  session.publish('amq.headers', '', new Uint8Array(100_000), { headers: { size: 'small' } });
  session.publish('amq.headers', '', new Uint8Array(100_000));
  await session.sync();
  expect((await session.get('q', { noAck: true }))?.properties.headers).toEqual({ size: 'large' });
  expect(await session.get('q')).toBeUndefined();
});

test('exchanges are bound to exchanges, and fall back on an alternate one', async () => {
  const { session } = await withBroker();
  await session.declareQueue('q');
  await session.declareQueue('rest');
  await session.declareExchange('unrouted', 'fanout', { internal: true });
  await session.bindQueue('rest', 'unrouted');
  await session.declareExchange('in', 'topic', { alternateExchange: 'unrouted' });
  await session.declareExchange('out', 'direct');
  await session.bindExchange('out', 'in', 'to.#');
  await session.bindQueue('q', 'out', 'to.q');
  expect(await routed(session, 'in', 'to.q')).toEqual({ q: 1 });
  expect(await routed(session, 'in', 'elsewhere')).toEqual({ rest: 1 });
  await session.unbindExchange('out', 'in', 'to.#');
  expect(await routed(session, 'in', 'to.q')).toEqual({ rest: 1 });
  await session.deleteExchange('in');
  await session.deleteExchange('in');
  await session.declareExchange('in', 'fanout');
  await session.checkExchange('in');
  await session.checkExchange('');
  expect(await routed(session, 'in', 'to.q')).toEqual({});
});

test('what one session declares, every other sees at once', async () => {
  const { broker, session } = await withBroker();
  const other = connect(broker.handle);
  await session.declareExchange('x', 'fanout', { autoDelete: true });
  await other.declareExchange('x', 'fanout', { autoDelete: true });
  await other.declareQueue('q');
  await other.bindQueue('q', 'x');
  expect(await routed(session, 'x', '')).toEqual({ q: 1 });
  await session.unbindQueue('q', 'x'); // the last binding goes, and the exchange with it
  await expect(other.checkExchange('x')).rejects.toMatchObject({ code: 'ERR_RINGMQ_NOT_FOUND' });
});
