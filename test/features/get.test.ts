import { describe, expect, test } from 'vitest';
import { ConsumerTimeoutError, type Message, PreconditionFailedError } from '#src/index.js';
import { errorOf, eventually } from '../client/with-broker.js';
import { brokerOfFile, DISPATCHES, numbers, texts } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

// Sources: AMQP 0-9-1 reference, basic.get; RabbitMQ, "Consumers", "Fetching Individual Messages ("Pull API")".
describe.each(DISPATCHES)('%s', dispatch => {
  test('what is got waits for its acknowledgement, and goes back with its session', async () => {
    const queue = await queueUnderTest({ dispatch });
    const other = queue.another();
    await queue.publish('a', 'b', 'c');
    const [a, b] = [await other.get(queue.name), await other.get(queue.name)] as [Message, Message];
    expect([a, b].map(message => [message.text(), message.redelivered, message.settled])).toEqual([
      ['a', false, false],
      ['b', false, false],
    ]);
    expect(await queue.stats()).toMatchObject({ ready: 1, unacknowledged: 2, delivered: 2, consumers: 0 });
    a.ack();
    expect(a.settled).toBe(true);
    await other.close();
    const again = (await queue.session.get(queue.name)) as Message;
    expect([again.text(), again.redelivered, again.deliveryCount]).toEqual(['b', true, 1]);
    again.ack();
    expect(await queue.stats()).toMatchObject({ ready: 1, acknowledged: 2, unacknowledged: 0 });
  });

  test('with noAck it is done', async () => {
    const queue = await queueUnderTest({ dispatch });
    await queue.publish('a');
    const message = (await queue.session.get(queue.name, { noAck: true })) as Message;
    expect([message.text(), message.settled, message.deliveryTag]).toEqual(['a', true, 0]);
    expect(await errorOf(() => message.ack())).toBeInstanceOf(PreconditionFailedError);
    expect(await queue.stats()).toMatchObject({ acknowledged: 1, unacknowledged: 0, ready: 0 });
    expect(await queue.session.get(queue.name)).toBeUndefined();
  });

  test('nack puts back, reject without requeue dead-letters, multiple settles all before', async () => {
    const queue = await queueUnderTest({ dispatch });
    await queue.publish(...numbers(6));
    const got: Message[] = [];
    for (let i = 0; i < 6; i++) got.push((await queue.session.get(queue.name)) as Message);
    expect(texts(got)).toEqual(numbers(6));
    got[4]?.nack();
    got[3]?.reject({ requeue: false });
    got[1]?.ack({ multiple: true });
    got[5]?.nack({ multiple: true });
    expect(await errorOf(() => got[2]?.ack())).toBeInstanceOf(PreconditionFailedError);
    expect(await queue.deadLetters()).toEqual(['3']);
    expect(await queue.drain()).toEqual(['2', '4', '5']);
  });

  // A channel carries out its methods in order (AMQP 0-9-1, 4.4 "Content Ordering Guarantees").
  test('what was put back before is there for the next get', async () => {
    const queue = await queueUnderTest({ dispatch });
    await queue.publish('a');
    for (let round = 0; round < 50; round++) {
      const message = (await queue.session.get(queue.name)) as Message;
      expect(message.deliveryCount).toBe(round);
      message.nack();
    }
  });

  // RabbitMQ, "Consumers", "Delivery Acknowledgement Timeout".
  test('what is not acknowledged in time goes back', async () => {
    const queue = await queueUnderTest({ dispatch, consumerTimeout: 20 });
    await queue.publish('a');
    const message = (await queue.session.get(queue.name)) as Message;
    const again = await eventually('it is back', () => queue.session.get(queue.name, { noAck: true }));
    expect([again.text(), again.redelivered]).toEqual(['a', true]);
    expect(await errorOf(() => message.ack())).toBeInstanceOf(ConsumerTimeoutError);
    expect((await queue.stats()).acknowledged).toBe(1);
  });
});

test('messages of several queues are numbered and settled each for itself', async () => {
  const [one, two] = [await queueUnderTest(), await queueUnderTest()];
  const session = one.session;
  await one.publish('a', 'b');
  await two.publish('c', 'd');
  const [a, c, b, d] = (await Promise.all([one, two, one, two].map(queue => session.get(queue.name)))) as [
    Message,
    Message,
    Message,
    Message,
  ];
  expect(texts([a, b, c, d])).toEqual(['a', 'b', 'c', 'd']);
  b.ack({ multiple: true });
  expect([a, b, c, d].map(message => message.settled)).toEqual([true, true, false, false]);
  d.nack({ multiple: true });
  await session.sync();
  expect(await two.drain()).toEqual(['c', 'd']);
  expect(await one.drain()).toEqual([]);
});

test('a consumer that has taken everything leaves nothing to get', async () => {
  const queue = await queueUnderTest();
  await queue.consume({ prefetch: 2 });
  await queue.publish('a', 'b', 'c');
  expect((await queue.session.get(queue.name, { noAck: true }))?.text()).toBe('c');
  expect(await queue.session.get(queue.name)).toBeUndefined();
});
