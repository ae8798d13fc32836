import { expect, test } from 'vitest';
import { connect } from '#src/index.js';
import { unchanging, withBroker } from '../client/with-broker.js';
import { Threads } from './threads.js';

const COUNT = 100_000;
const THREADS = 2;

test('100,000 sessions in a row leave the memory as empty as before', async () => {
  const { broker, session } = await withBroker();
  const before = await session.stats();
  const threads = new Threads(55_000);
  const running = Array.from({ length: THREADS }, () =>
    threads.start('short-sessions', { handle: broker.handle, count: COUNT / THREADS }),
  );
  for (const thread of running) {
    const { milliseconds } = await thread.said('done');
    console.log(`${COUNT / THREADS} sessions of one of ${THREADS} threads in ${Math.round(milliseconds)} ms`);
  }
  expect(unchanging(await session.stats())).toEqual(unchanging(before));
}, 60_000);

test('sessions that publish, consume and leave messages behind do so, too', async () => {
  const { broker, session } = await withBroker();
  await session.declareQueue('q');
  const before = await session.stats();
  for (let i = 0; i < 500; i++) {
    const passing = connect(broker.handle);
    const consumer = await passing.consume('q', { noAck: true });
    passing.publish('', 'q', new Uint8Array(i % 3 === 0 ? 5000 : 50));
    passing.publish('', 'q', 'left behind');
    passing.flush();
    consumer.receive();
    await passing.close();
    await session.purgeQueue('q');
  }
  const after = await session.stats();
  expect(unchanging({ ...after, queues: [] })).toEqual(unchanging({ ...before, queues: [] }));
});
