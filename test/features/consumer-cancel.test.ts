import { describe, expect, test } from 'vitest';
import { type Message, NotFoundError } from '#src/index.js';
import { errorOf, eventually } from '../client/with-broker.js';
import { brokerOfFile, DISPATCHES, numbers, take, texts } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

// Sources: AMQP 0-9-1 reference, basic.cancel: it does not affect messages that were delivered; RabbitMQ, "Consumer
// Acknowledgements and Publisher Confirms": they stay the channel's, to be acknowledged.
describe.each(DISPATCHES)('%s: a consumer that is cancelled', dispatch => {
  test.each([0, 1, 5, 9, 10])('keeps the %i of 10 that it received, the others go back', async count => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 10 });
    await queue.publish(...numbers(10));
    const kept = take(consumer, count);
    await consumer.cancel();
    expect(await queue.stats()).toMatchObject({ unacknowledged: count, ready: 10 - count, consumers: 0 });
    const back: Message[] = [];
    for (let next = await queue.session.get(queue.name); next; next = await queue.session.get(queue.name))
      back.push(next);
    expect(texts(back)).toEqual(numbers(10 - count, count));
    // They were sent, but no consumer's code failed with them.
    expect(back.every(message => message.redelivered && message.deliveryCount === 0)).toBe(true);
    back.at(-1)?.nack({ multiple: true });
    expect(kept.some(message => message.settled)).toBe(false);
    expect(consumer.unsettled).toBe(count);
    for (const [i, message] of kept.entries()) {
      if (i % 3 === 0) message.ack();
      else if (i % 3 === 1) message.nack();
      else message.reject({ requeue: false });
    }
    expect(await queue.deadLetters()).toEqual(texts(kept).filter((_, i) => i % 3 === 2));
    expect(await queue.drain()).toEqual([
      ...texts(kept).filter((_, i) => i % 3 === 1),
      ...numbers(10 - count, count),
    ]);
    expect((await queue.stats()).unacknowledged).toBe(0);
  });

  test('settles what its handlers have in hand', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 4 });
    let open = (): void => {};
    const gate = new Promise<void>(resolve => {
      open = resolve;
    });
    const started: string[] = [];
    const listening = consumer.listen(
      async message => {
        started.push(message.text());
        await gate;
      },
      { concurrency: 4 },
    );
    await queue.publish(...numbers(6));
    await eventually('four have started', () => started.length === 4);
    await consumer.cancel();
    open();
    await listening;
    expect(await queue.drain()).toEqual(['4', '5']);
    expect(await queue.stats()).toMatchObject({ acknowledged: 6, unacknowledged: 0 });
  });

  test('gets nothing more, and leaves a queue with autoDelete to its fate', async () => {
    const queue = await queueUnderTest({ dispatch, autoDelete: true });
    const consumer = await queue.consume();
    await queue.publish('a', 'b');
    const [a, b] = take(consumer, 2) as [Message, Message];
    // AMQP 0-9-1, 4.4: a channel carries out its methods in order, so this one is before the queue goes.
    a.reject({ requeue: false });
    await consumer.cancel();
    expect(await queue.deadLetters()).toEqual(['a']);
    expect(await errorOf(() => queue.session.checkQueue(queue.name))).toBeInstanceOf(NotFoundError);
    b.ack(); // its queue is gone
    expect(consumer.tryReceive()).toBeUndefined();
    expect(consumer.receive()).toBeUndefined();
  });

  // RabbitMQ, "Consumers", "Delivery Acknowledgement Timeout".
  test('has to settle what it kept in time, and its memory is not touched any more', async () => {
    const queue = await queueUnderTest({ dispatch, consumerTimeout: 20 });
    const consumer = await queue.consume();
    await queue.publish(...numbers(3));
    const [zero] = take(consumer, 1) as [Message];
    await consumer.cancel();
    // The memory of the cancelled consumer is this one's now, and would be closed with the other.
    const next = await queue.consume({ consumerTimeout: 60_000 });
    expect(texts(take(next, 2))).toEqual(['1', '2']);
    expect(texts(take(next, 1))).toEqual(['0']); // overdue
    zero.ack(); // too late
    await queue.publish('3');
    expect(texts(take(next, 1))).toEqual(['3']);
    expect(await queue.stats()).toMatchObject({ unacknowledged: 4, acknowledged: 0, consumers: 1 });
  });
});

describe.each(DISPATCHES)('%s: in the order in which the session asked', dispatch => {
  // AMQP 0-9-1, 4.4 "Content Ordering Guarantees"; RabbitMQ, "Channels": a channel's operations are carried out in order.
  test('what was settled counts for every later request', async () => {
    const queue = await queueUnderTest({ dispatch });
    const { session, name } = queue;
    const consumer = await queue.consume({ prefetch: 4 });
    await queue.publish(...numbers(4));
    const [zero, one, two, three] = take(consumer, 4) as [Message, Message, Message, Message];
    await consumer.cancel();
    zero.ack();
    expect(await queue.stats()).toMatchObject({ acknowledged: 1, unacknowledged: 3 });
    one.nack();
    expect((await session.checkQueue(name)).messages).toBe(1);
    two.nack();
    expect(await session.purgeQueue(name)).toBe(2);
    three.nack();
    expect(await session.deleteQueue(name)).toBe(1);
  });
});
