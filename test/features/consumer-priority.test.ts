import { describe, expect, test } from 'vitest';
import { InvalidArgumentError, type Message } from '#src/index.js';
import { errorOf } from '../client/with-broker.js';
import { brokerOfFile, numbers, take, takeAll, texts } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

// Source: RabbitMQ, "Consumer Priorities": messages go to the highest priority while one of its consumers is active,
// that is, may receive without waiting; in turn among equals; the default is 0, and lower and higher ones are possible.
describe('consumer priorities', () => {
  test('the highest gets everything while it has credit, the others what is left over', async () => {
    const queue = await queueUnderTest();
    const low = await queue.consume({ prefetch: 2, priority: -1 });
    const usual = await queue.consume({ prefetch: 2 });
    const high = await queue.consume({ prefetch: 2, priority: 10 });
    await queue.publish(...numbers(7));
    expect(texts(await takeAll(queue.session, high))).toEqual(['0', '1']);
    expect(texts(await takeAll(queue.session, usual))).toEqual(['2', '3']);
    expect(texts(await takeAll(queue.session, low))).toEqual(['4', '5']);
    expect((await queue.stats()).ready).toBe(1);
  });

  test('one that gets credit back is before the lower ones again', async () => {
    const queue = await queueUnderTest();
    const low = await queue.consume({ prefetch: 100 });
    const high = await queue.consume({ prefetch: 1, priority: 1 });
    await queue.publish('0', '1');
    const [zero] = take(high, 1) as [Message];
    expect(texts(take(low, 1))).toEqual(['1']);
    zero.ack();
    await queue.publish('2', '3');
    expect(texts(await takeAll(queue.session, high))).toEqual(['2']);
    expect(texts(await takeAll(queue.session, low))).toEqual(['3']);
  });

  test('in turn among equals', async () => {
    const queue = await queueUnderTest();
    const equals = await Promise.all([1, 2, 3].map(() => queue.consume({ priority: 5 })));
    const low = await queue.consume({ priority: 4 });
    await queue.publish(...numbers(9));
    for (const [i, consumer] of equals.entries()) {
      expect(texts(await takeAll(queue.session, consumer))).toEqual([`${i}`, `${i + 3}`, `${i + 6}`]);
    }
    await queue.expectNothing(low);
  });

  test('one that comes later, or goes, changes who is the highest', async () => {
    const queue = await queueUnderTest();
    const first = await queue.consume();
    await queue.publish('to the only one');
    expect(take(first, 1)).toHaveLength(1);
    const second = await queue.consume({ priority: 1 });
    await queue.publish('to the higher one');
    expect(take(second, 1)).toHaveLength(1);
    await second.cancel();
    await queue.publish('to the only one again');
    expect(texts(take(first, 1))).toEqual(['to the only one again']);
  });

  test('what comes back goes to the highest that has credit', async () => {
    const queue = await queueUnderTest();
    const low = await queue.consume({ prefetch: 10 });
    await queue.publish('0', '1');
    const [zero, one] = take(low, 2) as [Message, Message];
    const high = await queue.consume({ prefetch: 1, priority: 1 });
    one.nack();
    zero.nack();
    expect(texts(await takeAll(queue.session, high))).toEqual(['1']);
    expect(texts(await takeAll(queue.session, low))).toEqual(['0']);
  });

  test('bytes count as credit, too', async () => {
    const queue = await queueUnderTest();
    const low = await queue.consume();
    const high = await queue.consume({ prefetchBytes: 10, priority: 1 });
    await queue.publish('12345678', 'too many', '90');
    expect(texts(await takeAll(queue.session, high))).toEqual(['12345678']);
    expect(texts(await takeAll(queue.session, low))).toEqual(['too many', '90']);
  });

  test('without acknowledgements, one whose ring is full leaves the rest to the others', async () => {
    const queue = await queueUnderTest();
    const low = await queue.consume({ noAck: true });
    const high = await queue.consume({ noAck: true, priority: 1, ringBytes: 1 << 14 });
    await queue.publish(...numbers(200).map(number => number.padEnd(200)));
    const received = [await takeAll(queue.session, high), await takeAll(queue.session, low)] as const;
    const [highs, lows] = received.map(messages => messages.map(message => Number(message.text())));
    expect(highs?.slice(0, 10)).toEqual(numbers(10).map(Number));
    expect(lows?.length).toBeGreaterThan(0);
    expect([...(highs ?? []), ...(lows ?? [])].sort((a, b) => a - b)).toEqual(numbers(200).map(Number));
  });
});

describe('the argument x-priority', () => {
  test('is the same option', async () => {
    const queue = await queueUnderTest();
    const low = await queue.consume({ arguments: { 'x-priority': -3 } });
    const high = await queue.consume({ priority: 3, arguments: { 'x-priority': 3 } });
    await queue.publish('a');
    expect(texts(take(high, 1))).toEqual(['a']);
    await queue.expectNothing(low);
  });

  // RabbitMQ: any integer type of AMQP (`table_lookup` in `rabbit_misc`); others are an error of the channel.
  test.each([
    { priority: 1, arguments: { 'x-priority': 2 } },
    { arguments: { 'x-priority': 'high' } },
    { arguments: { 'x-priority': 1.5 } },
    { arguments: { 'x-priority': true } },
    { priority: 2 ** 31 },
    { priority: '1' as never },
  ])('%o is refused', async options => {
    const queue = await queueUnderTest();
    const error = await errorOf(() => queue.consume(options));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(/priority/);
    expect((await queue.stats()).consumers).toBe(0);
  });
});
