import { describe, expect, test } from 'vitest';
import { errorOf, eventually, withBroker } from './with-broker.js';

const HANDLER = new URL('../threads/fixtures/pool-handler.mjs', import.meta.url);

/** Publishes numbers, as the handler in the fixture reads them. */
async function withNumbers(count: number, failing = -1) {
  const { session } = await withBroker();
  await session.declareQueue('q');
  const consumer = await session.consume('q', { noAck: true });
  const publish = (number: number): void =>
    session.publish('', 'q', JSON.stringify({ number, fail: number === failing }), { type: 't' });
  for (let number = 0; number < count; number++) publish(number);
  session.flush();
  // How often each number was handled, then the largest batch, then how many were handled.
  const counts = new Int32Array(new SharedArrayBuffer((count + 2) * 4));
  return { session, consumer, publish, counts };
}

describe('a pool of handlers', () => {
  test('gets every message once, in batches, until the consumer ends', async () => {
    const { consumer, counts } = await withNumbers(3000);
    const pooling = consumer.pool(HANDLER, { threads: 2, batch: 50, piscina: { workerData: counts.buffer } });
    await eventually('all are handled', () => Atomics.load(counts, 3001) === 3000);
    expect(counts.slice(0, 3000).every(count => count === 1)).toBe(true);
    expect(counts[3000]).toBe(50);
    await consumer.cancel();
    await pooling;
  });

  test('gets a few messages without waiting for a batch to fill', async () => {
    const { consumer, counts } = await withNumbers(3);
    const pooling = consumer.pool(HANDLER, { threads: 1, piscina: { workerData: counts.buffer } });
    await eventually('all are handled', () => Atomics.load(counts, 4) === 3);
    await consumer.cancel();
    await pooling;
  });

  test('rejects with what a handler threw, although no further message comes', async () => {
    const { consumer, counts } = await withNumbers(10, 7);
    const pooling = consumer.pool(HANDLER, { threads: 2, batch: 4, piscina: { workerData: counts.buffer } });
    await expect(pooling).rejects.toThrow('refused number 7');
  });

  test('hears nothing of a batch that ends while its thread is ended because another one failed', async () => {
    // Without the listener for it, more than half of these rounds end with an exception that nobody can catch.
    for (let round = 0; round < 12; round++) {
      const { consumer, counts } = await withNumbers(4, 0);
      const pooling = consumer.pool(HANDLER, {
        threads: 1,
        batch: 1,
        piscina: { workerData: counts.buffer },
      });
      await expect(pooling).rejects.toThrow('refused number 0');
    }
  });

  test('rejects when its file cannot be loaded', async () => {
    const { consumer } = await withNumbers(1);
    await expect(consumer.pool(new URL('./nowhere.mjs', import.meta.url))).rejects.toThrow(/nowhere/);
  });

  test('refuses bad options', async () => {
    const { consumer } = await withNumbers(0);
    for (const options of [{ batch: 0 }, { threads: 0 }, { threads: 'all' }, { size: 3 }, null]) {
      const error = await errorOf(() => consumer.pool(HANDLER, options as object));
      expect(error.code).toBe('ERR_RINGMQ_INVALID_ARGUMENT');
    }
  });
});
