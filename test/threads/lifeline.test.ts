import { expect, test } from 'vitest';
import { eventually, withBroker } from '../client/with-broker.js';
import { Threads } from './threads.js';

test.each(['listens on its event loop', 'blocks'])(
  'a thread dies with its creator, which had not loaded RingMQ: one that %s',
  async way => {
    const { broker, session } = await withBroker();
    await session.declareQueue('q');
    const threads = new Threads();
    const ending = way === 'blocks' ? 'block' : undefined;
    const stranger = threads.start('stranger', { handle: broker.handle, child: 'resident', ending });
    await stranger.said('started');
    expect((await session.stats()).sessions).toBe(3);

    await stranger.worker.terminate();
    await eventually('its sessions are gone', async () => (await session.stats()).sessions === 1, 1000);
    await session.purgeQueue('q');
    const { queues, pagesInUse } = await session.stats();
    expect(queues[0]?.consumers).toBe(0);
    expect(pagesInUse).toBe(0);
  },
);
