import { describe, expect, test } from 'vitest';
import { type Publisher, RequestTimeoutError, type Session } from '#src/index.js';
import { errorOf, eventually, withBroker } from '../client/with-broker.js';
import { Threads } from '../threads/threads.js';
import { countersOf, withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Memory Threshold and Limit" and "Blocked Connection Notifications": publishers are held while messages take
// more than the high mark; whoever consumes and acknowledges is not.

const MARK = { memoryHighWater: 4 << 20 };

/** Publishes until the alarm holds the publisher; returns how many messages that were. */
async function fill(session: Session, queue: string, bytes = 1000): Promise<number> {
  const publisher = await session.publisher('', { whenFull: 'return' });
  let published = 0;
  await eventually('the alarm goes on', async () => {
    while (published < 100_000 && publisher.publish(queue, new Uint8Array(bytes))) published++;
    await session.sync();
    return (await session.stats()).memoryAlarm;
  });
  return published;
}

/** What the session hears from now on. The router knows a session when it has asked for something. */
async function eventsOf(session: Session): Promise<string[]> {
  const events: string[] = [];
  session.on('blocked', () => events.push('blocked'));
  session.on('unblocked', () => events.push('unblocked'));
  await session.sync();
  return events;
}

async function isHeld(publisher: Publisher, session: Session): Promise<boolean> {
  let ready = false;
  const waiting = publisher.ready().then(() => {
    ready = true;
  });
  for (let i = 0; i < 5; i++) await session.stats();
  if (ready) await waiting;
  return !ready;
}

test.each([
  ['small', 1000],
  ['large', 100_000],
])(
  "whenFull 'return', %s bodies: false while the alarm is on, and ready() waits for its end",
  async (_, bytes) => {
    const { session, another } = await withCountedBroker(MARK);
    await session.declareQueue('q');
    const events = await eventsOf(session);
    const others = await eventsOf(another());
    const count = await fill(session, 'q', bytes);
    await eventually('both sessions hear of it', () => events.length + others.length === 2);
    const publisher = await session.publisher('', { whenFull: 'return' });
    expect(publisher.publish('q', 'x')).toBe(false);
    expect(await isHeld(publisher, session)).toBe(true);
    expect(publisher.publish('q', 'x')).toBe(false);
    expect((await countersOf(session, 'q')).published).toBe(count);
    const late = await eventsOf(another());
    await eventually('a new session hears of it', () => late.length === 1);
    const ready = publisher.ready();
    await session.purgeQueue('q');
    await ready;
    expect(publisher.publish('q', 'x')).toBe(true);
    for (const heard of [events, others, late]) {
      await eventually('each hears of the end', () => heard.length === 2);
      expect(heard).toEqual(['blocked', 'unblocked']);
    }
    expect((await session.stats()).memoryAlarm).toBe(false);
  },
);

test('a publisher that blocks waits on its thread, and goes on when a consumer makes room', async () => {
  const { session, handle } = await withCountedBroker(MARK);
  await session.declareQueue('q');
  const count = 20_000;
  const thread = new Threads().start('alarm-publisher', { handle, count });
  const { published } = await eventually('it is held', async () => {
    const { memoryAlarm, queues } = await session.stats();
    return memoryAlarm && queues[0];
  });
  expect(published).toBeLessThan(count);
  const consumer = await session.consume('q');
  for (let i = 0; i < count; i++) {
    const message = consumer.receive(10_000);
    expect(message?.int32At(0)).toBe(i);
    message?.ack();
  }
  await thread.said('done');
});

test('it learns that the broker was closed while it waited', async () => {
  const { broker, session } = await withBroker(MARK);
  await session.declareQueue('q');
  const thread = new Threads().start('alarm-publisher', { handle: broker.handle, count: 1e9 });
  await eventually('it is held', async () => (await session.stats()).memoryAlarm);
  await broker.close();
  expect((await thread.said('failed'))['code']).toBe('ERR_RINGMQ_BROKER_CLOSED');
});

test('what is not acknowledged counts, and acknowledgements come through', async () => {
  const { session, another } = await withCountedBroker(MARK);
  await session.declareQueue('q');
  const events = await eventsOf(session);
  const count = await fill(session, 'q');
  const reader = another();
  const consumer = await reader.consume('q', { prefetch: 0 });
  for (let i = 0; i < count; i++) consumer.receive(10_000);
  expect(await countersOf(session, 'q')).toMatchObject({ ready: 0, unacknowledged: count });
  expect((await session.stats()).memoryAlarm).toBe(true);
  consumer.ackAll();
  await eventually('it goes off', () => events.includes('unblocked'));
});

describe('a thread that moves messages on is not held, because nothing would ever leave the first queue', () => {
  test.each(['publish, acknowledge', 'acknowledge, publish', 'without acknowledgement', 'listening', 'get'])(
    '%s',
    async way => {
      const { session, handle } = await withCountedBroker(MARK);
      for (const queue of ['q1', 'q2', 'ballast']) await session.declareQueue(queue);
      const count = 300;
      for (let i = 0; i < count; i++) session.publish('', 'q1', new Uint8Array(1000));
      await fill(session, 'ballast'); // so that the alarm stays on, wherever the messages of q1 are
      const thread = new Threads(20_000).start('alarm-pipeline', { handle, count, way });
      await thread.said('done');
      expect((await session.stats()).memoryAlarm).toBe(true);
      expect((await session.checkQueue('q2')).messages).toBe(count);
    },
  );
});

test('a request that is held fails when its time is over, and is not sent then', async () => {
  const { session } = await withCountedBroker(MARK);
  await session.declareQueue('q');
  const count = await fill(session, 'q');
  const requests = [1, 2, 3].map(() => errorOf(() => session.request('', 'q', 'x', { timeout: 5 })));
  for (const error of await Promise.all(requests)) expect(error).toBeInstanceOf(RequestTimeoutError);
  await session.purgeQueue('q');
  await session.sync();
  expect((await countersOf(session, 'q')).published).toBe(count);
});

test('a low mark of its own', async () => {
  const { session } = await withCountedBroker({ memoryHighWater: 4 << 20, memoryLowWater: 1 << 20 });
  await session.declareQueue('q');
  await fill(session, 'q', 10_000);
  const alarm = async () => (await session.stats()).memoryAlarm;
  while ((await session.stats()).messageBytes > 2 << 20) {
    expect(await alarm()).toBe(true);
    await session.get('q', { noAck: true });
  }
  expect(await alarm()).toBe(true);
  await session.purgeQueue('q');
  await eventually('it goes off', async () => !(await alarm()));
});
