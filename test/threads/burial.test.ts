import { describe, expect, test } from 'vitest';
import type { BrokerStats, Session } from '#src/index.js';
import { eventually, withBroker } from '../client/with-broker.js';
import { Threads } from './threads.js';

const DISPATCHES = [
  'queue-per-consumer',
  'shared-locked',
  'shared-locked-batched',
  'shared-lock-free',
] as const;

const held = ({ sessions, pagesInUse, largeBodies }: BrokerStats) => ({ sessions, pagesInUse, largeBodies });

/** Waits at most a second until the broker holds what it held before; says how long that took. */
async function buried(session: Session, before: ReturnType<typeof held>): Promise<void> {
  const start = performance.now();
  let seen: unknown;
  await eventually(
    'all that the dead held is given back',
    async () => {
      await session.purgeQueue('q');
      seen = held(await session.stats());
      return JSON.stringify(seen) === JSON.stringify(before);
    },
    1000,
  ).catch(cause => {
    throw new Error(`held ${JSON.stringify(before)} before, ${JSON.stringify(seen)} now`, { cause });
  });
  console.log(`buried within ${(performance.now() - start).toFixed(1)} ms`);
}

describe.each(DISPATCHES)('%s: what a dead thread held is gone within a second,', dispatch => {
  test.each(['exit', 'throw', 'block', 'terminate'])('however it ended: %s', async ending => {
    const { broker, session } = await withBroker();
    await session.declareQueue('q', { dispatch });
    // The ring of a shared dispatch belongs to the queue, and stays.
    await (await session.consume('q', { noAck: true })).cancel();
    const before = held(await session.stats());
    const threads = new Threads();
    const thread = threads.start('resident', { handle: broker.handle, ending });
    await thread.said('started');
    if (ending === 'block' || ending === 'terminate') await thread.worker.terminate();
    await thread.ended;
    await buried(session, before);
  });
});

describe('nobody has to register anything:', () => {
  test('a thread that was created by one that was terminated', async () => {
    const { broker, session } = await withBroker();
    await session.declareQueue('q');
    const before = held(await session.stats());
    for (const connects of [true, false]) {
      const threads = new Threads();
      const thread = threads.start('parent', { handle: broker.handle, child: 'resident', connects });
      await thread.said('started');
      await thread.worker.terminate();
      await buried(session, before);
    }
  });

  test('a grandchild', async () => {
    const { broker, session } = await withBroker();
    await session.declareQueue('q');
    const before = held(await session.stats());
    const threads = new Threads();
    const thread = threads.start('grandparent', { handle: broker.handle });
    await thread.said('started');
    await thread.worker.terminate();
    await buried(session, before);
  });

  test('a child whose parent merely passed the handle on, and lives', async () => {
    const { broker, session } = await withBroker();
    await session.declareQueue('q');
    const before = held(await session.stats());
    const threads = new Threads();
    const data = { handle: broker.handle, child: 'resident', endsChild: true };
    const thread = threads.start('parent', data);
    await thread.said('started');
    thread.worker.postMessage('end it');
    await thread.said('ended child');
    await buried(session, before);
  });
});

test('the messages that a dead consumer had not opened come back in order, marked as redelivered', async () => {
  const { broker, session } = await withBroker();
  await session.declareQueue('q');
  const threads = new Threads();
  const thread = threads.start('resident', { handle: broker.handle, ending: 'idle', alone: true });
  await thread.said('started');
  for (let i = 0; i < 1000; i++) session.publish('', 'q', `${i}`);
  await session.sync();
  expect((await session.checkQueue('q')).messages).toBe(0); // all lie in its ring
  await thread.worker.terminate();
  await eventually('all are there again', async () => (await session.checkQueue('q')).messages === 1000);
  for (let i = 0; i < 1000; i++) {
    const message = await session.get('q', { noAck: true });
    expect([message?.text(), message?.redelivered]).toEqual([`${i}`, true]);
  }
});
