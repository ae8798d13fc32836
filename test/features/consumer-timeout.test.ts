import { describe, expect, test } from 'vitest';
import {
  type BrokerOptions,
  type ConsumeOptions,
  type Consumer,
  ConsumerTimeoutError,
  type Message,
  type QueueOptions,
} from '#src/index.js';
import { errorOf, eventually } from '../client/with-broker.js';
import { Threads } from '../threads/threads.js';
import { brokerOfFile, DISPATCHES, numbers, take, texts, watchRejections } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();
const ofAnImpatientBroker = brokerOfFile({ consumerTimeout: 20 } satisfies BrokerOptions);

const cancelOf = (consumer: Consumer): Promise<unknown> =>
  new Promise(resolve => consumer.once('cancel', resolve));

/** Never ends. */
const stuck = (): Promise<void> => new Promise(() => {});

// Source: RabbitMQ, "Consumers", "Delivery Acknowledgement Timeout": a consumer that does not acknowledge in time is
// closed with PRECONDITION_FAILED, and its messages are requeued. The consumer's value is before the queue's
// (x-consumer-timeout), and that before the broker's.
describe('who says how long', () => {
  const CASES: [string, QueueOptions, ConsumeOptions, impatient: boolean][] = [
    ['the consumer', {}, { consumerTimeout: 20 }, false],
    ['the consumer, by its argument', {}, { arguments: { 'x-consumer-timeout': 20 } }, false],
    ['the queue', { consumerTimeout: 20 }, {}, false],
    ['the queue, by its argument', { arguments: { 'x-consumer-timeout': 20 } }, {}, false],
    ['the broker', {}, {}, true],
    ['the consumer, before its queue', { consumerTimeout: 3_600_000 }, { consumerTimeout: 20 }, false],
    ['the queue, before the broker', { consumerTimeout: 19 }, {}, true],
  ];
  test.each(CASES)('%s', async (_, queueOptions, options, impatient) => {
    const queue = await (impatient ? ofAnImpatientBroker : queueUnderTest)(queueOptions);
    const consumer = await queue.consume(options);
    await queue.publish('a');
    take(consumer, 1);
    const milliseconds = queueOptions.consumerTimeout === 19 ? 19 : 20;
    expect(await cancelOf(consumer)).toMatchObject({
      code: 'ERR_RINGMQ_CONSUMER_TIMEOUT',
      message: expect.stringMatching(
        new RegExp(
          `Consumer ${consumer.id} of queue '${queue.name}' had a delivery for ${milliseconds} ms without`,
        ),
      ),
    });
    expect(await queue.drain()).toEqual(['a']);
  });

  const PATIENT: [string, QueueOptions, ConsumeOptions][] = [
    ['the consumer, before the broker', {}, { consumerTimeout: 3_600_000 }],
    ['the queue, before the broker', { consumerTimeout: 3_600_000 }, {}],
    ['nobody, with noAck', {}, { noAck: true }],
  ];
  test.each(PATIENT)('%s: nothing happens', async (_, queueOptions, options) => {
    const queue = await ofAnImpatientBroker(queueOptions);
    const other = await ofAnImpatientBroker();
    const consumer = await queue.consume(options);
    let told = false;
    consumer.on('cancel', () => {
      told = true;
    });
    await queue.publish('a', 'b');
    take(consumer, 2);
    // Another one, whose delivery is younger, is closed meanwhile.
    const impatient = await other.consume();
    await other.publish('a');
    take(impatient, 1);
    await cancelOf(impatient);
    expect(told).toBe(false);
    await queue.publish('c');
    expect(texts(take(consumer, 1))).toEqual(['c']);
  });
});

