import { describe, expect, test } from 'vitest';
import type { Message } from '#src/index.js';
import { brokerOfFile, DISPATCHES, take } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

// Source: RabbitMQ, "Quorum Queues", "Poison Message Handling" and "Configuring the Limit": a message that was
// returned more often than x-delivery-limit says is dropped, or dead-lettered with the reason delivery_limit; -1 is
// without limit. (Here it is an option of every queue, and off by default.)
const LIMITS = [
  { limit: 0, deliveries: 1 },
  { limit: 1, deliveries: 2 },
  { limit: 3, deliveries: 4 },
];

const WAYS: { what: string; fail: (message: Message) => void }[] = [
  { what: 'nack', fail: message => message.nack() },
  { what: 'nack with multiple', fail: message => message.nack({ multiple: true }) },
  { what: 'reject', fail: message => message.reject() },
  { what: 'retry', fail: message => message.retry(1) },
];

describe.each(DISPATCHES)('%s', dispatch => {
  describe.each(WAYS)('$what', ({ fail }) => {
    test.each(LIMITS)('limit $limit: $deliveries deliveries, then the dead-letter exchange', async row => {
      const queue = await queueUnderTest({ dispatch, deliveryLimit: row.limit });
      const consumer = await queue.consume();
      await queue.publish('poison');
      for (let failures = 0; failures < row.deliveries; failures++) {
        const [message] = take(consumer, 1) as [Message];
        expect([message.deliveryCount, message.redelivered]).toEqual([failures, failures > 0]);
        fail(message);
      }
      await queue.session.sync();
      const dead = await queue.session.get(queue.deadLetterQueue, { noAck: true });
      expect(dead?.properties.headers?.['x-death']).toMatchObject([
        { queue: queue.name, reason: 'delivery_limit' },
      ]);
      expect(await queue.stats()).toMatchObject({
        delivered: row.deliveries,
        redelivered: row.deliveries - 1,
        deadLettered: 1,
        unacknowledged: 0,
      });
    });
  });

  test.each([undefined, -1])('limit %s: a message fails any number of times', async deliveryLimit => {
    const queue = await queueUnderTest({ dispatch, deliveryLimit });
    const consumer = await queue.consume();
    await queue.publish('sturdy');
    for (let failures = 0; failures < 100; failures++) {
      const [message] = take(consumer, 1) as [Message];
      expect(message.deliveryCount).toBe(failures);
      message.nack();
    }
    take(consumer, 1)[0]?.ack();
    expect(await queue.stats()).toMatchObject({ acknowledged: 1, redelivered: 100, deadLettered: 0 });
  });

  // "Quorum Queues", "Poison Message Handling": a consumer that goes without settling counts as a failure, too.
  test('the end of the session counts for what was received, not for what was only sent', async () => {
    const queue = await queueUnderTest({ dispatch, deliveryLimit: 1 });
    await queue.publish('received', 'sent');
    for (const dead of [[], ['received']]) {
      const other = queue.another();
      take(await queue.consume({}, other), 1);
      await other.close();
      expect(await queue.deadLetters()).toEqual(dead);
    }
    const [message] = take(await queue.consume(), 1) as [Message];
    expect([message.text(), message.deliveryCount, message.redelivered]).toEqual(['sent', 0, true]);
    message.ack();
  });
});

test('without a dead-letter exchange it is dropped', async () => {
  const queue = await queueUnderTest({
    deliveryLimit: 0,
    deadLetterExchange: undefined,
    deadLetterRoutingKey: undefined,
  });
  const consumer = await queue.consume();
  await queue.publish('poison', 'good');
  const [poison, good] = take(consumer, 2) as [Message, Message];
  poison.nack();
  good.ack();
  expect(await queue.stats()).toMatchObject({ dropped: 1, deadLettered: 0, acknowledged: 1 });
});

test('the argument x-delivery-limit is the same option', async () => {
  const queue = await queueUnderTest({ arguments: { 'x-delivery-limit': 0 } });
  const consumer = await queue.consume();
  await queue.publish('poison');
  take(consumer, 1)[0]?.nack();
  expect(await queue.deadLetters()).toEqual(['poison']);
});
