import { expect, test } from 'vitest';
import { eventually, withBroker } from '../client/with-broker.js';
import { seeded, Threads } from './threads.js';

const DEATHS = 200;
const AT_A_TIME = 4;
const SURVIVORS = 2;

test('200 publishers end at random moments: all that the others publish arrives, and nothing is left behind', async () => {
  const random = seeded('dying publishers');
  const { broker, session } = await withBroker({ inboxBytes: 1 << 14 });
  const threads = new Threads(55_000);
  await session.declareQueue('q');
  const { handle } = broker;
  const consumer = threads.start('consumer', { handle });
  await consumer.said('started');
  const pages = (await session.stats()).pagesInUse;
  const until = new SharedArrayBuffer(4);
  const survivors = Array.from({ length: SURVIVORS }, (_, id) =>
    threads.start('publisher', { handle, id, until, longest: 3000 }),
  );
  await Promise.all(survivors.map(survivor => survivor.said('started')));

  let deaths = 0;
  const mourn = async (): Promise<void> => {
    while (deaths < DEATHS) {
      const id = SURVIVORS + deaths++;
      const kind = Math.floor(random() * 10);
      const longest = random() < 0.3 ? 5000 : 100;
      if (kind === 0 || kind === 1) {
        const ending = kind === 0 ? 'exit' : 'throw';
        const thread = threads.start('publisher', {
          handle,
          id,
          longest,
          count: 1 + random() * 3000,
          ending,
        });
        expect((await thread.ended).code).toBe(kind === 0 ? 7 : 1);
      } else {
        const thread = threads.start('publisher', { handle, id, longest, endless: true });
        // Now and then before it has begun, or while it connects.
        if (kind === 2) await new Promise(resolve => setTimeout(resolve, random() * 60));
        else
          await thread.said('started').then(() => new Promise(resolve => setTimeout(resolve, random() * 8)));
        await thread.worker.terminate();
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, mourn));

  await eventually(
    'all dead sessions are gone',
    async () => (await session.stats()).sessions === SURVIVORS + 2,
  );
  Atomics.store(new Int32Array(until), 0, 1);
  Atomics.notify(new Int32Array(until), 0);
  const published = await Promise.all(
    survivors.map(async survivor => (await survivor.said('done'))['published']),
  );
  await eventually(
    'everything was handed on',
    async () => {
      const stats = await session.stats();
      return stats.queues[0]?.ready === 0 && stats.largeBodies < 100;
    },
    30_000,
  );
  expect((await session.stats()).pagesInUse).toBeGreaterThanOrEqual(pages);
  await session.deleteQueue('q');
  const { counts, last, disorder } = await consumer.said('done');
  expect(disorder).toBeUndefined();
  for (let id = 0; id < SURVIVORS; id++) expect(counts[id]).toBe(published[id]);
  // What a dead one had sent came without a gap: it can only have lost its end.
  for (const id of Object.keys(counts)) expect(counts[id], `publisher ${id}`).toBe(last[id] + 1);
  await consumer.ended;
  await eventually('no memory is left behind', async () => {
    const stats = await session.stats();
    return stats.sessions === 1 && stats.pagesInUse === 0 && stats.largeBodies === 0;
  });
}, 60_000);