describe.each(DISPATCHES)('%s: a consumer that takes too long', dispatch => {
  test.each([true, false])('its messages go to others, at their place; inPlace %s', async inPlace => {
    const queue = await queueUnderTest({ dispatch });
    const slow = await queue.consume({ consumerTimeout: 20, prefetch: 3, inPlace });
    await queue.publish(...numbers(3));
    take(slow, 3);
    await cancelOf(slow);
    const other = await queue.consume();
    const messages = take(other, 3);
    expect(texts(messages)).toEqual(['0', '1', '2']);
    expect(messages.every(message => message.redelivered && message.deliveryCount === 1)).toBe(true);
    other.ackAll();
    expect(await queue.stats()).toMatchObject({ acknowledged: 3, unacknowledged: 0, consumers: 1 });
    const error = await errorOf(() => slow.tryReceive());
    expect(error).toBeInstanceOf(ConsumerTimeoutError);
    expect(await errorOf(() => slow.receive(10))).toBe(error);
    expect(await errorOf(() => slow.listen(() => {}))).toBe(error);
    expect(await errorOf(() => [...slow])).toBe(error);
    expect(slow.ended).toBe(true);
    await slow.cancel();
  });

  test('the others go on', async () => {
    const queue = await queueUnderTest({ dispatch });
    const slow = await queue.consume({ consumerTimeout: 20, prefetch: 1 });
    const [other, ofAnotherSession] = [
      await queue.consume({ prefetch: 1 }),
      await queue.consume({ prefetch: 1 }, queue.another()),
    ];
    const received: string[] = [];
    const listening = [other, ofAnotherSession].map(consumer =>
      consumer.listen(message => received.push(message.text())),
    );
    const closing = errorOf(() => slow.listen(stuck));
    for (let i = 0; i < 50; i++) await queue.publish(`${i}`);
    expect(await closing).toBeInstanceOf(ConsumerTimeoutError);
    await queue.publish(...numbers(50, 50));
    await eventually('all are handled', () => received.length === 100);
    expect(new Set(received).size).toBe(100);
    await Promise.all([other.cancel(), ofAnotherSession.cancel()]);
    await Promise.all(listening);
  });

  const LISTENERS: [string, (consumer: Consumer) => Promise<unknown>][] = [
    ['listen, in its handler', consumer => consumer.listen(stuck)],
    ['listen, with more handlers than that', consumer => consumer.listen(stuck, { concurrency: 10 })],
    ['listen, without credit', consumer => consumer.listen(() => {}, { manualAck: true })],
    ['poll', consumer => consumer.poll(() => {}, { manualAck: true })],
    [
      'for await',
      async consumer => {
        for await (const message of consumer) void message;
      },
    ],
  ];
  test.each(LISTENERS)('%s rejects', async (_, listen) => {
    watchRejections();
    for (const prefetch of [2, 10]) {
      const queue = await queueUnderTest({ dispatch });
      const consumer = await queue.consume({ consumerTimeout: 20, prefetch });
      await queue.publish('a', 'b', 'c');
      expect(await errorOf(() => listen(consumer))).toBeInstanceOf(ConsumerTimeoutError);
      expect(await queue.drain()).toEqual(['a', 'b', 'c']);
    }
  });

  test('it counts no more, its memory comes back, and a queue with autoDelete goes with it', async () => {
    const queue = await queueUnderTest({ dispatch, autoDelete: true });
    const { session } = queue;
    const pages = (await session.stats()).pagesInUse;
    const consumer = await queue.consume({ consumerTimeout: 20 });
    await queue.publish('a');
    take(consumer, 1);
    const told = cancelOf(consumer);
    await eventually('the queue is gone', async () => (await queue.stats()) === undefined);
    await told;
    await session.sync();
    expect((await session.stats()).pagesInUse).toBeLessThanOrEqual(pages);
  });

  test.each(['receive', 'for'])('%s throws, in a thread without an event loop', async way => {
    const queue = await queueUnderTest({ dispatch });
    const thread = new Threads(20_000).start('acknowledging', {
      handle: queue.broker.handle,
      queue: queue.name,
      way,
      settle: 'none',
      options: { consumerTimeout: 20 },
    });
    await thread.said('started');
    await queue.publish('a');
    expect(await thread.said('failed')).toMatchObject({ code: 'ERR_RINGMQ_CONSUMER_TIMEOUT', received: 1 });
    await thread.said('closed');
    expect(await queue.drain()).toEqual(['a']);
  });

  test('what it settles in time is no reason', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ consumerTimeout: 200, prefetch: 2 });
    let told = false;
    consumer.on('cancel', () => {
      told = true;
    });
    // One message is always with the consumer, longer than its time in all, but none of them so long.
    await queue.publish('first');
    let [held] = take(consumer, 1) as [Message];
    const until = performance.now() + 450;
    while (performance.now() < until) {
      await queue.publish('next');
      const [next] = take(consumer, 1) as [Message];
      held.ack();
      held = next;
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    expect(told).toBe(false);
    held.ack();
  });
});

test('a message that was put back with a delay is not with the consumer', async () => {
  const queue = await queueUnderTest();
  const consumer = await queue.consume({ consumerTimeout: 20 });
  const other = await queue.consume({ consumerTimeout: 20 });
  let told = false;
  consumer.on('cancel', () => {
    told = true;
  });
  await queue.publish('a', 'b');
  take(consumer, 1)[0]?.retry(100);
  take(other, 1);
  await cancelOf(other);
  expect(told).toBe(false);
});

test.each([0, -1, 1.5, Number.NaN, '20' as never])(
  'a consumerTimeout of %s is refused',
  async consumerTimeout => {
    const queue = await queueUnderTest();
    expect((await errorOf(() => queue.consume({ consumerTimeout }))).code).toBe(
      'ERR_RINGMQ_INVALID_ARGUMENT',
    );
  },
);
