import { describe, expect, test } from 'vitest';
import { eventually, withBroker } from '../client/with-broker.js';
import { seeded, Threads } from './threads.js';

const DISPATCHES = [
  'queue-per-consumer',
  'shared-locked',
  'shared-locked-batched',
  'shared-lock-free',
] as const;
const DEATHS = 24;
const MESSAGES = 400_000;

describe.each(DISPATCHES)('%s: consumers end at random moments', dispatch => {
  test('others go on; only what a dead one had opened may be missing, and nothing comes twice', async () => {
    const random = seeded(`dying consumers, ${dispatch}`);
    const { broker, session } = await withBroker();
    const threads = new Threads();
    const { handle } = broker;
    const ringBytes = 1 << 16;
    await session.declareQueue('q', { dispatch, ringBytes });
    const seen = new SharedArrayBuffer(MESSAGES);
    const counter = new SharedArrayBuffer(4);
    const own = dispatch === 'queue-per-consumer' ? { ringBytes } : {};
    const survivor = threads.start('consumer', { handle, counter, seen, ...own });
    await survivor.said('started');
    const until = new SharedArrayBuffer(4);
    const publisher = threads.start('publisher', { handle, id: 0, until, longest: 100 });
    await publisher.said('started');

    let deaths = 0;
    const mourn = async (): Promise<void> => {
      while (deaths < DEATHS) {
        deaths++;
        const way = random() < 0.5 ? 'for' : 'listen';
        const doomed = threads.start('consumer', { handle, counter, seen, way, ...own });
        await doomed.said('started');
        await new Promise(resolve => setTimeout(resolve, random() * 20));
        await doomed.worker.terminate();
      }
    };
    await Promise.all([mourn(), mourn()]);

    await eventually('the dead are buried', async () => (await session.checkQueue('q')).consumers === 1);
    Atomics.store(new Int32Array(until), 0, 1);
    Atomics.notify(new Int32Array(until), 0);
    const { published } = await publisher.said('done');
    expect(published).toBeLessThan(MESSAGES);
    await eventually(
      'everything was handed on',
      async () => (await session.checkQueue('q')).messages === 0,
      20_000,
    );
    await session.deleteQueue('q');
    const { received } = await survivor.said('done');
    const counts = new Int8Array(seen);
    expect(counts.every(count => count <= 1)).toBe(true);
    const missing = published - counts.reduce((sum, count) => sum + count, 0);
    // A dead one may have opened a ring full, of records of 40 bytes at least.
    expect(missing).toBeLessThanOrEqual((DEATHS * ringBytes) / 40);
    expect(received).toBeGreaterThan(0);
    await eventually('no memory is left behind', async () => {
      const stats = await session.stats();
      return stats.sessions === 1 && stats.pagesInUse === 0;
    });
  });
});
