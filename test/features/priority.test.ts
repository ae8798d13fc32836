import { expect, test } from 'vitest';
import type { Message, Session } from '#src/index.js';
import { drainTexts, withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Classic Queues Support Priorities".

async function withPriorities(maxPriority: number): Promise<Session> {
  const { session } = await withCountedBroker();
  await session.declareQueue('q', { maxPriority });
  return session;
}

function publish(session: Session, ...priorities: (number | undefined)[]): void {
  priorities.forEach((priority, i) => {
    session.publish('', 'q', `${priority}.${i}`, priority === undefined ? undefined : { priority });
  });
}

test('higher priorities first, and within each the order of arrival', async () => {
  const session = await withPriorities(10);
  publish(session, 1, 3, 2, 3, 1, 10, 0);
  await session.sync();
  expect(await drainTexts(session, 'q')).toEqual(['10.5', '3.1', '3.3', '2.2', '1.0', '1.4', '0.6']);
});

// "Messages with a priority higher than the queue's maximum are treated as if they were published with the maximum",
// and "messages without a priority property are treated as if their priority were 0".
test('above the maximum is the maximum, and none is 0', async () => {
  const session = await withPriorities(2);
  publish(session, 2, 255, 1, 3, undefined, 0);
  await session.sync();
  expect(await drainTexts(session, 'q')).toEqual(['2.0', '255.1', '3.3', '1.2', 'undefined.4', '0.5']);
});

test('a queue without priorities keeps the order of arrival', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('q');
  publish(session, 1, 9, 5);
  await session.sync();
  expect(await drainTexts(session, 'q')).toEqual(['1.0', '9.1', '5.2']);
});

test('all 256 levels', async () => {
  const session = await withPriorities(255);
  const priorities = Array.from({ length: 256 }, (_, i) => (i * 97) % 256);
  publish(session, ...priorities);
  await session.sync();
  const seen = (await drainTexts(session, 'q')).map(Number.parseFloat).map(Math.trunc);
  expect(seen).toEqual(Array.from({ length: 256 }, (_, i) => 255 - i));
});

test('a consumer gets the highest of what waits whenever it has credit', async () => {
  const session = await withPriorities(5);
  publish(session, 1, 1, 1);
  const consumer = await session.consume('q', { prefetch: 1 });
  const first = consumer.receive(10_000) as Message;
  publish(session, 2, 5);
  await session.sync();
  first.ack();
  const order: string[] = [];
  for (let i = 0; i < 4; i++) {
    const message = consumer.receive(10_000) as Message;
    order.push(message.text());
    message.ack();
  }
  expect([first.text(), ...order]).toEqual(['1.0', '5.1', '2.0', '1.1', '1.2']);
});

test('what is put back goes to its place within its priority', async () => {
  const session = await withPriorities(5);
  publish(session, 3, 3, 4, 3);
  await session.sync();
  const got: Message[] = [];
  for (let i = 0; i < 3; i++) got.push((await session.get('q')) as Message);
  expect(got.map(message => message.text())).toEqual(['4.2', '3.0', '3.1']);
  publish(session, 4, 3);
  for (const message of got.reverse()) message.nack();
  await session.sync();
  expect(await drainTexts(session, 'q')).toEqual(['4.2', '4.0', '3.0', '3.1', '3.3', '3.1']);
});

test('what a consumer without acknowledgements did not receive goes back to its priority', async () => {
  const session = await withPriorities(5);
  const consumer = await session.consume('q', { noAck: true });
  publish(session, 1, 4, 2);
  await session.sync();
  expect(consumer.receive(10_000)?.text()).toBe('1.0');
  await consumer.cancel();
  publish(session, 3);
  await session.sync();
  expect(await drainTexts(session, 'q')).toEqual(['4.1', '3.0', '2.2']);
});

test('a dead letter keeps its priority', async () => {
  const { session } = await withCountedBroker();
  await session.declareQueue('dead', { maxPriority: 5 });
  await session.declareQueue('q', { deadLetterExchange: '', deadLetterRoutingKey: 'dead', maxLength: 0 });
  publish(session, 1, 5, 3);
  await session.sync();
  expect(await drainTexts(session, 'dead')).toEqual(['5.1', '3.2', '1.0']);
});
