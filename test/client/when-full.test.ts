import { describe, expect, test } from 'vitest';
import { BrokerClosedError, type Consumer, type Publisher, type Session } from '#src/index.js';
import { errorOf, withBroker } from './with-broker.js';

const MIB = 1 << 20;

/** Publishes `count` numbered bodies of `bytes` bytes, waiting for room where there is none; says how often it waited. */
async function publishAll(publisher: Publisher, count: number, bytes: number): Promise<number> {
  let waits = 0;
  for (let i = 0; i < count; i++) {
    const body = new Uint8Array(bytes);
    new DataView(body.buffer).setInt32(0, i, true);
    while (!publisher.publish('q', body)) {
      waits++;
      await publisher.ready();
    }
  }
  publisher.flush();
  return waits;
}

async function consumeAll(session: Session, count: number, started?: Consumer): Promise<void> {
  const consumer = started ?? (await session.consume('q', { noAck: true }));
  let next = 0;
  for await (const message of consumer) {
    expect(message.int32At(0)).toBe(next);
    if (++next === count) break;
  }
  await consumer.cancel();
}

describe("whenFull: 'return'", () => {
  test('returns false while the router has no room, publishes nothing, and goes on when ready', async () => {
    const { session } = await withBroker({ inboxBytes: 1 << 14 });
    await session.declareQueue('q');
    const publisher = await session.publisher('', { whenFull: 'return' });
    const count = 50_000;
    const waits = await publishAll(publisher, count, 100);
    expect(waits).toBeGreaterThan(0);
    await session.sync();
    expect((await session.checkQueue('q')).messages).toBe(count);
    await consumeAll(session, count);
  });

  test('a broker that large bodies have filled still starts the consumer that empties it', async () => {
    const { session } = await withBroker({ memory: 16 * MIB });
    await session.declareQueue('q');
    const publisher = await session.publisher('', { whenFull: 'return' });
    let published = 0;
    const body = new Uint8Array(300_000);
    for (let accepted = true; accepted; ) {
      new DataView(body.buffer).setInt32(0, published, true);
      accepted = publisher.publish('q', body);
      if (accepted) published++;
    }
    expect(published).toBeGreaterThan(10);
    await session.sync();
    await consumeAll(session, published);
    expect((await session.stats()).largeBodies).toBe(0);
  });

  test('the same for new keys and for properties', async () => {
    const { session } = await withBroker({ inboxBytes: 1 << 14 });
    await session.declareQueue('q');
    await session.bindQueue('q', 'amq.topic', '#');
    const publisher = await session.publisher('amq.topic', { whenFull: 'return' });
    let waits = 0;
    for (let i = 0; i < 5000; i++) {
      while (!publisher.publish(`key.${i}`, `${i}`, { messageId: 'x'.repeat(i % 200) })) {
        waits++;
        await publisher.ready();
      }
    }
    publisher.flush();
    expect(waits).toBeGreaterThan(0);
    const consumer = await session.consume('q', { noAck: true });
    for (let i = 0; i < 5000; i++) {
      const message = consumer.receive();
      expect([message?.routingKey, message?.text()]).toEqual([`key.${i}`, `${i}`]);
    }
  });

  test('returns false while the memory is full of bodies that nobody took', async () => {
    const { session } = await withBroker({ memory: 8 * MIB, maxSessions: 2 });
    await session.declareQueue('q');
    const publisher = await session.publisher('', { whenFull: 'return' });
    let published = 0;
    while (publisher.publish('q', new Uint8Array(100_000))) published++;
    expect(published).toBeGreaterThan(10);
    const before = await session.stats();
    expect(publisher.publish('q', new Uint8Array(100_000))).toBe(false);
    await session.sync();
    const after = await session.stats();
    expect(after.queues).toEqual(before.queues);
    expect(after.largeBodies).toBe(published);
    // Small bodies lie in the ring, and still go.
    expect(publisher.publish('q', 'small')).toBe(true);
    expect(publisher.publish('q', new Uint8Array(100_000))).toBe(false);
    const ready = publisher.ready();
    expect(await session.purgeQueue('q')).toBe(published + 1);
    await ready;
    expect(publisher.publish('q', new Uint8Array(100_000))).toBe(true);
  });

  test('ready() resolves although the memory was given back before it was called', async () => {
    const { session } = await withBroker({ memory: 8 * MIB, maxSessions: 2 });
    await session.declareQueue('q');
    const publisher = await session.publisher('', { whenFull: 'return' });
    for (let round = 0; round < 20; round++) {
      while (publisher.publish('q', new Uint8Array(1_000_000)));
      await session.purgeQueue('q');
      await publisher.ready();
      expect(publisher.publish('q', new Uint8Array(1_000_000))).toBe(true);
    }
  });

  test('many times more than the memory holds flows through it', async () => {
    const { session } = await withBroker({ memory: 8 * MIB, maxSessions: 2 });
    await session.declareQueue('q');
    const publisher = await session.publisher('', { whenFull: 'return' });
    // First the consumer: its ring would not find room beside the bodies.
    const consuming = consumeAll(session, 400, await session.consume('q', { noAck: true }));
    await publishAll(publisher, 400, 300_000);
    await consuming;
    const stats = await session.stats();
    expect(stats.largeBodies).toBe(0);
    expect(stats.pagesInUse).toBe(0);
  });

  test('ready() ends when the broker is closed', async () => {
    const { broker, session } = await withBroker({ memory: 8 * MIB, maxSessions: 2 });
    await session.declareQueue('q');
    const publisher = await session.publisher('', { whenFull: 'return' });
    while (publisher.publish('q', new Uint8Array(1_000_000)));
    const ready = publisher.ready();
    await broker.close();
    await ready.catch(error => expect(error).toBeInstanceOf(BrokerClosedError));
    expect(await errorOf(() => publisher.publish('q', 'x'))).toBeInstanceOf(BrokerClosedError);
  });
});

test("whenFull: 'block' waits for the router, and loses nothing", async () => {
  const { session } = await withBroker({ inboxBytes: 1 << 14 });
  await session.declareQueue('q');
  const publisher = await session.publisher('');
  expect(await publishAll(publisher, 50_000, 50)).toBe(0);
  await consumeAll(session, 50_000);
});
