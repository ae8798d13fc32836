import { describe, expect, test } from 'vitest';
import { type Message, NotFoundError, ResourceLockedError, type Session } from '#src/index.js';
import { errorOf } from '../client/with-broker.js';
import { withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Queues", section "Exclusive Queues"; AMQP 0-9-1: 405 RESOURCE_LOCKED.

const OPERATIONS: [string, (other: Session) => unknown][] = [
  ['declare', other => other.declareQueue('mine', { exclusive: true })],
  ['declare differently', other => other.declareQueue('mine')],
  ['declare passively', other => other.declareQueue('mine', { passive: true })],
  ['check', other => other.checkQueue('mine')],
  ['consume', other => other.consume('mine')],
  ['get', other => other.get('mine')],
  ['purge', other => other.purgeQueue('mine')],
  ['delete', other => other.deleteQueue('mine')],
  ['delete if unused', other => other.deleteQueue('mine', { ifUnused: true })],
  ['bind', other => other.bindQueue('mine', 'amq.fanout')],
  ['unbind', other => other.unbindQueue('mine', 'amq.direct', 'bound')],
];

test('every operation of another session is refused, and changes nothing', async () => {
  const { session, another } = await withCountedBroker();
  await session.declareQueue('mine', { exclusive: true });
  await session.bindQueue('mine', 'amq.direct', 'bound');
  session.publish('amq.direct', 'bound', 'x');
  await session.sync();
  const before = await session.stats();
  const other = another();
  for (const [what, operation] of OPERATIONS) {
    const error = await errorOf(() => operation(other));
    expect(error, what).toBeInstanceOf(ResourceLockedError);
    expect(error.code).toBe('ERR_RINGMQ_RESOURCE_LOCKED');
    expect(error.message).toMatch(/'mine' is exclusive/);
  }
  expect((await session.stats()).queues).toEqual(before.queues);
});

test('anybody may publish to it, and its owner does everything', async () => {
  const { session, another } = await withCountedBroker();
  const other = another();
  await session.declareQueue('mine', { exclusive: true });
  await session.declareQueue('mine', { exclusive: true });
  await session.bindQueue('mine', 'amq.direct', 'k');
  other.publish('', 'mine', 'by its name');
  other.publish('amq.direct', 'k', 'by a binding');
  await other.sync();
  expect((await session.checkQueue('mine')).messages).toBe(2);
  expect((await session.get('mine', { noAck: true }))?.text()).toBe('by its name');
  const consumer = await session.consume('mine');
  (consumer.receive(10_000) as Message).ack();
  await consumer.cancel();
  await session.unbindQueue('mine', 'amq.direct', 'k');
  expect(await session.purgeQueue('mine')).toBe(0);
  expect(await session.deleteQueue('mine', { ifEmpty: true, ifUnused: true })).toBe(0);
});

describe('it goes with its session', () => {
  test.each([
    ['unused', async () => {}],
    [
      'with messages that wait',
      async (session: Session) => session.publish('', 'mine', new Uint8Array(9999)),
    ],
    [
      'with a consumer, and messages that it has',
      async (session: Session) => {
        const consumer = await session.consume('mine');
        session.publish('', 'mine', new Uint8Array(9999));
        consumer.receive(10_000);
      },
    ],
    [
      'with messages that get gave',
      async (session: Session) => {
        session.publish('', 'mine', new Uint8Array(9999));
        await session.sync();
        await session.get('mine');
      },
    ],
  ])('%s', async (_, use) => {
    const { session, another } = await withCountedBroker();
    const owner = another();
    await owner.declareQueue('mine', {
      exclusive: true,
      deadLetterExchange: '',
      deadLetterRoutingKey: 'dead',
    });
    await session.declareQueue('dead');
    await use(owner);
    await owner.close();
    expect(await errorOf(() => session.checkQueue('mine'))).toBeInstanceOf(NotFoundError);
    // Deleting a queue dead-letters nothing (RabbitMQ, "Dead Letter Exchanges": if an entire queue goes).
    expect((await session.checkQueue('dead')).messages).toBe(0);
    await session.declareQueue('mine', { exclusive: true });
  });
});

test('queues of other sessions stay when one closes', async () => {
  const { session, another } = await withCountedBroker();
  const other = another();
  await session.declareQueue('mine', { exclusive: true });
  await other.declareQueue('theirs', { exclusive: true });
  await other.declareQueue('shared');
  await other.close();
  expect((await session.stats()).queues.map(queue => queue.name).sort()).toEqual(['mine', 'shared']);
});
