import { describe, expect, test } from 'vitest';
import { type Consumer, connect, type Message, type Session } from '#src/index.js';
import { eventually, withBroker } from './with-broker.js';

const DISPATCHES = [
  'queue-per-consumer',
  'shared-locked',
  'shared-locked-batched',
  'shared-lock-free',
] as const;

async function drain(session: Session): Promise<{ texts: string[]; redelivered: boolean[] }> {
  const texts: string[] = [];
  const redelivered: boolean[] = [];
  for (;;) {
    const message = await session.get('q', { noAck: true });
    if (message === undefined) return { texts, redelivered };
    texts.push(message.text());
    redelivered.push(message.redelivered);
  }
}

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `${from + i}`);

describe.each(DISPATCHES)('%s: a consumer that is cancelled', dispatch => {
  test.each([0, 1, 63, 64, 65, 1000, 1999, 2000])(
    'after %i of 2000 messages leaves the rest, in order',
    async taken => {
      const { session } = await withBroker();
      await session.declareQueue('q', { dispatch, ringBytes: 1 << 16 });
      let cameBack = 0;
      for (const inPlace of [false, true]) {
        const consumer = await session.consume('q', { noAck: true, inPlace, ringBytes: 1 << 14 } as never);
        for (let i = 0; i < 2000; i++) session.publish('', 'q', `${i}`);
        await session.sync();
        for (let i = 0; i < taken; i++) expect((consumer.receive() as Message).text()).toBe(`${i}`);
        await consumer.cancel();
        expect(await session.checkQueue('q')).toEqual({ queue: 'q', messages: 2000 - taken, consumers: 0 });
        const { texts, redelivered } = await drain(session);
        expect(texts).toEqual(range(taken, 2000));
        // What had been sent to it is marked, what had waited is not: first the ones, then the others.
        expect(redelivered.lastIndexOf(true)).toBe(redelivered.filter(Boolean).length - 1);
        if (taken < 2000) expect(redelivered[0]).toBe(true);
        cameBack += redelivered.filter(Boolean).length;
      }
      const stats = await session.stats();
      expect(stats.queues[0]).toMatchObject({
        published: 4000,
        acknowledged: 4000,
        delivered: 4000 + cameBack, // every hand-over counts
        redelivered: cameBack,
        ready: 0,
      });
    },
  );

  test('while it listens, from its own handler, loses and repeats nothing', async () => {
    const { session } = await withBroker();
    await session.declareQueue('q', { dispatch });
    for (let i = 0; i < 1000; i++) session.publish('', 'q', `${i}`);
    const received: string[] = [];
    for (let round = 0; round < 10; round++) {
      const consumer = await session.consume('q', { noAck: true });
      let cancelled: Promise<void> | undefined;
      await consumer.listen(message => {
        received.push(message.text());
        if (received.length % 50 === 0) cancelled = consumer.cancel();
      });
      await cancelled;
    }
    expect(received).toEqual(range(0, 500));
    expect((await drain(session)).texts).toEqual(range(500, 1000));
  });

  test('while it sleeps wakes up and ends', async () => {
    const { broker, session } = await withBroker();
    await session.declareQueue('q', { dispatch });
    const other = connect(broker.handle);
    const consumers: Consumer[] = [];
    for (let i = 0; i < 3; i++) consumers.push(await other.consume('q', { noAck: true }));
    const endings = consumers.map(consumer => consumer.listen(() => {}));
    await session.sync();
    await consumers[0]?.cancel();
    await endings[0];
    await other.close();
    await Promise.all(endings);
    expect((await session.stats()).sessions).toBe(1);
  });

  test('with its session, from its own handler, gets nothing more; what it did not acknowledge goes back', async () => {
    const { broker, session } = await withBroker();
    await session.declareQueue('q', { dispatch });
    const other = connect(broker.handle);
    const consumer = await other.consume('q', { prefetch: 0 });
    for (let i = 0; i < 1000; i++) session.publish('', 'q', `${i}`);
    await session.sync();
    const received: string[] = [];
    let closed: Promise<void> | undefined;
    await consumer.listen(message => {
      if (received.push(message.text()) === 50) closed = other.close();
    });
    await closed;
    expect(received).toEqual(range(0, 50));
    // The message in hand cannot be acknowledged any more.
    expect((await drain(session)).texts).toEqual(range(49, 1000));
  });

  test('leaves its messages to the others', async () => {
    const { session } = await withBroker();
    await session.declareQueue('q', { dispatch });
    const leaving = await session.consume('q', { noAck: true });
    const staying = await session.consume('q', { noAck: true });
    for (let i = 0; i < 1000; i++) session.publish('', 'q', `${i}`);
    await session.sync();
    const received = new Set<string>();
    for (let i = 0; i < 10; i++) received.add((leaving.tryReceive() as Message).text());
    await leaving.cancel();
    const listening = staying.listen(message => received.add(message.text()));
    await eventually('all are received', () => received.size === 1000);
    await staying.cancel();
    await listening;
    expect((await session.stats()).queues[0]).toMatchObject({ acknowledged: 1000, ready: 0, consumers: 0 });
  });

  test('ends when its queue is deleted, after it received what it had been sent', async () => {
    const { session } = await withBroker();
    await session.declareQueue('q', { dispatch, ringBytes: 1 << 16 });
    const consumer = await session.consume('q', {
      noAck: true,
      ...(dispatch === 'queue-per-consumer' && { ringBytes: 1 << 16 }),
    });
    const sleeping = await session.consume('q', {
      noAck: true,
      ...(dispatch === 'queue-per-consumer' && { ringBytes: 1 << 16 }),
    });
    for (let i = 0; i < 5000; i++) session.publish('', 'q', `${i}`.padEnd(100));
    await session.sync();
    await session.deleteQueue('q');
    const received: number[] = [];
    for (const each of [consumer, sleeping]) {
      await each.listen(message => received.push(Number(message.text())));
      expect(each.ended).toBe(true);
      expect(each.receive()).toBeUndefined();
    }
    expect(received.length).toBeGreaterThan(100);
    expect(new Set(received).size).toBe(received.length);
    // A new queue of the same name has nothing to do with it, and neither has the cancelling of its old consumers.
    await session.declareQueue('q');
    session.publish('', 'q', 'new');
    await session.sync();
    await consumer.cancel();
    await sleeping.cancel();
    expect((await drain(session)).texts).toEqual(['new']);
    expect((await session.stats()).pagesInUse).toBe(0);
  });
});

test('a session that closes leaves what it did not receive, of every consumer, in order', async () => {
  const { broker, session } = await withBroker();
  await session.declareQueue('q');
  const other = connect(broker.handle);
  const consumer = await other.consume('q', { noAck: true });
  for (let i = 0; i < 500; i++) session.publish('', 'q', `${i}`);
  await session.sync();
  for (let i = 0; i < 123; i++) consumer.receive();
  await other.close();
  const { texts } = await drain(session);
  expect(texts).toEqual(range(123, 500));
  expect(await session.stats()).toMatchObject({ sessions: 1, pagesInUse: 0 });
});
