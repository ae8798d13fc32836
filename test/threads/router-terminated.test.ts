import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { Broker, BrokerClosedError, connect } from '#src/index.js';
import { errorOf, eventually } from '../client/with-broker.js';
import { seeded, Threads } from './threads.js';

const DISPATCHES = [
  'queue-per-consumer',
  'shared-locked',
  'shared-locked-batched',
  'shared-lock-free',
] as const;
const ROUNDS = 6;

describe.each(DISPATCHES)('%s: the router is terminated in the midst of traffic,', dispatch => {
  test('and every thread ends with the error that says so', async () => {
    const random = seeded(`router terminated, ${dispatch}`);
    for (let round = 0; round < ROUNDS; round++) {
      const created = once(process, 'worker');
      const broker = await Broker.start({ memory: 32 << 20, maxSessions: 8, inboxBytes: 1 << 14 });
      const [router] = (await created) as [Worker];
      const { handle } = broker;
      const session = connect(handle);
      await session.declareQueue('q', { dispatch, ringBytes: 1 << 16 });
      const threads = new Threads(20_000);
      const counter = new SharedArrayBuffer(4);
      const consumers = ['for', 'listen'].map(way => threads.start('consumer', { handle, way, counter }));
      await Promise.all(consumers.map(consumer => consumer.said('started')));
      const publishers = [0, 1].map(id =>
        threads.start('publisher', { handle, id, endless: true, longest: 4000 }),
      );
      await eventually('traffic flows', () => Atomics.load(new Int32Array(counter), 0) > 1000);
      await new Promise(resolve => setTimeout(resolve, random() * 20));
      await router.terminate();
      expect((await broker.ended)?.message).toMatch(/terminated/);
      for (const consumer of consumers)
        expect((await consumer.said('failed'))['code']).toBe('ERR_RINGMQ_BROKER_CLOSED');
      for (const publisher of publishers) {
        expect(((await publisher.ended).error as BrokerClosedError).code).toBe('ERR_RINGMQ_BROKER_CLOSED');
      }
      expect(await errorOf(() => session.stats())).toBeInstanceOf(BrokerClosedError);
    }
  });
});
