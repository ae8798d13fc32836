import { expect, test } from 'vitest';
import { PreconditionFailedError } from '#src/index.js';
import { errorOf } from '../client/with-broker.js';
import { withCountedBroker } from './counted-broker.js';

// What is durable survives a restart of the broker (RabbitMQ, "Queues", section "Durability"). This broker keeps
// nothing on disk, and to promise it nevertheless would lose messages.

test('a durable queue is refused, and not declared', async () => {
  const { session } = await withCountedBroker();
  for (const name of ['q', '']) {
    const error = await errorOf(() => session.declareQueue(name, { durable: true }));
    expect(error).toBeInstanceOf(PreconditionFailedError);
    expect(error.message).toMatch(/durable, and this broker has no store.*Leave durable out/);
  }
  expect((await session.stats()).queues).toEqual([]);
  await session.declareQueue('q', { durable: false });
  // One that goes with its session is gone before any restart.
  await session.declareQueue('mine', { durable: true, exclusive: true });
});

test('a durable exchange is refused, and not declared', async () => {
  const { session } = await withCountedBroker();
  const error = await errorOf(() => session.declareExchange('x', 'direct', { durable: true }));
  expect(error).toBeInstanceOf(PreconditionFailedError);
  expect(error.message).toMatch(/'x' was declared durable, and this broker has no store.*Leave durable out/);
  await expect(session.checkExchange('x')).rejects.toThrow();
});

// AMQP 0-9-1, 3.1.3: every server has them, and they are durable.
test.each([
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.topic', 'topic'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
])('the predeclared exchange %s may be declared as it is', async (name, type) => {
  const { session } = await withCountedBroker();
  await session.declareExchange(name, type, { durable: true });
  await expect(session.declareExchange(name, type)).rejects.toThrow(/durable true.*durable|durable/);
});

test('a persistent message is taken by any queue, and says so to its consumer', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q');
  session.publish('', 'q', 'x', { persistent: true });
  await session.sync();
  expect((await session.get('q', { noAck: true }))?.properties).toEqual({ persistent: true });
});
