import { describe, expect, test } from 'vitest';
import { Broker, BrokerClosedError, connect, type Session } from '#src/index.js';
import { Arena } from '#src/memory/arena.js';
import { MailboxWriter } from '#src/memory/mailbox-writer.js';
import { HEADER_INT32S, RecordType } from '#src/records/record.js';
import { errorOf, eventually } from '../client/with-broker.js';
import { type Thread, Threads } from './threads.js';

const BLOCKED = ['publish', 'large'];
const ASLEEP = ['receive', 'for', 'listen', 'for await', 'poll', 'request'];

/** A broker with a thread for every way to wait for it. */
async function waitedFor(
  dispatch: 'queue-per-consumer' | 'shared-locked' | 'shared-lock-free' = 'queue-per-consumer',
) {
  const broker = await Broker.start({ memory: 32 << 20, maxSessions: 16, inboxBytes: 1 << 14 });
  const session = connect(broker.handle);
  await session.declareQueue('q', { dispatch });
  await session.declareQueue('elsewhere');
  const threads = new Threads();
  const waiting = new Map<string, Thread>();
  for (const way of [...ASLEEP, ...BLOCKED]) {
    const thread = threads.start('waiting', { handle: broker.handle, way });
    await thread.said('started');
    waiting.set(way, thread);
  }
  return { broker, session, threads, waiting };
}

/** Has the router throw, as a defect of it would: a message under an address that no session ever named. */
function breakRouter(handle: SharedArrayBuffer): void {
  const arena = Arena.open(handle);
  const slot = arena.inbox.attachWriter(0);
  const writer = new MailboxWriter(arena.inbox, slot);
  arena.createReplies(slot);
  let at = writer.reserve(1);
  while (at < 0) at = writer.reserve(1);
  writer.words[at] = 0;
  writer.words[at + 1] = RecordType.PUBLISH | (4095 << 8);
  expect(HEADER_INT32S).toBe(2);
  while (!writer.flush()) writer.awaitSpace(100);
}

async function outcomes(waiting: Map<string, Thread>): Promise<Record<string, string>> {
  const ended: Record<string, string> = {};
  for (const [way, thread] of waiting) {
    ended[way] = (await thread.said('over'))['code'] ?? 'ended';
  }
  return ended;
}

describe.each(['queue-per-consumer', 'shared-locked', 'shared-lock-free'] as const)('%s:', dispatch => {
  test('when the router dies, all that wait are woken and told, in every thread', async () => {
    const { broker, session, waiting } = await waitedFor(dispatch);
    const pending: Promise<unknown>[] = [];
    breakRouter(broker.handle);
    for (let i = 0; i < 10; i++) pending.push(session.checkQueue('q'));
    for (const outcome of await Promise.allSettled(pending)) {
      // Those that were answered before are answered.
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(BrokerClosedError);
    }
    const error = await broker.ended;
    expect(error).toBeInstanceOf(TypeError);
    expect(broker.running).toBe(false);
    const died = await errorOf(() => session.stats());
    expect(died).toBeInstanceOf(BrokerClosedError);
    expect(died.message).toMatch(/router thread.*died.*start a new broker/);
    expect(await errorOf(() => connect(broker.handle))).toBeInstanceOf(BrokerClosedError);
    const ended = await outcomes(waiting);
    for (const way of [...ASLEEP, ...BLOCKED]) expect(ended[way], way).toBe('ERR_RINGMQ_BROKER_CLOSED');
    await session.close();
    await broker.close();
  });

  test('when the broker is closed, consumers end, and calls are refused', async () => {
    const { broker, session, waiting } = await waitedFor(dispatch);
    await broker.close();
    expect(await broker.ended).toBeUndefined();
    const ended = await outcomes(waiting);
    for (const way of ['for', 'listen', 'for await', 'poll']) expect(ended[way], way).toBe('ended');
    for (const way of ['receive', 'request', ...BLOCKED])
      expect(ended[way], way).toBe('ERR_RINGMQ_BROKER_CLOSED');
    await session.close();
  });
});

test('the thread that started the broker is woken, too, although it blocks and hears no events', async () => {
  const broker = await Broker.start({ memory: 32 << 20, maxSessions: 4 });
  const session = connect(broker.handle);
  await session.declareQueue('q');
  const consumer = await session.consume('q', { noAck: true });
  breakRouter(broker.handle);
  expect((await errorOf(() => consumer.receive())).code).toBe('ERR_RINGMQ_BROKER_CLOSED');
  await broker.ended;
});

test('when the thread that started the broker ends, others learn that the broker is gone', async () => {
  for (const nested of [false, true]) {
    const threads = new Threads();
    const owner = nested ? threads.start('parent', { child: 'owner' }) : threads.start('owner');
    const { handle } = await owner.said('started');
    const session: Session = connect(handle);
    const other = threads.start('waiting', { handle, way: 'receive' });
    await other.said('started');
    const consumer = await session.consume('q', { noAck: true });
    const listening = consumer.listen(() => {});
    const told = expect(listening).rejects.toBeInstanceOf(BrokerClosedError);
    await owner.worker.terminate();
    await told;
    expect((await other.said('over'))['code']).toBe('ERR_RINGMQ_BROKER_CLOSED');
    expect(await errorOf(() => session.stats())).toBeInstanceOf(BrokerClosedError);
    expect(await errorOf(() => session.publish('', 'q', 'x'))).toBeInstanceOf(BrokerClosedError);
  }
});

test('closing during traffic: every thread ends by itself', async () => {
  for (let round = 0; round < 5; round++) {
    const broker = await Broker.start({ memory: 64 << 20, inboxBytes: 1 << 14 });
    const session = connect(broker.handle);
    await session.declareQueue('q');
    const threads = new Threads();
    const { handle } = broker;
    const counter = new SharedArrayBuffer(4);
    const consumers = ['for', 'listen'].map(way => threads.start('consumer', { handle, way, counter }));
    const publishers = [0, 1].map(id =>
      threads.start('publisher', { handle, id, endless: true, longest: 4000 }),
    );
    await Promise.all([...consumers, ...publishers].map(thread => thread.said('started')));
    await eventually('traffic flows', () => Atomics.load(new Int32Array(counter), 0) > 10_000 * round);
    await broker.close();
    for (const consumer of consumers) expect((await consumer.said('done'))['disorder']).toBeUndefined();
    for (const publisher of publishers) {
      const { error } = await publisher.ended;
      expect((error as BrokerClosedError).code).toBe('ERR_RINGMQ_BROKER_CLOSED');
    }
  }
});
