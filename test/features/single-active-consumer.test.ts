import { expect, test } from 'vitest';
import { AccessRefusedError, type Consumer, type Message, type Session } from '#src/index.js';
import { errorOf } from '../client/with-broker.js';
import { brokerOfFile, numbers, type QueueUnderTest, take, takeAll, texts } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

interface Waiting {
  session: Session;
  consumer: Consumer;
}

async function withConsumers(
  prefetch = 2,
): Promise<{ queue: QueueUnderTest; consumers: [Waiting, Waiting, Waiting] }> {
  const queue = await queueUnderTest({ singleActiveConsumer: true });
  const consumers: Waiting[] = [];
  for (let i = 0; i < 3; i++) {
    const session = queue.another();
    consumers.push({ session, consumer: await queue.consume({ prefetch }, session) });
  }
  return { queue, consumers: consumers as [Waiting, Waiting, Waiting] };
}

// Source: RabbitMQ, "Consumers", "Single Active Consumer": the first one that is registered gets all messages, also
// while it is too busy for more; another one takes over when it is cancelled or dies. (Which one is not promised there;
// here it is the oldest.)
test('the first one gets everything, and nobody else, also when it has no credit', async () => {
  const { queue, consumers } = await withConsumers();
  const [first, second, third] = consumers;
  await queue.publish(...numbers(5));
  const [zero, one] = take(first.consumer, 2) as [Message, Message];
  expect(texts([zero, one])).toEqual(['0', '1']);
  await queue.expectNothing(first.consumer, second.consumer, third.consumer);
  one.ack({ multiple: true });
  await first.session.sync();
  expect(texts(take(first.consumer, 2))).toEqual(['2', '3']);
  await queue.expectNothing(second.consumer, third.consumer);
  expect((await queue.stats()).consumers).toBe(3);
});

const ENDINGS: [string, (active: Waiting) => Promise<unknown>][] = [
  ['it is cancelled', active => active.consumer.cancel()],
  ['its session closes', active => active.session.close()],
];

test.each(ENDINGS)('when %s, the next one takes over, in order', async (_, end) => {
  const { queue, consumers } = await withConsumers();
  const [first, second, third] = consumers;
  await queue.publish(...numbers(6));
  const [zero] = take(first.consumer, 1) as [Message];
  zero.ack();
  await first.session.sync();
  await end(first);
  expect(texts(await takeAll(second.session, second.consumer))).toEqual(['1', '2']);
  await queue.expectNothing(third.consumer);
  second.consumer.ackAll();
  await second.session.sync();
  await end(second);
  expect(texts(take(third.consumer, 2))).toEqual(['3', '4']);
  third.consumer.ackAll();
  await third.session.sync();
  expect(texts(take(third.consumer, 1))).toEqual(['5']);
});

test('what the former one received is still its own until it settles it', async () => {
  const { queue, consumers } = await withConsumers();
  const [first, second] = consumers;
  await queue.publish(...numbers(3));
  const [zero, one] = take(first.consumer, 2) as [Message, Message];
  await first.consumer.cancel();
  expect(texts(await takeAll(second.session, second.consumer))).toEqual(['2']);
  one.nack();
  zero.ack();
  await first.session.sync();
  expect(texts(await takeAll(second.session, second.consumer))).toEqual(['1']);
  expect(await queue.stats()).toMatchObject({ acknowledged: 1, unacknowledged: 2 });
});

test('when one that waits goes, nothing changes', async () => {
  const { queue, consumers } = await withConsumers();
  const [first, second, third] = consumers;
  await second.consumer.cancel();
  await queue.publish('0');
  expect(texts(take(first.consumer, 1))).toEqual(['0']);
  await first.session.close();
  expect(texts(take(third.consumer, 1))).toEqual(['0']);
});

test('when it is closed because it took too long, the next one takes over', async () => {
  const queue = await queueUnderTest({ singleActiveConsumer: true });
  const stuck = await queue.consume({ consumerTimeout: 20 });
  const next = await queue.consume();
  await queue.publish('0', '1');
  take(stuck, 1);
  const messages = take(next, 2);
  expect(texts(messages)).toEqual(['0', '1']);
  expect(messages[0]?.redelivered).toBe(true);
});

test('priorities do not matter', async () => {
  const queue = await queueUnderTest({ singleActiveConsumer: true });
  const first = await queue.consume();
  const higher = await queue.consume({ priority: 10 });
  await queue.publish('0');
  expect(texts(take(first, 1))).toEqual(['0']);
  await queue.expectNothing(higher);
});

test('the argument x-single-active-consumer is the same option', async () => {
  const queue = await queueUnderTest({ arguments: { 'x-single-active-consumer': true } });
  const first = await queue.consume();
  const second = await queue.consume();
  await queue.publish('0', '1');
  expect(take(first, 2)).toHaveLength(2);
  await queue.expectNothing(second);
});

// "SAC Behavior"; `basic_consume` in `rabbit_amqqueue_process` (exclusive_consume_unavailable).
test('an exclusive consumer is refused', async () => {
  const queue = await queueUnderTest({ singleActiveConsumer: true });
  const error = await errorOf(() => queue.consume({ exclusive: true }));
  expect(error).toBeInstanceOf(AccessRefusedError);
  expect(error.message).toMatch(/single active consumer/);
  expect((await queue.stats()).consumers).toBe(0);
});
