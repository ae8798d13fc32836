import { describe, expect, test } from 'vitest';
import type { Message } from '#src/index.js';
import { brokerOfFile, numbers, take, takeAll } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

const body = (bytes: number): Uint8Array => Buffer.alloc(bytes, `${bytes} `);
const lengths = (messages: Message[]): number[] => messages.map(message => message.length);

// Source: AMQP 0-9-1 reference, basic.qos, prefetch-size: a window in octets; the server does not send what would
// exceed it. (RabbitMQ does not implement it. That one message goes in any case is ours: nothing is held for ever.)
const TABLE: { what: string; prefetchBytes: number; prefetch?: number; bodies: number[]; come: number[] }[] =
  [
    { what: 'just as many as fit', prefetchBytes: 100, bodies: [60, 40, 1], come: [60, 40] },
    { what: 'one byte too many', prefetchBytes: 100, bodies: [60, 41], come: [60] },
    { what: 'one goes in any case', prefetchBytes: 100, bodies: [500, 1], come: [500] },
    { what: 'not as the second', prefetchBytes: 100, bodies: [1, 500], come: [1] },
    { what: 'empty bodies always fit', prefetchBytes: 100, bodies: [100, 0, 0, 1], come: [100, 0, 0] },
    {
      what: 'large bodies count their own bytes',
      prefetchBytes: 10_000,
      bodies: [5000, 5000, 1],
      come: [5000, 5000],
    },
    { what: 'a large body too many', prefetchBytes: 10_000, bodies: [5000, 5001], come: [5000] },
    { what: 'prefetch is first', prefetchBytes: 100, prefetch: 2, bodies: [1, 1, 1], come: [1, 1] },
    { what: 'bytes are first', prefetchBytes: 100, prefetch: 9, bodies: [99, 2], come: [99] },
    {
      what: 'without limit to the messages',
      prefetchBytes: 3,
      prefetch: 0,
      bodies: [1, 1, 1, 1],
      come: [1, 1, 1],
    },
    { what: 'without limit', prefetchBytes: 0, bodies: [60, 41, 500], come: [60, 41, 500] },
  ];

describe.each(['messages that waited', 'messages that come'])('%s', which => {
  test.each(TABLE)('$what', async ({ prefetchBytes, prefetch = 256, bodies, come }) => {
    const queue = await queueUnderTest();
    if (which === 'messages that waited') await queue.publish(...bodies.map(body));
    const consumer = await queue.consume({ prefetchBytes, prefetch });
    if (which === 'messages that come') await queue.publish(...bodies.map(body));
    expect(lengths(await takeAll(queue.session, consumer))).toEqual(come);
    expect(await queue.stats()).toMatchObject({
      unacknowledged: come.length,
      ready: bodies.length - come.length,
    });
  });
});

// What the second of {30, 70} bytes gives back: 80 more fit only if the first is settled, too.
const SETTLINGS: [string, (message: Message) => void, number[]][] = [
  ['ack', message => message.ack(), [69, 1]],
  ['ack of both', message => message.ack({ multiple: true }), [69, 1, 30]],
  ['reject', message => message.reject({ requeue: false }), [69, 1]],
  ['nack', message => message.nack(), [70]],
  ['retry', message => message.retry(3_600_000), [69, 1]],
];

test.each(SETTLINGS)('%s gives the bytes back', async (_, settle, come) => {
  const queue = await queueUnderTest();
  const consumer = await queue.consume({ prefetchBytes: 100 });
  await queue.publish(body(30), body(70), body(69), body(1), body(30), body(1));
  const [, second] = take(consumer, 2) as [Message, Message];
  settle(second);
  expect(lengths(await takeAll(queue.session, consumer))).toEqual(come);
});

test('large messages wait for the one whose limit they exceed; another consumer takes them', async () => {
  const queue = await queueUnderTest();
  const small = await queue.consume({ prefetchBytes: 100 });
  await queue.publish(body(90));
  take(small, 1);
  const other = await queue.consume({ prefetch: 10 });
  await queue.publish(...numbers(8).map(() => body(50)));
  expect(await takeAll(queue.session, other)).toHaveLength(8);
  await queue.expectNothing(small);
});

test('many messages pass, a few at a time', async () => {
  const queue = await queueUnderTest();
  const consumer = await queue.consume({ prefetchBytes: 1000, prefetch: 0 });
  await queue.publish(...numbers(500).map((_, i) => body((i * 37) % 400)));
  let received = 0;
  while (received < 500) {
    const messages = await takeAll(queue.session, consumer);
    const bytes = lengths(messages).reduce((sum, length) => sum + length, 0);
    expect(bytes).toBeLessThanOrEqual(1000);
    expect(messages.length).toBeGreaterThan(0);
    received += messages.length;
    consumer.ackAll();
  }
  expect(await queue.stats()).toMatchObject({ acknowledged: 500, unacknowledged: 0 });
});
