import { describe, expect, test } from 'vitest';
import type { Message, QueueStats, Session } from '#src/index.js';
import { errorOf, eventually, withBroker } from '../client/with-broker.js';
import { seeded, Threads } from './threads.js';

const DISPATCHES = [
  'queue-per-consumer',
  'shared-locked',
  'shared-locked-batched',
  'shared-lock-free',
] as const;
const DEATHS = 24;
const MESSAGES = 400_000;

async function statsOf(session: Session, name: string): Promise<QueueStats> {
  return (await session.stats()).queues.find(queue => queue.name === name) as QueueStats;
}

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

const WAITING = 1000;
const PREFETCH = 100;
const TAKEN = 40;
const ACKNOWLEDGED = 10;

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `${from + i}`);

// RabbitMQ: "Consumer Acknowledgements and Publisher Confirms", section "When Consumers Fail or Lose Connection:
// Automatic Requeueing"; `handle_ch_down` and `should_auto_delete` in rabbit_amqqueue_process.erl.
describe.each(DISPATCHES)('%s: what a terminated consumer had not acknowledged', dispatch => {
  test('is there again within a second, in order and marked, and its queues are gone', async () => {
    const { broker, session } = await withBroker();
    await session.declareQueue('q', { dispatch, ringBytes: 1 << 16 });
    for (const name of ['fleeting', 'shared', 'got']) await session.declareQueue(name, { autoDelete: true });
    session.publish('', 'got', 'got');
    for (let i = 0; i < WAITING; i++) session.publish('', 'q', `${i}`);
    // A bystander: a consumer of this thread, with messages that it has not acknowledged.
    const bystander = await session.consume('shared', { prefetch: 0 });
    const threads = new Threads();
    const doomed = { handle: broker.handle, prefetch: PREFETCH, take: TAKEN, ack: ACKNOWLEDGED };
    const thread = threads.start('unsettled', doomed);
    await thread.said('took');
    expect((await errorOf(() => session.checkQueue('own'))).code).toBe('ERR_RINGMQ_RESOURCE_LOCKED');
    expect((await session.checkQueue('fleeting')).consumers).toBe(1);
    expect((await session.checkQueue('shared')).consumers).toBe(2);
    expect((await errorOf(() => session.consume('q'))).code).toBe('ERR_RINGMQ_ACCESS_REFUSED'); // it is exclusive
    session.publish('', 'shared', 'of the bystander');
    const held = bystander.receive(10_000) as Message;

    await thread.worker.terminate();
    const { unacknowledged, delivered } = await eventually(
      'all is there again',
      async () => {
        const stats = await statsOf(session, 'q');
        return stats.ready === WAITING - ACKNOWLEDGED && stats;
      },
      1000,
    );
    expect(unacknowledged).toBe(0);
    for (const queue of ['own', 'fleeting']) {
      expect((await errorOf(() => session.checkQueue(queue))).code, queue).toBe('ERR_RINGMQ_NOT_FOUND');
    }
    // A queue that goes with its last consumer stays while it has one, or never had one.
    expect(await session.checkQueue('shared')).toMatchObject({ messages: 0, consumers: 1 });
    expect(await session.checkQueue('got')).toMatchObject({ messages: 1, consumers: 0 });
    expect((await session.get('got'))?.deliveryCount).toBe(1);
    expect((await statsOf(session, 'shared')).unacknowledged).toBe(1);
    held.ack();
    session.publish('', 'shared', 'another');
    expect(bystander.receive(10_000)).toMatchObject({ redelivered: false, deliveryCount: 0 });

    const heir = await session.consume('q', { prefetch: 0 });
    const messages = numbers(ACKNOWLEDGED, WAITING).map(() => heir.receive(10_000) as Message);
    expect(messages.map(message => message.text())).toEqual(numbers(ACKNOWLEDGED, WAITING));
    // A delivery failed where its code may have seen the message: what it took, and the rest of that frame.
    const counts = messages.map(message => message.deliveryCount);
    const failed = counts.lastIndexOf(1) + 1;
    expect(failed).toBeGreaterThanOrEqual(TAKEN - ACKNOWLEDGED);
    expect(failed).toBeLessThanOrEqual(PREFETCH);
    expect(counts).toEqual([...new Array(failed).fill(1), ...new Array(counts.length - failed).fill(0)]);
    // What had been sent to it comes again: into its mailbox what the prefetch allows, into a shared ring what fits.
    const sent = delivered - ACKNOWLEDGED;
    if (dispatch === 'queue-per-consumer') expect(sent).toBe(PREFETCH);
    expect(messages.map(message => message.redelivered)).toEqual(counts.map((_, i) => i < sent));
    heir.ackAll();
    await session.sync();
    expect(await statsOf(session, 'q')).toMatchObject({ ready: 0, acknowledged: WAITING, redelivered: sent });
  });

  test('is handled by two others, marked if it was handled before, wherever it was terminated', async () => {
    const random = seeded(`dying consumers that acknowledge, ${dispatch}`);
    const { broker, session } = await withBroker();
    const threads = new Threads();
    const { handle } = broker;
    await session.declareQueue('q', { dispatch, ringBytes: 1 << 16 });
    const seen = new SharedArrayBuffer(MESSAGES);
    const unmarked = new SharedArrayBuffer(4);
    const until = new SharedArrayBuffer(4);
    const start = (way: string, prefetch: number) => {
      const ringBytes = dispatch === 'queue-per-consumer' ? 1 << 14 : undefined;
      return threads.start('consumer', { handle, way, noAck: false, prefetch, seen, unmarked, ringBytes });
    };
    const survivors = [start('for', 100), start('listen', 30)];
    const publisher = threads.start('publisher', { handle, id: 0, until, longest: 100 });
    await Promise.all([...survivors, publisher].map(thread => thread.said('started')));
    for (let deaths = 0; deaths < DEATHS / 2; deaths++) {
      const prefetch = [0, 1, 7, 100][Math.floor(random() * 4)] as number;
      const doomed = start(random() < 0.5 ? 'for' : 'listen', prefetch);
      await doomed.said('started');
      await new Promise(resolve => setTimeout(resolve, random() * 20));
      await doomed.worker.terminate();
    }
    Atomics.store(new Int32Array(until), 0, 1);
    Atomics.notify(new Int32Array(until), 0);
    const { published } = await publisher.said('done');
    expect(published).toBeLessThan(MESSAGES);
    await eventually(
      'everything is acknowledged',
      async () => (await statsOf(session, 'q')).acknowledged === published,
      20_000,
    );
    expect(await statsOf(session, 'q')).toMatchObject({ published, ready: 0, unacknowledged: 0 });
    await session.deleteQueue('q');
    for (const survivor of survivors) {
      const { received, disorder } = await survivor.said('done');
      expect(received).toBeGreaterThan(0);
      expect(disorder).toBeUndefined();
    }
    const counts = new Int8Array(seen).subarray(0, published);
    expect(counts.indexOf(0), 'the first message that nobody handled').toBe(-1);
    expect(new Int32Array(unmarked)[0], 'messages that came again unmarked').toBe(0);
    await eventually('no memory is left behind', async () => {
      const stats = await session.stats();
      return stats.sessions === 1 && stats.pagesInUse === 0;
    });
  });
});

test.each(DISPATCHES.slice(1))(
  '%s: what a consumer had taken when it was terminated, and not yet said so, goes to another, unseen',
  async dispatch => {
    const { broker, session } = await withBroker();
    await session.declareQueue('q', { dispatch });
    const living = await session.consume('q', { prefetch: 0 });
    const threads = new Threads();
    const thread = threads.start('mute-taker', { handle: broker.handle });
    await thread.said('started');
    for (let i = 0; i < 100; i++) session.publish('', 'q', `${i}`);
    await session.sync();
    const { count } = await thread.said('took');
    expect((await statsOf(session, 'q')).unacknowledged).toBe(100);
    await thread.worker.terminate();
    const messages = numbers(0, 100).map(() => living.receive(10_000) as Message);
    expect(messages.map(message => message.text()).sort()).toEqual(numbers(0, 100).sort());
    const back = messages.filter(message => message.redelivered);
    expect(back.map(message => message.text())).toEqual(numbers(0, count));
    expect(messages.every(message => message.deliveryCount === 0)).toBe(true);
    living.ackAll();
    await session.sync();
    expect(await statsOf(session, 'q')).toMatchObject({ acknowledged: 100, redelivered: count });
  },
);
