import { describe, expect, test } from 'vitest';
import { PreconditionFailedError } from '#src/index.js';
import { errorOf } from '../client/with-broker.js';
import { Threads } from '../threads/threads.js';
import { brokerOfFile, DISPATCHES, numbers, take, texts } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

describe.each(DISPATCHES)('%s: threads without an event loop', dispatch => {
  test.each([
    ['receive', 1, 256],
    ['receive', 1, 1],
    ['receive', 10, 10],
    ['receive', 10, 64],
    ['for', 1, 256],
    ['for', 3, 7],
    ['for', 1, 0],
  ])('%s, acknowledging every %i, prefetch %i', async (way, group, prefetch) => {
    const queue = await queueUnderTest({ dispatch });
    const thread = new Threads(30_000).start('acknowledging', {
      handle: queue.broker.handle,
      queue: queue.name,
      way,
      group,
      enough: 3000,
      options: { prefetch },
    });
    await thread.said('started');
    for (let i = 0; i < 3000; i += 100) await queue.publish(...numbers(100, i));
    const { seen } = await thread.said('done');
    expect(seen).toEqual(numbers(3000));
    await thread.said('closed');
    expect(await queue.stats()).toMatchObject({ acknowledged: 3000, ready: 0, unacknowledged: 0 });
  });

  test('several of them share the work', async () => {
    const queue = await queueUnderTest({ dispatch });
    const threads = new Threads(30_000);
    const workers = [1, 2].map(() =>
      threads.start('acknowledging', {
        handle: queue.broker.handle,
        queue: queue.name,
        group: 2,
        settle: 'nack once',
        options: { prefetch: 10 },
      }),
    );
    for (const worker of workers) await worker.said('started');
    await queue.publish(...numbers(1001));
    for (;;) {
      const { acknowledged } = await queue.stats();
      if (acknowledged >= 1000) break;
    }
    // They wait for more, and end with the queue.
    await queue.session.deleteQueue(queue.name);
    const seen = (await Promise.all(workers.map(async worker => (await worker.said('done'))['seen']))).flat();
    expect(new Set(seen).size).toBe(1001);
    expect(seen.length).toBeGreaterThanOrEqual(2002); // each was put back once
  });
});

describe.each(DISPATCHES)('%s: waiting for oneself', dispatch => {
  test.each([1, 2, 5])('is refused when all of prefetch %i is unsettled', async prefetch => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch });
    await queue.publish(...numbers(prefetch + 1));
    take(consumer, prefetch);
    for (const wait of [() => consumer.receive(), () => [...consumer]]) {
      const error = await errorOf(wait);
      expect(error).toBeInstanceOf(PreconditionFailedError);
      expect(error.message).toMatch(
        new RegExp(`all ${prefetch} messages of its prefetch are unsettled.*Acknowledge one`),
      );
    }
    expect(consumer.receive(5)).toBeUndefined(); // with a time limit it is no wait for ever
    expect(consumer.tryReceive()).toBeUndefined();
    consumer.ackAll();
    expect(texts(take(consumer, 1))).toEqual([`${prefetch}`]);
  });

  test('a time limit is kept, and a message that comes is not kept back by it', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 2 });
    const before = performance.now();
    expect(consumer.receive(20)).toBeUndefined();
    expect(performance.now() - before).toBeGreaterThanOrEqual(19);
    queue.session.publish('', queue.name, 'sent before it sleeps');
    expect(consumer.receive(60_000)?.text()).toBe('sent before it sleeps');
  });
});
