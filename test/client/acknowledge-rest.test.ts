import { describe, expect, test } from 'vitest';
import { eventually, withBroker } from './with-broker.js';

const DISPATCHES = [
  'queue-per-consumer',
  'shared-locked',
  'shared-locked-batched',
  'shared-lock-free',
] as const;
const MESSAGES = 5;

describe.each(DISPATCHES)('%s', dispatch => {
  // AMQP 0-9-1, basic.ack: with `multiple`, delivery tag 0 stands for all outstanding messages, whichever were settled.
  test('ackAll() acknowledges what is left when later messages are settled already; the counters follow', async () => {
    const { session } = await withBroker();
    await session.declareQueue('q', { dispatch });
    const consumer = await session.consume('q', { prefetch: 100 });
    for (let i = 0; i < MESSAGES; i++) session.publish('', 'q', `${i}`);
    await session.sync();
    const messages = Array.from({ length: MESSAGES }, () => consumer.receive(5000)!);
    const counters = async () => (await session.stats()).queues[0]!;
    // Also where a message goes from the ring's log to the consumer's: it is unacknowledged in both.
    await eventually('all are with the consumer', async () => (await counters()).unacknowledged === MESSAGES);

    messages[4]!.ack();
    messages[3]!.ack();
    messages[1]!.ack();
    expect(consumer.unsettled).toBe(2);
    consumer.ackAll();
    expect(consumer.unsettled).toBe(0);
    expect(messages.every(message => message.settled)).toBe(true);
    consumer.ackAll(); // nothing is left: does nothing
    await session.sync();
    expect(await counters()).toMatchObject({ ready: 0, unacknowledged: 0, acknowledged: MESSAGES });
  });
});
