import { describe, expect, test } from 'vitest';
import type { Consumer, RingMQError } from '#src/index.js';
import { eventually } from '../client/with-broker.js';
import { Threads } from '../threads/threads.js';
import { brokerOfFile, DISPATCHES, numbers, type QueueUnderTest, take } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

/** What the consumer's 'cancel' event said. */
function cancelOf(consumer: Consumer): Promise<RingMQError | undefined> {
  return new Promise(resolve => consumer.once('cancel', resolve));
}

const DELETIONS: [string, (queue: QueueUnderTest) => Promise<unknown>][] = [
  ['its session', queue => queue.session.deleteQueue(queue.name)],
  ['another session', queue => queue.another().deleteQueue(queue.name)],
];

// Source: RabbitMQ, "Consumer Cancel Notification": the broker tells consumers when their queue is deleted.
describe.each(DISPATCHES)('%s: the queue is deleted', dispatch => {
  test.each(DELETIONS)('by %s: a consumer that receives nothing hears of it', async (_, remove) => {
    const queue = await queueUnderTest({ dispatch });
    const consumers = [await queue.consume(), await queue.consume()];
    const told = Promise.all(consumers.map(cancelOf));
    await remove(queue);
    expect(await told).toEqual([undefined, undefined]);
    for (const consumer of consumers) expect(consumer.receive()).toBeUndefined();
    expect(consumers.map(consumer => consumer.ended)).toEqual([true, true]);
  });

  test.each([true, false])('every way to receive ends; noAck %s', async noAck => {
    const queue = await queueUnderTest({ dispatch });
    const [listener, poller, loop] = [
      await queue.consume({ noAck }),
      await queue.consume({ noAck }),
      await queue.consume({ noAck }),
    ];
    const endings = [
      listener.listen(() => {}),
      poller.poll(() => {}),
      (async () => {
        for await (const message of loop) if (!noAck) message.ack();
      })(),
    ];
    await queue.publish(...numbers(30));
    await queue.another().deleteQueue(queue.name);
    await Promise.all(endings);
  });

  test.each(['receive', 'for'])('%s in a thread of its own ends', async way => {
    const queue = await queueUnderTest({ dispatch });
    const thread = new Threads(20_000).start('acknowledging', {
      handle: queue.broker.handle,
      queue: queue.name,
      way,
    });
    await thread.said('started');
    await queue.session.deleteQueue(queue.name);
    expect(await thread.said('done')).toMatchObject({ received: 0 });
  });

  test('a listener that waits for a message to be settled ends, too', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 1 });
    await queue.publish('a', 'b', 'c');
    let handled = 0;
    const listening = consumer.listen(() => handled++, { manualAck: true });
    const told = cancelOf(consumer);
    while (handled === 0) await queue.session.sync();
    await queue.another().deleteQueue(queue.name);
    await listening;
    expect(await told).toBeUndefined();
    expect([handled, consumer.ended]).toEqual([1, true]);
  });

  test('the memory of its consumers comes back', async () => {
    const queue = await queueUnderTest({ dispatch });
    const before = (await queue.session.stats()).pagesInUse;
    const consumers = [await queue.consume(), await queue.consume()];
    await queue.publish(...numbers(10));
    const listening = consumers.map(consumer => consumer.listen(() => {}));
    await queue.session.deleteQueue(queue.name);
    await Promise.all(listening);
    await queue.session.sync();
    expect((await queue.session.stats()).pagesInUse).toBeLessThanOrEqual(before);
  });

  // Both answers may be read in one go: that there is the consumer, and that it ended.
  test('before the session has read that it has the consumer', async () => {
    const queue = await queueUnderTest({ dispatch });
    const publisher = await queue.another().publisher('', { confirm: true });
    const [session, other] = [queue.another(), queue.another()];
    const consuming = session.consume(queue.name);
    session.flush();
    const deleting = other.deleteQueue(queue.name);
    other.flush();
    // This thread stands still until the router has carried out all of it.
    publisher.publish(queue.deadLetterQueue, 'x');
    expect(publisher.waitForConfirms(10_000)).toBe(true);
    const consumer = await consuming;
    expect(await cancelOf(consumer)).toBeUndefined();
    await consumer.listen(() => {});
    await deleting;
  });
});

test('the queue expires: its consumers keep it, so there is nobody to tell', async () => {
  const queue = await queueUnderTest({ expires: 20 });
  const consumer = await queue.consume();
  const told: unknown[] = [];
  consumer.on('cancel', error => told.push(error));
  const { queue: unused } = await queue.session.declareQueue('', { expires: 20 });
  await eventually('one without consumers is gone', async () => {
    const { queues } = await queue.session.stats();
    return !queues.some(({ name }) => name === unused);
  });
  await queue.publish('a');
  expect(take(consumer, 1)).toHaveLength(1);
  expect(told).toEqual([]);
});

// "Consumer Cancel Notification": the client's own basic.cancel is answered, and not notified.
test('its own cancel and the end of its session are no news', async () => {
  const queue = await queueUnderTest();
  const other = queue.another();
  const [one, two] = [await queue.consume({}, other), await queue.consume({}, other)];
  const told: unknown[] = [];
  for (const consumer of [one, two]) consumer.on('cancel', error => told.push(error));
  await one.cancel();
  await other.close();
  await queue.session.sync();
  expect(told).toEqual([]);
});
