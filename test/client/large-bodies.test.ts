import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BodyTooLargeError, connect, type Message, type Session } from '#src/index.js';
import { errorOf, eventually, withBroker } from './with-broker.js';

const MIB = 1 << 20;

function patterned(bytes: number): Uint8Array {
  const body = new Uint8Array(bytes);
  const words = new Uint32Array(body.buffer, 0, bytes >>> 2);
  for (let i = 0, x = 12345; i < words.length; i++) words[i] = x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
  return body;
}

const digest = (body: Uint8Array): string => createHash('sha1').update(body).digest('hex');

/** Waits until the pages in use are back to what they were, and no large body is left. */
async function givenBack(session: Session, pages: number): Promise<void> {
  let seen = '';
  await eventually('the memory of large bodies is given back', async () => {
    const { pagesInUse, largeBodies } = await session.stats();
    seen = `${pagesInUse} pages in use, ${pages} before; ${largeBodies} large bodies`;
    return pagesInUse === pages && largeBodies === 0;
  }).catch(cause => {
    throw new Error(seen, { cause });
  });
}

async function withQueue(options = {}) {
  const { broker, session } = await withBroker(options);
  await session.declareQueue('q');
  return { broker, session, pages: (await session.stats()).pagesInUse };
}

describe('a body of', () => {
  test.each([
    ['64 KiB', 65_536],
    ['1 MiB', MIB],
    ['1 MiB and a byte', MIB + 1],
    ['16 MiB', 16 * MIB],
  ])('%s comes out as it went in', async (_, bytes) => {
    const { session, pages } = await withQueue();
    const body = patterned(bytes);
    const consumer = await session.consume('q', { noAck: true });
    for (let i = 0; i < 3; i++) session.publish('', 'q', body, i === 1 ? { type: 'x' } : undefined);
    session.flush();
    for (let i = 0; i < 3; i++) expect(digest((consumer.receive() as Message).body)).toBe(digest(body));
    await consumer.cancel();
    await givenBack(session, pages);
  });

  test('128 MiB, too, and a byte more is refused', async () => {
    const { session, pages } = await withQueue();
    const body = patterned(128 * MIB);
    session.publish('', 'q', body);
    const message = await session.sync().then(() => session.get('q', { noAck: true }));
    expect(message?.length).toBe(128 * MIB);
    expect(Buffer.compare(message?.body as Uint8Array, body)).toBe(0);
    const error = await errorOf(() => session.publish('', 'q', new Uint8Array(128 * MIB + 1)));
    expect(error).toBeInstanceOf(BodyTooLargeError);
    expect(error.message).toMatch(/134217729.*134217728/);
    await givenBack(session, pages);
  });
});

