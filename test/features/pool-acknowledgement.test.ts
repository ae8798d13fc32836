import { describe, expect, test } from 'vitest';
import { type HandlerPoolOptions, InvalidArgumentError, type Message } from '#src/index.js';
import { errorOf, eventually } from '../client/with-broker.js';
import { brokerOfFile, DISPATCHES, numbers, watchRejections } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

const HANDLER = new URL('../threads/fixtures/pool-failing.mjs', import.meta.url);

/** How often each number was handed to the pool, for bodies '0' to `${count - 1}`. */
function counters(count: number): { counts: Int32Array; options: HandlerPoolOptions } {
  const counts = new Int32Array(new SharedArrayBuffer(count * 4));
  return { counts, options: { threads: 2, piscina: { workerData: counts.buffer } } };
}

describe.each(DISPATCHES)('%s', dispatch => {
  test('a batch is acknowledged when its task is done, and the consumer goes on', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 20 });
    await queue.publish(...numbers(500));
    const { counts, options } = counters(500);
    const pooling = consumer.pool(HANDLER, { ...options, batch: 7 });
    await eventually('all are acknowledged', async () => (await queue.stats()).acknowledged === 500);
    expect(counts.every(count => count === 1)).toBe(true);
    await queue.publish('0');
    await eventually('one more', async () => (await queue.stats()).acknowledged === 501);
    await consumer.cancel();
    await pooling;
  });

  test('the messages of a batch that failed are rejected, and onError told of each', async () => {
    watchRejections();
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume();
    const { options } = counters(10);
    const told: [string, string, boolean][] = [];
    const pooling = consumer.pool(HANDLER, {
      ...options,
      batch: 2,
      onError: (error, message, retried) => told.push([(error as Error).message, message.text(), retried]),
    });
    await queue.publish('1');
    await queue.publish('fail always 2');
    await queue.publish('3');
    await eventually('all are settled', async () => {
      const { acknowledged, deadLettered } = await queue.stats();
      return acknowledged + deadLettered === 3;
    });
    const dead = await queue.deadLetters();
    expect(dead).toContain('fail always 2');
    expect(told.map(([, text]) => text).sort()).toEqual(dead.sort());
    expect(told.every(([message, , retried]) => message === 'refused 2' && !retried)).toBe(true);
    await consumer.cancel();
    await pooling;
  });

  test('they are tried again as often as they may be', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume();
    const { counts, options } = counters(10);
    const told: boolean[] = [];
    const pooling = consumer.pool(HANDLER, {
      ...options,
      batch: 1,
      retries: 3,
      retryDelay: 1,
      onError: (_error, _message, retried) => told.push(retried),
    });
    await queue.publish('fail always 4', 'fail twice 5', '6');
    await eventually('all are settled', async () => {
      const { acknowledged, deadLettered } = await queue.stats();
      return acknowledged === 2 && deadLettered === 1;
    });
    expect([counts[4], counts[5], counts[6]]).toEqual([4, 3, 1]);
    expect(told.filter(retried => !retried)).toHaveLength(1);
    expect(told).toHaveLength(6);
    expect(await queue.deadLetters()).toEqual(['fail always 4']);
    await consumer.cancel();
    await pooling;
  });

  test('what is in the pool when the consumer is cancelled is settled, the rest goes back', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 8 });
    await queue.publish(...numbers(100));
    const { counts, options } = counters(100);
    const pooling = consumer.pool(HANDLER, { ...options, batch: 2 });
    await eventually('some are handled', () => Atomics.load(counts, 0) > 0);
    await consumer.cancel();
    await pooling;
    const handled = numbers(100).filter((_, i) => (counts[i] as number) > 0);
    expect((await queue.stats()).acknowledged).toBe(handled.length);
    expect([...handled, ...(await queue.drain())]).toEqual(numbers(100));
  });
});

test('a task whose thread ends is a failure like any other', async () => {
  watchRejections();
  const queue = await queueUnderTest();
  const consumer = await queue.consume();
  const { options } = counters(10);
  const told: Message[] = [];
  const pooling = consumer.pool(HANDLER, {
    ...options,
    threads: 1,
    batch: 1,
    onError: (_, message) => told.push(message),
  });
  await queue.publish('exit 1', '2');
  await eventually('both are settled', async () => (await queue.stats()).unacknowledged === 0);
  await eventually('the other one is handled', async () => (await queue.stats()).acknowledged >= 1);
  expect(await queue.deadLetters()).toEqual(['exit 1']);
  expect(told.map(message => message.text())).toEqual(['exit 1']);
  await consumer.cancel();
  await pooling;
});

test('a consumer that takes too long rejects, although its tasks run', async () => {
  watchRejections();
  const queue = await queueUnderTest();
  const consumer = await queue.consume({ consumerTimeout: 50 });
  const { options } = counters(10);
  await queue.publish('hang 1', '2');
  const error = await errorOf(() => consumer.pool(HANDLER, { ...options, onError: () => {} }));
  expect(error.code).toBe('ERR_RINGMQ_CONSUMER_TIMEOUT');
  expect(await queue.drain()).toEqual(['hang 1', '2']);
});

test('a module that is not there rejects no message', async () => {
  const queue = await queueUnderTest();
  const consumer = await queue.consume();
  await queue.publish('a');
  const error = await errorOf(() => consumer.pool(new URL('./nowhere.mjs', import.meta.url)));
  expect(error).toBeInstanceOf(InvalidArgumentError);
  expect(error.message).toMatch(/nowhere\.mjs/);
  await consumer.cancel();
  expect(await queue.drain()).toEqual(['a']);
});

test.each([{ retries: -1 }, { retryDelay: 0.5 }, { onError: true }, { manualAck: true }])(
  '%o is refused',
  async options => {
    const queue = await queueUnderTest();
    const consumer = await queue.consume();
    const error = await errorOf(() => consumer.pool(HANDLER, options as never));
    expect(error).toBeInstanceOf(InvalidArgumentError);
  },
);
