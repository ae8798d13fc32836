import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '#src/index.js';
import { brokerOfFile, DISPATCHES, numbers, SHARED_DISPATCHES, take, texts } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

// Source: RabbitMQ, "Consumer Acknowledgements and Publisher Confirms", "Negative Acknowledgement and Requeuing of
// Deliveries": a message that is requeued is put to its original position, if possible.
describe.each(DISPATCHES)('%s', dispatch => {
  test('several consumers put back in any order, and every message is at its place', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 0, max: 10 }),
        async (takers, choices, waiting) => {
          const queue = await queueUnderTest({ dispatch });
          const consumers = await Promise.all([0, 1, 2].map(() => queue.consume({ prefetch: 64 })));
          const taken: Message[] = [];
          for (const [number, taker] of takers.entries()) {
            await queue.publish(`${number}`);
            // To each in turn; of a shared ring, to whoever asks first.
            const next = dispatch === 'queue-per-consumer' ? number % 3 : taker;
            taken.push(...take(consumers[next]!, 1));
          }
          for (const consumer of consumers) await consumer.cancel();
          await queue.publish(...numbers(waiting, takers.length));
          const left: string[] = [];
          while (taken.length > 0) {
            const [message] = taken.splice(choices.next().value % taken.length, 1) as [Message];
            if (choices.next().value % 4 === 0) {
              message.ack();
            } else {
              message.nack();
              left.push(message.text());
            }
          }
          left.sort((a, b) => Number(a) - Number(b));
          expect(await queue.drain()).toEqual([...left, ...numbers(waiting, takers.length)]);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('what comes back goes before what waited, and after what came back before it', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 4 });
    await queue.publish(...numbers(8));
    const [zero, one, two, three] = take(consumer, 4) as [Message, Message, Message, Message];
    await consumer.cancel();
    two.nack();
    expect((await queue.session.get(queue.name, { noAck: true }))?.text()).toBe('2');
    three.nack();
    zero.nack();
    await queue.publish('8');
    one.nack();
    expect(await queue.drain()).toEqual(['0', '1', '3', '4', '5', '6', '7', '8']);
  });
});

test('a message put back time and again is never passed by a younger one', async () => {
  const queue = await queueUnderTest();
  const consumer = await queue.consume({ prefetch: 1 });
  await queue.publish('a', 'b', 'c');
  for (let round = 0; round < 20; round++) {
    const [message] = take(consumer, 1) as [Message];
    expect([message.text(), message.deliveryCount, message.redelivered]).toEqual(['a', round, round > 0]);
    message.nack();
  }
  for (const expected of ['a', 'b', 'c']) {
    const [message] = take(consumer, 1) as [Message];
    expect(message.text()).toBe(expected);
    message.ack();
  }
});

test.each(SHARED_DISPATCHES)('%s: what lies in the ring was sent before it came back', async dispatch => {
  const queue = await queueUnderTest({ dispatch });
  const consumer = await queue.consume({ prefetch: 1 });
  await queue.publish('a', 'b', 'c');
  take(consumer, 1)[0]?.nack();
  for (const expected of ['b', 'c', 'a']) {
    const [message] = take(consumer, 1) as [Message];
    expect(message.text()).toBe(expected);
    message.ack();
  }
});

// RabbitMQ, "Priority Queue Support": a message keeps its priority.
test('in a priority queue, the place is that among the messages of its priority', async () => {
  const queue = await queueUnderTest({ maxPriority: 3 });
  const publish = (text: string, priority: number): void =>
    queue.session.publish('', queue.name, text, { priority });
  for (const [text, priority] of [
    ['low 0', 1],
    ['high 0', 3],
    ['low 1', 1],
    ['high 1', 3],
  ] as const)
    publish(text, priority);
  await queue.session.sync();
  const consumer = await queue.consume();
  const messages = take(consumer, 4);
  expect(texts(messages)).toEqual(['high 0', 'high 1', 'low 0', 'low 1']);
  await consumer.cancel();
  publish('high 2', 3);
  publish('low 2', 1);
  for (const message of messages.reverse()) message.nack();
  expect(await queue.drain()).toEqual(['high 0', 'high 1', 'high 2', 'low 0', 'low 1', 'low 2']);
});