describe('memory is given back', () => {
  const body = patterned(50_000);

  test('by a message that nobody routes', async () => {
    const { session, pages } = await withQueue();
    for (let i = 0; i < 20; i++) session.publish('amq.topic', 'nowhere', body);
    await session.sync();
    expect((await session.stats()).unroutable).toBe(20);
    await givenBack(session, pages);
  });

  test('by a message to an exchange that is gone', async () => {
    const { session, pages } = await withQueue();
    session.publish('gone', 'k', body);
    await session.sync();
    await givenBack(session, pages);
  });

  test('by get, and the message is the receiver’s own', async () => {
    const { session, pages } = await withQueue();
    for (let i = 0; i < 5; i++) session.publish('', 'q', body);
    await session.sync();
    expect((await session.stats()).largeBodies).toBe(5);
    const messages: Message[] = [];
    for (let i = 0; i < 5; i++) messages.push((await session.get('q', { noAck: true })) as Message);
    await givenBack(session, pages);
    for (let i = 0; i < 5; i++) session.publish('', 'q', new Uint8Array(50_000).fill(9));
    await session.sync();
    for (const message of messages) expect(digest(message.body)).toBe(digest(body));
    await session.purgeQueue('q');
    await givenBack(session, pages);
  });

  test('by purge and by the deletion of the queue', async () => {
    const { session, pages } = await withQueue();
    for (let i = 0; i < 5; i++) session.publish('', 'q', body);
    expect(await session.purgeQueue('q')).toBe(5);
    await givenBack(session, pages);
    for (let i = 0; i < 5; i++) session.publish('', 'q', body);
    await session.sync();
    expect(await session.deleteQueue('q')).toBe(5);
    await givenBack(session, pages);
  });

  test.each(['queue-per-consumer', 'shared-locked', 'shared-locked-batched', 'shared-lock-free'] as const)(
    'by a consumer that leaves without having received all, %s',
    async dispatch => {
      const { broker, session } = await withBroker();
      await session.declareQueue('s', { dispatch });
      const other = connect(broker.handle);
      const consumer = await other.consume('s', { noAck: true });
      for (let i = 0; i < 40; i++) session.publish('', 's', body);
      await session.sync();
      expect(digest((consumer.receive() as Message).body)).toBe(digest(body));
      await other.close();
      expect((await session.checkQueue('s')).messages).toBe(39);
      for (let i = 0; i < 39; i++) {
        const message = (await session.get('s', { noAck: true })) as Message;
        expect(message.redelivered).toBe(true);
        expect(digest(message.body)).toBe(digest(body));
      }
      await session.deleteQueue('s');
      await givenBack(session, 0);
    },
  );

  test.each(['queue-per-consumer', 'shared-locked', 'shared-locked-batched', 'shared-lock-free'] as const)(
    'by a queue that is deleted while its consumer has messages, %s',
    async dispatch => {
      const { session } = await withBroker();
      await session.declareQueue('s', { dispatch });
      const consumer = await session.consume('s', { noAck: true });
      for (let i = 0; i < 40; i++) session.publish('', 's', body);
      await session.sync();
      consumer.receive();
      await session.deleteQueue('s');
      await consumer.cancel();
      await givenBack(session, 0);
    },
  );

  test('by a fanout to several queues, once the last of them is done with it', async () => {
    const { session, pages } = await withQueue();
    const names = ['a', 'b', 'c'];
    for (const name of names) {
      await session.declareQueue(name);
      await session.bindQueue(name, 'amq.fanout');
    }
    for (let i = 0; i < 10; i++) session.publish('amq.fanout', '', body);
    await session.sync();
    expect((await session.stats()).largeBodies).toBe(10);
    const consumer = await session.consume('a', { noAck: true });
    for (let i = 0; i < 10; i++) expect(digest((consumer.receive() as Message).body)).toBe(digest(body));
    await consumer.cancel();
    await session.purgeQueue('b');
    expect((await session.stats()).largeBodies).toBe(10);
    expect(await session.deleteQueue('c')).toBe(10);
    await givenBack(session, pages);
  });
});

test('a body that is read in place stays until the next message', async () => {
  const { session, pages } = await withQueue();
  const consumer = await session.consume('q', { noAck: true, inPlace: true });
  for (let i = 1; i <= 30; i++) {
    session.publish('', 'q', new Uint8Array(100_000).fill(i));
    session.flush();
    const message = consumer.receive() as Message;
    await session.sync();
    expect(message.body.every(byte => byte === i)).toBe(true);
  }
  await consumer.cancel();
  await givenBack(session, pages);
});

test('a long answer does not bring the router down when the memory is full', async () => {
  const { session } = await withBroker({ memory: 8 << 20, maxSessions: 2 });
  for (let i = 0; i < 60; i++) await session.declareQueue(`a queue with a rather long name ${i}`);
  const publisher = await session.publisher('', { whenFull: 'return' });
  while (publisher.publish('a queue with a rather long name 0', new Uint8Array(4096)));
  const outcomes = await Promise.allSettled([session.stats(), session.stats()]);
  for (const outcome of outcomes) {
    expect(outcome.status === 'rejected' ? outcome.reason.code : 'answered').toMatch(
      /OUT_OF_MEMORY|answered/,
    );
  }
  await session.purgeQueue('a queue with a rather long name 0');
  expect((await session.stats()).queues).toHaveLength(60);
});
