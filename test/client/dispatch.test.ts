import { describe, expect, test } from 'vitest';
import type { Consumer } from '#src/index.js';
import { eventually, withBroker } from './with-broker.js';

const DISPATCHES = [
  'queue-per-consumer',
  'shared-locked',
  'shared-locked-batched',
  'shared-lock-free',
] as const;

describe.each(DISPATCHES)('%s', dispatch => {
  test('several consumers get every message once, and each of a publisher in the order published', async () => {
    const { session } = await withBroker();
    await session.declareQueue('q', { dispatch });
    const consumers = await Promise.all([1, 2, 3].map(() => session.consume('q', { noAck: true })));
    const received: number[][] = [[], [], []];
    const listening = consumers.map((consumer, i) =>
      consumer.listen(message => received[i]?.push(message.int32At(0))),
    );
    const body = new Int32Array(1);
    for (let i = 0; i < 30_000; i++) {
      body[0] = i;
      session.publish('', 'q', new Uint8Array(body.buffer));
      if (i % 1000 === 0) await session.sync();
    }
    session.flush();
    const total = (): number => received.reduce((sum, each) => sum + each.length, 0);
    await eventually('all are received', () => total() === 30_000);
    expect(new Set(received.flat()).size).toBe(30_000);
    for (const each of received) expect(each).toEqual([...each].sort((a, b) => a - b));
    for (const consumer of consumers) await consumer.cancel();
    await Promise.all(listening);
  });

  test('the number of consumers is seen, and the deletion of an unused queue is not refused', async () => {
    const { session } = await withBroker();
    await session.declareQueue('q', { dispatch });
    const consumers: Consumer[] = [];
    for (let i = 0; i < 5; i++) consumers.push(await session.consume('q', { noAck: true }));
    expect((await session.checkQueue('q')).consumers).toBe(5);
    for (const consumer of consumers) await consumer.cancel();
    expect((await session.checkQueue('q')).consumers).toBe(0);
    await session.deleteQueue('q', { ifUnused: true });
    expect((await session.stats()).pagesInUse).toBe(0);
  });

  test('consumers come and go for a long time, and take no memory with them', async () => {
    const { session } = await withBroker();
    await session.declareQueue('q', { dispatch });
    const steady = await session.consume('q', { noAck: true });
    const pages = (await session.stats()).pagesInUse;
    let received = 0;
    for (let i = 0; i < 200; i++) {
      const consumer = await session.consume('q', { noAck: true });
      session.publish('', 'q', 'x');
      session.publish('', 'q', 'y');
      await session.sync();
      if (consumer.tryReceive() !== undefined) received++;
      await consumer.cancel();
    }
    expect((await session.stats()).pagesInUse).toBe(pages);
    while (steady.receive(100) !== undefined) received++;
    expect(received).toBe(400);
  });
});

test('queue-per-consumer: each consumer gets its turn', async () => {
  const { session } = await withBroker();
  await session.declareQueue('q');
  const consumers = await Promise.all([1, 2, 3, 4].map(() => session.consume('q', { noAck: true })));
  for (let i = 0; i < 400; i++) session.publish('', 'q', `${i}`);
  await session.sync();
  for (const [turn, consumer] of consumers.entries()) {
    for (let i = 0; i < 100; i++) expect(consumer.tryReceive()?.text()).toBe(`${i * 4 + turn}`);
    expect(consumer.tryReceive()).toBeUndefined();
  }
});

test('queue-per-consumer: one that is slow keeps what fits its ring, the others get the rest', async () => {
  const { session } = await withBroker();
  await session.declareQueue('q');
  const slow = await session.consume('q', { noAck: true, ringBytes: 1 << 14 });
  const quick = await session.consume('q', { noAck: true });
  let received = 0;
  const listening = quick.listen(() => received++);
  for (let i = 0; i < 10_000; i++) {
    session.publish('', 'q', Buffer.alloc(100));
    if (i % 200 === 0) await session.sync();
  }
  await session.sync();
  await eventually('the quick one has all but a ring full', () => received > 9800);
  await slow.cancel();
  await eventually('what the slow one had is received, too', () => received === 10_000);
  await quick.cancel();
  await listening;
});

test('a shared ring has room for 64 consumers, and says so to the next', async () => {
  const { session } = await withBroker();
  await session.declareQueue('q', { dispatch: 'shared-lock-free' });
  const consumers: Consumer[] = [];
  for (let i = 0; i < 64; i++) consumers.push(await session.consume('q', { noAck: true }));
  await expect(session.consume('q', { noAck: true })).rejects.toMatchObject({
    code: 'ERR_RINGMQ_OUT_OF_MEMORY',
    message: expect.stringMatching(/'q' has 64 consumers.*queue-per-consumer/),
  });
  await consumers[7]?.cancel();
  await session.consume('q', { noAck: true });
  expect((await session.checkQueue('q')).consumers).toBe(64);
});
