import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Consumer, ListenOptions, Message } from '#src/index.js';
import { eventually } from '../client/with-broker.js';
import {
  brokerOfFile,
  DISPATCHES,
  numbers,
  type QueueUnderTest,
  watchRejections,
} from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

/** Listens until `count` messages were handled and nothing is unsettled. */
async function listenFor(
  queue: QueueUnderTest,
  consumer: Consumer,
  count: number,
  handler: (message: Message) => unknown,
  options?: ListenOptions,
): Promise<void> {
  let handled = 0;
  const listening = consumer.listen(message => {
    handled++;
    return handler(message);
  }, options);
  await eventually('all are handled', () => handled >= count);
  await eventually('all are settled', async () => (await queue.stats()).unacknowledged === 0);
  await consumer.cancel();
  await listening;
  expect(handled).toBe(count);
}

/** What a handler may return beside a Promise. */
function thenable(): unknown {
  // biome-ignore lint/suspicious/noThenProperty: it is no Promise, and that is what is tested
  return { then: (resolve: () => void) => setImmediate(resolve) };
}

// RabbitMQ, "Consumer Acknowledgements and Publisher Confirms": when a delivery is acknowledged is the application's
// affair. What listen() does for it: see ListenOptions.
describe.each(DISPATCHES)('%s', dispatch => {
  const HANDLERS: [string, (message: Message) => unknown, ListenOptions, inPlace: boolean][] = [
    ['a synchronous handler', () => {}, {}, false],
    ['a synchronous handler, in place', () => {}, {}, true],
    ['an asynchronous handler', () => nextTurn(), {}, false],
    ['an asynchronous handler, in place', () => nextTurn(), {}, true],
    ['asynchronous handlers side by side', () => nextTurn(), { concurrency: 10 }, false],
    ['a handler that acknowledges by itself', message => message.ack(), {}, false],
    [
      'a handler that acknowledges by itself, later',
      message => nextTurn().then(() => message.ack()),
      {},
      false,
    ],
    ['a handler with manualAck', message => message.ack(), { manualAck: true }, false],
    ['a handler with manualAck, in place', message => message.ack(), { manualAck: true }, true],
    ['a handler that returns a thenable', thenable, {}, false],
  ];
  test.each(HANDLERS)('%s: every message is acknowledged once', async (_, handler, options, inPlace) => {
    watchRejections();
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ inPlace, prefetch: 8 });
    await queue.publish(...numbers(100));
    await listenFor(queue, consumer, 100, handler, options);
    expect(await queue.stats()).toMatchObject({ acknowledged: 100, delivered: 100, ready: 0 });
  });

  test('asynchronous handlers that end in another order', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 16 });
    await queue.publish(...numbers(64));
    const waiting: (() => void)[] = [];
    await listenFor(
      queue,
      consumer,
      64,
      () => {
        const done = new Promise<void>(resolve => waiting.push(resolve));
        if (waiting.length === 16) for (const resolve of waiting.splice(0).reverse()) resolve();
        return done;
      },
      { concurrency: 16 },
    );
    expect((await queue.stats()).acknowledged).toBe(64);
  });

  test('with manualAck nothing is acknowledged that the handler does not', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 3 });
    const kept: Message[] = [];
    const listening = consumer.listen(message => kept.push(message), { manualAck: true });
    await queue.publish(...numbers(7));
    await eventually('as many as it may have', () => kept.length === 3);
    kept[1]?.ack({ multiple: true });
    await eventually('two more', () => kept.length === 5);
    consumer.ackAll();
    await eventually('the rest', () => kept.length === 7);
    await consumer.cancel();
    await listening;
    expect(await queue.stats()).toMatchObject({ acknowledged: 5, unacknowledged: 2 });
    for (const message of kept.slice(5)) message.reject({ requeue: false });
    expect(await queue.deadLetters()).toEqual(['5', '6']);
  });

  test('poll acknowledges, too', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 5 });
    await queue.publish(...numbers(20));
    const received: string[] = [];
    const polling = consumer.poll(message => received.push(message.text()));
    await eventually('all are acknowledged', async () => (await queue.stats()).acknowledged === 20);
    expect(received).toEqual(numbers(20));
    await consumer.cancel();
    await polling;
  });

  test('several listeners share the work, and every message is acknowledged once', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumers = await Promise.all([1, 2, 3].map(() => queue.consume({ prefetch: 4 }, queue.another())));
    const seen: string[] = [];
    const listening = consumers.map(consumer =>
      consumer.listen(
        async message => {
          await nextTurn();
          seen.push(message.text());
        },
        { concurrency: 3 },
      ),
    );
    await queue.publish(...numbers(300));
    await eventually('all are acknowledged', async () => (await queue.stats()).acknowledged === 300);
    expect(seen.map(Number).sort((a, b) => a - b)).toEqual(numbers(300).map(Number));
    for (const consumer of consumers) await consumer.cancel();
    await Promise.all(listening);
  });

  test('a session that closes in the middle of handlers leaves their messages to others', async () => {
    watchRejections();
    const queue = await queueUnderTest({ dispatch });
    const other = queue.another();
    const consumer = await queue.consume({ prefetch: 4 }, other);
    let started = 0;
    let open = (): void => {};
    const gate = new Promise<void>(resolve => {
      open = resolve;
    });
    const listening = consumer.listen(
      () => {
        started++;
        return gate;
      },
      { concurrency: 4 },
    );
    await queue.publish(...numbers(6));
    await eventually('four have started', () => started === 4);
    await other.close();
    open(); // there is nobody to tell any more, and that is no error
    await listening;
    expect(await queue.drain()).toEqual(numbers(6));
  });
});

test('what the handler publishes is sent although the router’s mailbox is full of acknowledgements', async () => {
  const queue = await queueUnderTest();
  const consumer = await queue.consume();
  const { session, deadLetterQueue } = queue;
  await queue.publish(...numbers(5000));
  await listenFor(queue, consumer, 5000, message => session.publish('', deadLetterQueue, message.body));
  await session.sync();
  expect((await session.checkQueue(deadLetterQueue)).messages).toBe(5000);
  expect((await queue.stats()).acknowledged).toBe(5000);
});
