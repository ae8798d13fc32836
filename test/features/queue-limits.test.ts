import { describe, expect, test } from 'vitest';
import type { Message, QueueOptions, Session } from '#src/index.js';
import { countersOf, drain, drainTexts, withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Queue Length Limit".

/** A queue `q` with limits, and `dead` for its dead letters. */
async function withLimits(options: QueueOptions): Promise<Session> {
  const { session } = await withCountedBroker();
  await session.declareQueue('dead');
  await session.declareQueue('q', options);
  return session;
}

const TO_DEAD = { deadLetterExchange: '', deadLetterRoutingKey: 'dead' } as const;

interface Outcome {
  kept: string[];
  dead: string[];
  /** Messages of which the publisher hears that they were refused. */
  refused: number;
}

const ABCD = ['a', 'bb', 'ccc', 'dddd'];

// Section "Queue Overflow Behaviour". Bodies of 1, 2, 3 and 4 bytes.
const LIMITS: [string, QueueOptions, Outcome][] = [
  ['no limit', {}, { kept: ABCD, dead: [], refused: 0 }],
  ['drop-head', { maxLength: 2 }, { kept: ['ccc', 'dddd'], dead: [], refused: 0 }],
  [
    'drop-head, to a DLX',
    { maxLength: 2, ...TO_DEAD },
    { kept: ['ccc', 'dddd'], dead: ['a', 'bb'], refused: 0 },
  ],
  [
    'drop-head, by name',
    { maxLength: 2, overflow: 'drop-head' },
    { kept: ['ccc', 'dddd'], dead: [], refused: 0 },
  ],
  ['drop-head of everything', { maxLength: 0, ...TO_DEAD }, { kept: [], dead: ABCD, refused: 0 }],
  [
    'drop-head, bytes',
    { maxLengthBytes: 8, ...TO_DEAD },
    { kept: ['ccc', 'dddd'], dead: ['a', 'bb'], refused: 0 },
  ],
  ['drop-head, bytes just enough', { maxLengthBytes: 10 }, { kept: ABCD, dead: [], refused: 0 }],
  [
    'drop-head, one too large for the queue',
    { maxLengthBytes: 3, ...TO_DEAD },
    { kept: [], dead: ABCD, refused: 0 },
  ],
  ['both, the length is less', { maxLength: 1, maxLengthBytes: 9 }, { kept: ['dddd'], dead: [], refused: 0 }],
  [
    'both, the bytes are less',
    { maxLength: 3, maxLengthBytes: 7 },
    { kept: ['ccc', 'dddd'], dead: [], refused: 0 },
  ],
  [
    'reject-publish',
    { maxLength: 2, overflow: 'reject-publish', ...TO_DEAD },
    { kept: ['a', 'bb'], dead: [], refused: 2 },
  ],
  [
    'reject-publish, bytes',
    { maxLengthBytes: 5, overflow: 'reject-publish' },
    { kept: ['a', 'bb'], dead: [], refused: 2 },
  ],
  [
    'reject-publish-dlx',
    { maxLength: 2, overflow: 'reject-publish-dlx', ...TO_DEAD },
    { kept: ['a', 'bb'], dead: ['ccc', 'dddd'], refused: 2 },
  ],
  [
    'reject-publish-dlx without a DLX',
    { maxLength: 3, overflow: 'reject-publish-dlx' },
    { kept: ['a', 'bb', 'ccc'], dead: [], refused: 1 },
  ],
];

test.each(LIMITS)('%s', async (_, options, { kept, dead, refused }) => {
  const session = await withLimits(options);
  const publisher = await session.publisher('', { confirm: true });
  for (const body of ABCD) publisher.publish('q', body, { type: 'properties do not count' });
  if (refused === 0) await publisher.confirmed();
  else await expect(publisher.confirmed()).rejects.toMatchObject({ messages: refused });
  await session.sync();
  expect(await drainTexts(session, 'q')).toEqual(kept);
  expect(await drainTexts(session, 'dead')).toEqual(dead);
});

// "Total body size": large bodies lie elsewhere, and count as well.
test('bytes of large bodies count, and come back as they leave in any way', async () => {
  const session = await withLimits({ maxLengthBytes: 250_000, ...TO_DEAD });
  const sizes = async () => (await drain(session, 'q')).map(message => message.length);
  for (const length of [100_000, 100_001, 100_002])
    session.publish('', 'q', new Uint8Array(length), { type: 't' });
  await session.sync();
  expect(await sizes()).toEqual([100_001, 100_002]);
  for (const length of [200_000, 50_000]) session.publish('', 'q', new Uint8Array(length));
  await session.sync();
  expect(await session.purgeQueue('q')).toBe(2);
  for (const length of [200_000, 50_000]) session.publish('', 'q', new Uint8Array(length));
  const consumer = await session.consume('q');
  for (let i = 0; i < 2; i++) expect(consumer.receive(10_000)).toBeDefined();
  session.publish('', 'q', new Uint8Array(250_000)); // what a consumer has does not count
  consumer.ackAll();
  expect(consumer.receive(10_000)?.length).toBe(250_000);
  consumer.ackAll();
  expect((await drain(session, 'dead')).map(message => message.length)).toEqual([100_000]);
});

// "Unacknowledged messages do not count towards the limit."
describe('only ready messages count', () => {
  test.each(['drop-head', 'reject-publish'] as const)('%s', async overflow => {
    const session = await withLimits({ maxLength: 2, overflow });
    const got: Message[] = [];
    for (let i = 0; i < 6; i++) {
      session.publish('', 'q', `${i}`);
      await session.sync();
      if (i < 4) got.push((await session.get('q')) as Message);
    }
    expect(await countersOf(session, 'q')).toMatchObject({ ready: 2, unacknowledged: 4, dropped: 0 });
    for (const message of got) message.ack();
  });

  test('a consumer that is ready takes what a full queue would drop', async () => {
    const session = await withLimits({ maxLength: 0 });
    const consumer = await session.consume('q', { noAck: true });
    for (let i = 0; i < 10; i++) session.publish('', 'q', `${i}`);
    for (let i = 0; i < 10; i++) expect(consumer.receive(10_000)?.text()).toBe(`${i}`);
  });
});

// `requeue_and_run` and `maybe_drop_head` in `rabbit_amqqueue_process`: what is put back is over the limit, too; and a
// queue that refuses new messages drops none of the old ones for that.
describe('messages that come back to a full queue', () => {
  const cases: [QueueOptions['overflow'], string[], string[]][] = [
    ['drop-head', ['c', 'd'], ['a', 'b']],
    ['reject-publish', ['a', 'b', 'c', 'd'], []],
    ['reject-publish-dlx', ['a', 'b', 'c', 'd'], []],
  ];
  test.each(cases)('%s', async (overflow, kept, dead) => {
    const session = await withLimits({ maxLength: 2, overflow, ...TO_DEAD });
    for (const body of ['a', 'b']) session.publish('', 'q', body);
    await session.sync();
    const got = [await session.get('q'), await session.get('q')];
    for (const body of ['c', 'd']) session.publish('', 'q', body);
    for (const message of got) message?.nack();
    await session.sync();
    expect(await drainTexts(session, 'q')).toEqual(kept);
    expect(await drainTexts(session, 'dead')).toEqual(dead);
  });
});

test('a queue that refused takes messages again when there is room', async () => {
  const session = await withLimits({ maxLength: 1, overflow: 'reject-publish' });
  const publisher = await session.publisher('', { confirm: true });
  for (let i = 0; i < 3; i++) {
    await publisher.publishConfirmed('q', 'x');
    await expect(publisher.publishConfirmed('q', 'y')).rejects.toMatchObject({ messages: 1 });
    if (i === 0) expect(await session.purgeQueue('q')).toBe(1);
    else expect(await drainTexts(session, 'q')).toEqual(['x']);
  }
  // What was refused was never published to the queue.
  expect((await countersOf(session, 'q')).published).toBe(3);
});

test('the limit drops of the highest priority first, as what is at the head', async () => {
  // RabbitMQ, "Priority Queues", section "Interaction with Other Features": drop-head takes what would be delivered
  // next, so that a message of a lower priority may stay.
  const session = await withLimits({ maxLength: 2, maxPriority: 5, ...TO_DEAD });
  for (const [body, priority] of [
    ['low', 0],
    ['high', 5],
    ['middle', 3],
  ] as const)
    session.publish('', 'q', body, { priority });
  await session.sync();
  expect(await drainTexts(session, 'dead')).toEqual(['high']);
  expect(await drainTexts(session, 'q')).toEqual(['middle', 'low']);
});
