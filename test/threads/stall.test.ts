import { expect, test } from 'vitest';
import { eventually, withBroker } from '../client/with-broker.js';
import { Threads } from './threads.js';

test('a consumer that stalls holds nobody up: its messages wait in its queue', async () => {
  const { broker, session } = await withBroker();
  for (const name of ['stalled', 'lively']) {
    await session.declareQueue(name);
    await session.bindQueue(name, 'amq.fanout');
  }
  const threads = new Threads();
  const { handle } = broker;
  const stalled = await session.consume('stalled', { noAck: true, ringBytes: 1 << 14 });
  const lively = threads.start('consumer', { handle, queue: 'lively' });
  await lively.said('started');
  const pages = (await session.stats()).pagesInUse;
  const count = 100_000;
  const publishers = [0, 1].map(id =>
    threads.start('publisher', { handle, id, count, exchange: 'amq.fanout' }),
  );
  await Promise.all(publishers.map(publisher => publisher.said('done')));
  await eventually(
    'the lively one was sent all',
    async () => (await session.checkQueue('lively')).messages === 0,
    30_000,
  );
  const stats = await session.stats();
  const queue = stats.queues.find(({ name }) => name === 'stalled');
  expect(queue?.published).toBe(2 * count);
  expect((queue?.ready ?? 0) + (queue?.delivered ?? 0)).toBe(2 * count);
  expect(queue?.delivered).toBeLessThanOrEqual((1 << 14) / 32); // what its ring holds
  expect(stats.pagesInUse).toBe(pages); // what waits does not eat shared memory
  // It goes on where it stopped, and misses nothing.
  const next = [0, 0];
  for (let left = 2 * count; left > 0; left--) {
    const message = stalled.receive(10_000);
    const id = message?.int32At(0) as number;
    expect(message?.int32At(4)).toBe(next[id]);
    next[id] = (next[id] as number) + 1;
  }
  await session.deleteQueue('lively');
  expect((await lively.said('done'))['received']).toBe(2 * count);
});

test('large bodies that wait for a stalled consumer block their publisher, not the router', async () => {
  const { broker, session } = await withBroker({ memory: 16 << 20, maxSessions: 8 });
  await session.declareQueue('q');
  await session.declareQueue('other');
  const threads = new Threads();
  const stalled = await session.consume('q', { noAck: true });
  const count = 100;
  const publisher = threads.start('publisher', { handle: broker.handle, id: 0, count, longest: 3_000_000 });
  await publisher.said('started');
  // Small messages flow past it.
  for (let i = 0; i < 1000; i++) session.publish('', 'other', `${i}`);
  await session.sync();
  expect((await session.checkQueue('other')).messages).toBe(1000);
  let received = 0;
  const listening = stalled.listen(() => received++);
  await publisher.said('done');
  await eventually('all are received', () => received === count);
  await stalled.cancel();
  await listening;
  expect(await session.stats()).toMatchObject({ pagesInUse: 0, largeBodies: 0 });
});
