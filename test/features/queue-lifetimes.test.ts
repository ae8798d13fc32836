import { describe, expect, test } from 'vitest';
import { AccessRefusedError, type Message, NotFoundError, type Session } from '#src/index.js';
import { errorOf, eventually } from '../client/with-broker.js';
import { withCountedBroker } from './counted-broker.js';

async function isThere(session: Session, queue: string): Promise<boolean> {
  return (await session.stats()).queues.some(each => each.name === queue);
}

const gone = (session: Session, queue: string) =>
  eventually(`queue '${queue}' goes`, async () => !(await isThere(session, queue)));

// RabbitMQ, "Queues", section "Temporary Queues": auto-delete queues are deleted when the last consumer is cancelled or
// gone; one that never had a consumer is not.
describe('autoDelete', () => {
  test('goes with its last consumer, and takes its messages along', async () => {
    const { session } = await withCountedBroker();
    await session.declareQueue('q', { autoDelete: true });
    const first = await session.consume('q', { prefetch: 1 });
    const second = await session.consume('q', { prefetch: 1 });
    for (let i = 0; i < 5; i++) session.publish('', 'q', new Uint8Array(10_000));
    expect(first.receive(10_000)?.length).toBe(10_000);
    await first.cancel();
    expect(await isThere(session, 'q')).toBe(true);
    await second.cancel();
    expect(await isThere(session, 'q')).toBe(false);
  });

  test('goes with the session of its last consumer', async () => {
    const { session, another } = await withCountedBroker();
    const other = another();
    await session.declareQueue('q', { autoDelete: true });
    await other.consume('q');
    await other.close();
    expect(await isThere(session, 'q')).toBe(false);
  });

  test('stays while there was no consumer, whoever used it otherwise', async () => {
    const { session, another } = await withCountedBroker();
    const other = another();
    await session.declareQueue('q', { autoDelete: true });
    session.publish('', 'q', 'one');
    session.publish('', 'q', 'two');
    await session.sync();
    expect((await other.get('q', { noAck: true }))?.text()).toBe('one');
    expect((await other.get('q'))?.text()).toBe('two');
    await other.close(); // what it got and did not settle goes back
    expect((await session.checkQueue('q')).messages).toBe(1);
    await session.purgeQueue('q');
    expect(await isThere(session, 'q')).toBe(true);
  });

  test('stays when a consumer was refused', async () => {
    const { session } = await withCountedBroker({ memory: 8 << 20 });
    await session.declareQueue('q', { autoDelete: true });
    await errorOf(() => session.consume('q', { ringBytes: 1 << 26 }));
    expect(await isThere(session, 'q')).toBe(true);
  });
});

// RabbitMQ, "Time-To-Live and Expiration", section "Queue TTL": unused means that the queue has no consumers, was not
// redeclared, and basic.get was not invoked for so long.
describe('expires', () => {
  test('goes when it was not used, with its messages, and dead-letters none of them', async () => {
    const { session } = await withCountedBroker();
    await session.declareQueue('dead');
    await session.declareQueue('q', { expires: 10, deadLetterExchange: '', deadLetterRoutingKey: 'dead' });
    session.publish('', 'q', new Uint8Array(10_000));
    await gone(session, 'q');
    expect((await session.checkQueue('dead')).messages).toBe(0);
    expect((await session.stats()).largeBodies).toBe(0);
    expect(await errorOf(() => session.checkQueue('q'))).toBeInstanceOf(NotFoundError);
  });

  test('a redeclaration, a passive declaration and get are use', async () => {
    const { session } = await withCountedBroker();
    const options = { expires: 700 };
    const uses: [string, () => Promise<unknown>][] = [
      ['redeclared', () => session.declareQueue('redeclared', options)],
      ['checked', () => session.declareQueue('checked', { passive: true })],
      ['got', () => session.get('got')], // of an empty queue, too
    ];
    for (const [queue] of uses) await session.declareQueue(queue, options);
    await session.declareQueue('clock', { expires: 800 });
    const names = await eventually('the clock goes', async () => {
      for (const [, use] of uses) await use();
      const { queues } = await session.stats();
      return queues.some(queue => queue.name === 'clock') ? undefined : queues.map(queue => queue.name);
    });
    expect(names.sort()).toEqual(['checked', 'got', 'redeclared']);
  });

  test('a consumer is use for as long as it is there', async () => {
    const { session } = await withCountedBroker();
    await session.declareQueue('q', { expires: 5 });
    await session.declareQueue('clock', { expires: 20 });
    const consumer = await session.consume('q');
    await gone(session, 'clock');
    expect(await isThere(session, 'q')).toBe(true);
    await consumer.cancel();
    await gone(session, 'q');
  });

  test('a message that is published is no use', async () => {
    const { session } = await withCountedBroker();
    await session.declareQueue('q', { expires: 20 });
    const publishing = setInterval(() => session.publish('', 'q', 'x'), 2);
    await gone(session, 'q');
    clearInterval(publishing);
  });
});

// RabbitMQ, "Queues", section "Server-named Queues".
describe('named by the broker', () => {
  test('each gets a name of its own, and is used by it', async () => {
    const { session } = await withCountedBroker();
    const { queue } = await session.declareQueue('', { exclusive: true });
    const { queue: other } = await session.declareQueue('');
    expect(queue).toMatch(/^amq\.gen-.{20,}/);
    expect(other).not.toBe(queue);
    session.publish('', queue, 'x');
    await session.sync();
    expect(((await session.get(queue)) as Message).text()).toBe('x');
    await session.declareQueue(queue, { exclusive: true }); // as it is
    expect(await session.deleteQueue(other)).toBe(0);
  });

  test('nobody else gives names that begin with amq.', async () => {
    const { session } = await withCountedBroker();
    for (const name of ['amq.gen-mine', 'amq.', 'amq.rabbitmq.reply-to.x']) {
      const error = await errorOf(() => session.declareQueue(name));
      expect(error).toBeInstanceOf(AccessRefusedError);
      expect(error.message).toContain(`'${name}' begins with 'amq.'`);
    }
    await session.declareQueue('amqp');
  });
});

// AMQP 0-9-1, 1.7.2.1.3 (queue.declare, passive).
describe('passive', () => {
  test('tells what a queue holds, whatever the other options say', async () => {
    const { session } = await withCountedBroker();
    await session.declareQueue('q', { maxLength: 5 });
    await session.consume('q', { prefetch: 1 });
    for (let i = 0; i < 3; i++) session.publish('', 'q', 'x');
    await session.sync();
    const info = { queue: 'q', messages: 2, consumers: 1 };
    expect(await session.declareQueue('q', { passive: true })).toEqual(info);
    expect(await session.declareQueue('q', { passive: true, maxLength: 9, exclusive: true })).toEqual(info);
    expect(await session.declareQueue('q', { passive: false, maxLength: 5 })).toEqual(info);
  });

  test('declares nothing', async () => {
    const { session } = await withCountedBroker();
    expect(await errorOf(() => session.declareQueue('q', { passive: true }))).toBeInstanceOf(NotFoundError);
    expect(await isThere(session, 'q')).toBe(false);
  });
});
