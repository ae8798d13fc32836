import { describe, expect, test } from 'vitest';
import {
  Broker,
  BrokerClosedError,
  ClosedError,
  ConsumerTimeoutError,
  connect,
  InvalidArgumentError,
  type Message,
  PreconditionFailedError,
} from '#src/index.js';
import { errorOf } from '../client/with-broker.js';
import { brokerOfFile, DISPATCHES, take } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

const SETTLINGS: [string, (message: Message) => void][] = [
  ['ack', message => message.ack()],
  ['ack, multiple', message => message.ack({ multiple: true })],
  ['nack', message => message.nack()],
  ['nack, multiple', message => message.nack({ multiple: true })],
  ['reject', message => message.reject()],
  ['reject without requeue', message => message.reject({ requeue: false })],
  ['retry', message => message.retry(5)],
];

// Sources: RabbitMQ, "Consumer Acknowledgements and Publisher Confirms", "Double Acking and Unknown Tags": a channel
// error PRECONDITION_FAILED. Here it is the error of the call, and nothing is closed.
describe.each(DISPATCHES)('%s: a message that is settled is not settled again', dispatch => {
  test.each(SETTLINGS)('by %s', async (_, settle) => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume();
    await queue.publish('a', 'b', 'c', 'd');
    const [a, b, c, d] = take(consumer, 4) as [Message, Message, Message, Message];
    b.ack({ multiple: true });
    d.reject({ requeue: false });
    for (const message of [a, b, d]) {
      const error = await errorOf(() => settle(message));
      expect(error).toBeInstanceOf(PreconditionFailedError);
      expect(error.message).toMatch(
        new RegExp(`^Message ${message.deliveryTag} of consumer ${consumer.id} is settled already`),
      );
      expect(message.settled).toBe(true);
    }
    expect([c.settled, consumer.unsettled]).toEqual([false, 1]);
    c.ack();
    expect(await queue.stats()).toMatchObject({ acknowledged: 3, deadLettered: 1, unacknowledged: 0 });
  });
});

test.each(SETTLINGS)('%s: a message that was consumed with noAck is not settled', async (_, settle) => {
  const queue = await queueUnderTest();
  await queue.publish('got');
  const got = (await queue.session.get(queue.name, { noAck: true })) as Message;
  const consumer = await queue.consume({ noAck: true });
  const inPlace = await queue.consume({ noAck: true, inPlace: true });
  await queue.publish('received', 'received in place');
  const messages = [got, ...take(consumer, 1), ...take(inPlace, 1)];
  for (const message of messages) {
    const error = await errorOf(() => settle(message));
    expect(error).toBeInstanceOf(PreconditionFailedError);
    expect(error.message).toMatch(/noAck: true/);
  }
  expect((await queue.stats()).acknowledged).toBe(3);
});

test('a delay that is none is refused, and settles nothing', async () => {
  const queue = await queueUnderTest();
  const consumer = await queue.consume();
  await queue.publish('a');
  const [message] = take(consumer, 1) as [Message];
  for (const delay of [-1, 0.5, Number.NaN, 2 ** 31, '5' as never]) {
    expect(await errorOf(() => message.retry(delay))).toBeInstanceOf(InvalidArgumentError);
  }
  expect(message.settled).toBe(false);
  message.ack();
});

describe.each(DISPATCHES)('%s: too late', dispatch => {
  test.each(SETTLINGS)('%s after the session was closed', async (_, settle) => {
    const queue = await queueUnderTest({ dispatch });
    const other = queue.another();
    const consumer = await queue.consume({}, other);
    await queue.publish('a');
    const [message] = take(consumer, 1) as [Message];
    const closing = other.close();
    expect(await errorOf(() => settle(message))).toBeInstanceOf(ClosedError);
    await closing;
    expect(await errorOf(() => settle(message))).toBeInstanceOf(ClosedError);
    expect(message.settled).toBe(false);
    expect(await queue.drain()).toEqual(['a']);
  });

  test('after the broker was closed', async () => {
    const broker = await Broker.start({ memory: 64 << 20 });
    const session = connect(broker.handle);
    await session.declareQueue('q', { dispatch });
    const consumer = await session.consume('q');
    for (let i = 0; i < SETTLINGS.length; i++) session.publish('', 'q', 'x');
    const messages = take(consumer, SETTLINGS.length);
    await broker.close();
    for (const [i, [, settle]] of SETTLINGS.entries()) {
      expect(await errorOf(() => settle(messages[i] as Message))).toBeInstanceOf(BrokerClosedError);
    }
    expect(await errorOf(() => consumer.ackAll())).toBeInstanceOf(BrokerClosedError);
    expect(consumer.unsettled).toBe(SETTLINGS.length);
  });

  // RabbitMQ, "Consumers", "Delivery Acknowledgement Timeout": the messages went back, so they are not to be settled.
  test.each(SETTLINGS)('%s after the consumer was closed, because it took too long', async (_, settle) => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ consumerTimeout: 20 });
    await queue.publish('a');
    const [message] = take(consumer, 1) as [Message];
    await new Promise(resolve => consumer.once('cancel', resolve));
    const error = await errorOf(() => settle(message));
    expect(error).toBeInstanceOf(ConsumerTimeoutError);
    expect(await queue.drain()).toEqual(['a']);
  });

  // RabbitMQ drops what a deleted queue had delivered: acknowledging it is no error.
  test.each(SETTLINGS)('%s after the queue was deleted: nothing happens', async (_, settle) => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume();
    await queue.publish('a');
    const [message] = take(consumer, 1) as [Message];
    await queue.session.deleteQueue(queue.name);
    settle(message);
    await queue.session.sync();
    expect(await queue.deadLetters()).toEqual([]);
  });
});
