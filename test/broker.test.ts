import { describe, expect, test } from 'vitest';
import {
  Broker,
  BrokerClosedError,
  connect,
  InvalidArgumentError,
  InvalidHandleError,
  LayoutVersionError,
  TooManySessionsError,
} from '#src/index.js';
import { Header } from '#src/memory/layout.js';
import { errorOf, withBroker } from './client/with-broker.js';

describe('Broker.start refuses', () => {
  const MIB = 1 << 20;
  test.each([
    [{ memory: 1 }, /memory.*not 1/],
    [{ memory: '1 GiB' }, /memory.*'1 GiB'/],
    [{ memory: 4 * MIB }, /too small.*256 sessions.*Raise `memory`/],
    [{ maxSessions: 0 }, /maxSessions.*not 0/],
    [{ maxSessions: 1.5 }, /maxSessions.*not 1.5/],
    [{ inboxBytes: 100_000 }, /inboxBytes.*power of two.*100000/],
    [{ inboxBytes: 64 }, /inboxBytes.*64/],
    [{ maxBodyBytes: 256 * MIB }, /maxBodyBytes.*268435456/],
    [{ maxBodyBytes: -1 }, /maxBodyBytes.*-1/],
    [{ sessions: 5 }, /'sessions'.*maxSessions/],
    ['fast', /'fast'/],
    [null, /null/],
  ])('%j', async (options, message) => {
    const error = await errorOf(() => Broker.start(options as object));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(message);
  });
});

describe('a handle', () => {
  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['an object', {}],
    ['an ArrayBuffer', new ArrayBuffer(8192)],
    ['a small SharedArrayBuffer', new SharedArrayBuffer(8)],
    ['a SharedArrayBuffer of something else', new SharedArrayBuffer(1 << 16)],
  ])('that is none is refused: %s', async (_, handle) => {
    const error = await errorOf(() => connect(handle as SharedArrayBuffer));
    expect(error).toBeInstanceOf(InvalidHandleError);
    expect(error.code).toBe('ERR_RINGMQ_INVALID_HANDLE');
    expect(error.message).toMatch(/broker\.handle/);
  });

  test('of another version is refused, and told apart', async () => {
    const { broker } = await withBroker();
    const copy = new SharedArrayBuffer(1 << 16);
    new Uint8Array(copy).set(new Uint8Array(broker.handle, 0, 1 << 16));
    new Int32Array(copy)[Header.VERSION] = 99;
    const error = await errorOf(() => connect(copy));
    expect(error).toBeInstanceOf(LayoutVersionError);
    expect(error.code).toBe('ERR_RINGMQ_LAYOUT_VERSION');
    expect(error.message).toMatch(/version 99.*same version of ringmq/s);
  });
});

test('the last session slot can be used, and one more is refused until one is free again', async () => {
  const { broker, session } = await withBroker({ maxSessions: 3 });
  const second = connect(broker.handle);
  const third = connect(broker.handle);
  const error = await errorOf(() => connect(broker.handle));
  expect(error).toBeInstanceOf(TooManySessionsError);
  expect(error.code).toBe('ERR_RINGMQ_TOO_MANY_SESSIONS');
  expect(error.message).toMatch(/All 3 sessions.*maxSessions/);
  await second.sync();
  await third.sync();
  await second.close();
  const fourth = connect(broker.handle);
  await fourth.declareQueue('q');
  expect((await session.stats()).sessions).toBe(3);
});

describe('a broker that was closed', () => {
  test('does not run, resolves `ended` with undefined, and may be closed again', async () => {
    const broker = await Broker.start({ memory: 64 << 20 });
    expect(broker.running).toBe(true);
    await Promise.all([broker.close(), broker.close()]);
    expect(broker.running).toBe(false);
    expect(await broker.ended).toBeUndefined();
    await broker.close();
    const error = await errorOf(() => connect(broker.handle));
    expect(error).toBeInstanceOf(BrokerClosedError);
    expect(error.code).toBe('ERR_RINGMQ_BROKER_CLOSED');
  });

  test('is closed by `await using`', async () => {
    let handle: SharedArrayBuffer;
    {
      await using broker = await Broker.start({ memory: 64 << 20 });
      handle = broker.handle;
      await using session = connect(handle);
      await session.declareQueue('q');
    }
    expect((await errorOf(() => connect(handle))).code).toBe('ERR_RINGMQ_BROKER_CLOSED');
  });

  test('hands on what was published before, then ends its consumers', async () => {
    const { broker, session } = await withBroker();
    await session.declareQueue('q');
    const consumer = await session.consume('q', { noAck: true });
    const received: string[] = [];
    const listening = consumer.listen(message => received.push(message.text()));
    for (let i = 0; i < 1000; i++) session.publish('', 'q', `message ${i}`);
    session.flush();
    await broker.close();
    await listening;
    expect(received).toEqual(Array.from({ length: 1000 }, (_, i) => `message ${i}`));
    expect(consumer.ended).toBe(true);
    expect((await errorOf(() => consumer.receive())).code).toBe('ERR_RINGMQ_BROKER_CLOSED');
  });

  test('two brokers in one process have nothing to do with each other', async () => {
    const first = await withBroker();
    const second = await withBroker();
    await first.session.declareQueue('q');
    await errorOf(() => second.session.checkQueue('q'));
    await first.broker.close();
    await second.session.declareQueue('q');
    second.session.publish('', 'q', 'alive');
    await second.session.sync();
    expect((await second.session.get('q', { noAck: true }))?.text()).toBe('alive');
  });
});
