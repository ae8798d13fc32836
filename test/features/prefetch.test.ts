import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '#src/index.js';
import { Threads } from '../threads/threads.js';
import {
  brokerOfFile,
  DISPATCHES,
  numbers,
  SHARED_DISPATCHES,
  take,
  takeAll,
  texts,
} from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

// Sources: RabbitMQ, "Consumer Prefetch"; "Consumer Acknowledgements and Publisher Confirms", "Channel Prefetch Setting
// (QoS)": a limit to the unacknowledged messages of a consumer, 0 is without limit.
describe.each(DISPATCHES)('%s', dispatch => {
  test.each([1, 2, 3, 7, 10, 64, 256])(
    'prefetch %i: so many come, and more as they are settled',
    async prefetch => {
      const queue = await queueUnderTest({ dispatch });
      const consumer = await queue.consume({ prefetch });
      await queue.publish(...numbers(3 * prefetch));
      const received: Message[] = [];
      while (received.length < 3 * prefetch) {
        const come = await takeAll(queue.session, consumer);
        received.push(...come);
        expect([come.length, consumer.unsettled]).toEqual([prefetch, prefetch]);
        for (const message of come) message.ack();
      }
      expect(texts(received)).toEqual(numbers(3 * prefetch));
    },
  );

  test('256 is the default, and 0 is without limit', async () => {
    const queue = await queueUnderTest({ dispatch });
    const usual = await queue.consume();
    await queue.publish(...numbers(1000));
    expect(await takeAll(queue.session, usual)).toHaveLength(256);
    await usual.cancel();
    const unlimited = await queue.consume({ prefetch: 0 });
    expect(await takeAll(queue.session, unlimited)).toHaveLength(744);
    expect(await queue.stats()).toMatchObject({ ready: 0, unacknowledged: 1000 });
  });

  test.each(['ack', 'nack', 'reject', 'retry'] as const)('%s gives the credit back', async settle => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 2 });
    await queue.publish(...numbers(4));
    const [zero] = take(consumer, 2) as [Message];
    if (settle === 'ack') zero.ack();
    else if (settle === 'retry') zero.retry(3_600_000);
    else zero[settle]({ requeue: false });
    expect(texts(await takeAll(queue.session, consumer))).toEqual(['2']);
  });

  test('a consumer that settles nothing does not hold what another one could take', async () => {
    const queue = await queueUnderTest({ dispatch });
    const slow = await queue.consume({ prefetch: 3 });
    await queue.publish(...numbers(3));
    take(slow, 3);
    const quick = await queue.consume({ prefetch: 3 });
    await queue.publish(...numbers(300, 3));
    const received: Message[] = [];
    while (received.length < 300) {
      received.push(...take(quick, 1));
      received.at(-1)?.ack();
    }
    expect(texts(received)).toEqual(numbers(300, 3));
    await queue.expectNothing(slow, quick);
  });

  test('of several consumers none has ever more than its prefetch, whatever is settled when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(1, 2, 5, 8, 13, 40), { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 200 }),
        async (prefetches, choices, count) => {
          const queue = await queueUnderTest({ dispatch });
          const consumers = await Promise.all(prefetches.map(prefetch => queue.consume({ prefetch })));
          const held: Message[][] = prefetches.map(() => []);
          const acknowledged: string[] = [];
          for (let published = 0; acknowledged.length < count; ) {
            const burst = Math.min(count - published, choices.next().value % 20);
            await queue.publish(...numbers(burst, published));
            published += burst;
            for (const [i, consumer] of consumers.entries()) {
              const mine = held[i]!;
              for (let next = consumer.tryReceive(); next !== undefined; next = consumer.tryReceive()) {
                mine.push(next);
                expect(mine.length).toBeLessThanOrEqual(prefetches[i]!);
              }
              for (let settle = choices.next().value % (mine.length + 1); settle > 0; settle--) {
                const [message] = mine.splice(choices.next().value % mine.length, 1) as [Message];
                message.ack();
                acknowledged.push(message.text());
              }
              expect(consumer.unsettled).toBe(mine.length);
            }
          }
          expect(new Set(acknowledged).size).toBe(count);
        },
      ),
      { numRuns: 25 },
    );
  });
});

// "Consumer Prefetch": without acknowledgements there is nothing to count.
test('with noAck, prefetch has no effect', async () => {
  const queue = await queueUnderTest();
  const consumer = await queue.consume({ noAck: true, prefetch: 1 });
  await queue.publish(...numbers(10));
  expect(await takeAll(queue.session, consumer)).toHaveLength(10);
});

test('an acknowledgement of many at once gives all their credit back', async () => {
  const queue = await queueUnderTest();
  const consumer = await queue.consume({ prefetch: 100 });
  await queue.publish(...numbers(150));
  take(consumer, 100).at(-1)?.ack({ multiple: true });
  expect(texts(take(consumer, 50))).toEqual(numbers(50, 100));
});

// A consumer of a ring that others share does not spin while its credit is used up, and messages lie in the ring.
describe.each(SHARED_DISPATCHES)('%s: all of prefetch 8 is unsettled', dispatch => {
  test.each(['receive', 'for', 'for await', 'listen'])('%s', async way => {
    const queue = await queueUnderTest({ dispatch });
    const thread = new Threads(20_000).start('out-of-credit', {
      handle: queue.broker.handle,
      queue: queue.name,
      way,
    });
    await thread.said('started');
    // One, then frames of two: seven of eight are unsettled when the next frame of two comes.
    await queue.publish('0');
    await thread.said('received 0');
    for (let i = 1; i < 11; i += 2) {
      await queue.publish(`${i}`, `${i + 1}`);
      if (i < 8) await thread.said(`received ${i}`);
    }
    if (way === 'receive' || way === 'for') {
      expect((await thread.said('failed'))['code']).toBe('ERR_RINGMQ_PRECONDITION_FAILED');
    } else {
      await thread.said('idle'); // its event loop turns
      thread.worker.postMessage('acknowledge');
      await thread.said('received 10');
    }
  });
});
