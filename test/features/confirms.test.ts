import { describe, expect, test } from 'vitest';
import { InvalidArgumentError, NotFoundError, PublishRefusedError, type Session } from '#src/index.js';
import { errorOf } from '../client/with-broker.js';
import { countersOf, withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Consumer Acknowledgements and Publisher Confirms", section "Publisher Confirms".

/** A queue `full` that takes no message more, and a queue `q` that takes all. */
async function withQueues(): Promise<Session> {
  const { session } = await withCountedBroker();
  await session.declareQueue('q');
  await session.declareQueue('full', { maxLength: 0, overflow: 'reject-publish' });
  return session;
}

async function refusal(call: () => unknown): Promise<PublishRefusedError> {
  const error = await errorOf(call);
  expect(error).toBeInstanceOf(PublishRefusedError);
  expect(error.code).toBe('ERR_RINGMQ_PUBLISH_REFUSED');
  return error as PublishRefusedError;
}

describe('confirmed()', () => {
  test('resolves when the queues have the messages', async () => {
    const session = await withQueues();
    const publisher = await session.publisher('', { confirm: true });
    await publisher.confirmed(); // nothing was published
    for (let i = 0; i < 10; i++) publisher.publish('q', `${i}`);
    expect(publisher.unconfirmed).toBe(10);
    await publisher.confirmed();
    expect(publisher.unconfirmed).toBe(0);
    expect((await session.checkQueue('q')).messages).toBe(10);
  });

  test('confirms many thousand messages, of several publishers in turn', async () => {
    const session = await withQueues();
    const publishers = [1, 2, 3].map(() => session.publisher('', { confirm: true }));
    const [a, b, c] = await Promise.all(publishers);
    for (let i = 0; i < 20_000; i++) [a, b, c][i % 3]?.publish('q', 'x');
    await Promise.all([a?.confirmed(), b?.confirmed(), c?.confirmed()]);
    expect(a?.unconfirmed).toBe(0);
    expect((await countersOf(session, 'q')).published).toBe(20_000);
  });

  // Section "Negative Acknowledgments for Published Messages".
  test('rejects with the number of refused messages, once', async () => {
    const session = await withQueues();
    const publisher = await session.publisher('', { confirm: true });
    for (let i = 0; i < 300; i++) publisher.publish(i % 3 === 0 ? 'full' : 'q', 'x');
    const error = await refusal(() => publisher.confirmed());
    expect(error.messages).toBe(100);
    expect(error.message).toMatch(/100 messages to exchange ''/);
    await publisher.confirmed();
    publisher.publish('full', 'x');
    expect((await refusal(() => publisher.confirmed())).message).toMatch(/^1 message to exchange '' was/);
    expect((await session.checkQueue('q')).messages).toBe(200);
  });

  test('tells each publisher of its own messages only', async () => {
    const session = await withQueues();
    const lucky = await session.publisher('', { confirm: true });
    const unlucky = await session.publisher('', { confirm: true });
    const unconcerned = await session.publisher('');
    for (let i = 0; i < 200; i++) {
      lucky.publish('q', 'x');
      unlucky.publish(i % 2 === 0 ? 'full' : 'q', 'x');
      unconcerned.publish('full', 'x');
    }
    const error = refusal(() => unlucky.confirmed());
    await lucky.confirmed();
    expect((await error).messages).toBe(100);
  });
});

describe('publishConfirmed()', () => {
  test('resolves or rejects for its one message, whatever becomes of the others', async () => {
    const session = await withQueues();
    const publisher = await session.publisher('', { confirm: true });
    const outcomes = await Promise.allSettled(
      ['q', 'full', 'q', 'full', 'q'].map(key => publisher.publishConfirmed(key, 'x')),
    );
    expect(outcomes.map(outcome => outcome.status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ messages: 1 });
    }
    await publisher.confirmed(); // those were told already
  });

  test('a large body, with properties', async () => {
    const session = await withQueues();
    const publisher = await session.publisher('', { confirm: true });
    await publisher.publishConfirmed('q', new Uint8Array(100_000), { type: 't' });
    expect((await session.get('q', { noAck: true }))?.length).toBe(100_000);
  });
});

describe('waitForConfirms()', () => {
  test('blocks until all are confirmed', async () => {
    const session = await withQueues();
    const publisher = await session.publisher('', { confirm: true });
    for (let i = 0; i < 1000; i++) publisher.publish('q', 'x');
    expect(publisher.waitForConfirms()).toBe(true);
    expect(publisher.unconfirmed).toBe(0);
    expect(publisher.waitForConfirms(0)).toBe(true);
  });

  test('throws how many were refused', async () => {
    const session = await withQueues();
    const publisher = await session.publisher('', { confirm: true });
    for (let i = 0; i < 7; i++) publisher.publish('full', 'x');
    expect((await refusal(() => publisher.waitForConfirms(10_000))).messages).toBe(7);
  });

  test('returns false if the time is over before', async () => {
    const session = await withQueues();
    const publisher = await session.publisher('', { confirm: true });
    publisher.publish('q', 'x');
    expect(publisher.waitForConfirms(0)).toBe(false);
    await publisher.confirmed();
  });
});

test('a message is refused if one of its queues refuses it; the others have it', async () => {
  const session = await withQueues();
  await session.bindQueue('q', 'amq.fanout');
  await session.bindQueue('full', 'amq.fanout');
  const publisher = await session.publisher('amq.fanout', { confirm: true });
  const error = await refusal(() => publisher.publishConfirmed('', 'x'));
  expect(error.messages).toBe(1);
  expect((await session.checkQueue('q')).messages).toBe(1);
  expect((await session.checkQueue('full')).messages).toBe(0);
});

// Section "When Will Published Messages Be Confirmed by the Broker?": unroutable ones at once.
test('an unroutable message is confirmed', async () => {
  const session = await withQueues();
  const publisher = await session.publisher('', { confirm: true });
  await publisher.publishConfirmed('nobody', 'x');
  expect((await session.stats()).unroutable).toBe(1);
});

// RabbitMQ closes the channel with 404 NOT_FOUND; here the publisher ends.
test('a message to an exchange that is gone is refused, and the publisher told why', async () => {
  const session = await withQueues();
  await session.declareExchange('x', 'fanout');
  const publisher = await session.publisher('x', { confirm: true });
  await session.deleteExchange('x');
  publisher.publish('', 'x');
  publisher.publish('', 'y');
  expect((await refusal(() => publisher.confirmed())).messages).toBe(2);
  expect(await errorOf(() => publisher.publish('', 'x'))).toBeInstanceOf(NotFoundError);
});

test('a publisher without confirms says what to do', async () => {
  const session = await withQueues();
  const publisher = await session.publisher('');
  for (const call of [
    () => publisher.confirmed(),
    () => publisher.waitForConfirms(),
    () => publisher.publishConfirmed('q', 'x'),
  ]) {
    const error = await errorOf(call);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(/confirm: true/);
  }
  await session.sync();
  expect((await session.checkQueue('q')).messages).toBe(0);
});
