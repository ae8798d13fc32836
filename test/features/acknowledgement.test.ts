import { describe, expect, test } from 'vitest';
import type { Consumer, Message } from '#src/index.js';
import { brokerOfFile, DISPATCHES, take, takeAll, texts } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

interface Row {
  what: string;
  settle: (messages: Record<'a' | 'b' | 'c' | 'd' | 'e', Message>, consumer: Consumer) => void;
  /** How many of the five stay unsettled. */
  unsettled: number;
  acknowledged?: number;
  /** What comes again, in this order. */
  again?: string[];
  /** What becomes a dead letter. */
  dead?: string[];
}

// Sources: RabbitMQ, "Consumer Acknowledgements and Publisher Confirms", sections "Positively Acknowledging
// Deliveries", "Acknowledging Multiple Deliveries at Once" and "Negative Acknowledgement and Requeuing of Deliveries";
// "Negative Acknowledgements" (basic.nack, which adds `multiple` to basic.reject); AMQP 0-9-1 reference, basic.ack and
// basic.reject.
const TABLE: Row[] = [
  { what: 'ack of one', settle: ({ c }) => c.ack(), unsettled: 4, acknowledged: 1 },
  { what: 'ack of all, one by one', settle: each(message => message.ack()), unsettled: 0, acknowledged: 5 },
  {
    what: 'ack of all, the newest first',
    settle: ({ a, b, c, d, e }) => each(message => message.ack())({ e, d, c, b, a }),
    unsettled: 0,
    acknowledged: 5,
  },
  {
    what: 'ack of all up to one',
    settle: ({ c }) => c.ack({ multiple: true }),
    unsettled: 2,
    acknowledged: 3,
  },
  {
    what: 'ack of all up to the newest',
    settle: ({ e }) => e.ack({ multiple: true }),
    unsettled: 0,
    acknowledged: 5,
  },
  {
    what: 'ack of all up to one, where some were settled before',
    settle: ({ b, d, e }) => {
      d.ack();
      b.ack();
      e.ack({ multiple: true });
    },
    unsettled: 0,
    acknowledged: 5,
  },
  { what: 'ackAll', settle: (_, consumer) => consumer.ackAll(), unsettled: 0, acknowledged: 5 },
  {
    what: 'ackAll after the newest was acknowledged, and twice',
    settle: ({ e, b }, consumer) => {
      e.ack();
      b.ack();
      consumer.ackAll();
      consumer.ackAll();
    },
    unsettled: 0,
    acknowledged: 5,
  },
  { what: 'nack of one', settle: ({ c }) => c.nack(), unsettled: 4, again: ['c'] },
  {
    what: 'nack of all up to one',
    settle: ({ c }) => c.nack({ multiple: true }),
    unsettled: 2,
    again: ['a', 'b', 'c'],
  },
  {
    what: 'nack of several',
    settle: ({ b, d, e }) => each(message => message.nack())({ b, d, e }),
    unsettled: 2,
    again: ['b', 'd', 'e'],
  },
  {
    what: 'nack without requeue',
    settle: ({ c }) => c.nack({ requeue: false }),
    unsettled: 4,
    dead: ['c'],
  },
  {
    what: 'nack without requeue of all up to one',
    settle: ({ c }) => c.nack({ requeue: false, multiple: true }),
    unsettled: 2,
    dead: ['a', 'b', 'c'],
  },
  { what: 'reject', settle: ({ c }) => c.reject(), unsettled: 4, again: ['c'] },
  {
    what: 'reject without requeue',
    settle: ({ c }) => c.reject({ requeue: false }),
    unsettled: 4,
    dead: ['c'],
  },
  { what: 'retry at once', settle: ({ c }) => c.retry(0), unsettled: 4, again: ['c'] },
  {
    what: 'nack of all up to one, of which one was acknowledged',
    settle: ({ b, d }) => {
      b.ack();
      d.nack({ multiple: true });
    },
    unsettled: 1,
    acknowledged: 1,
    again: ['a', 'c', 'd'],
  },
  {
    what: 'some acknowledged, some back, some rejected',
    settle: ({ a, b, c, e }) => {
      b.ack({ multiple: true });
      c.nack();
      e.nack({ requeue: false, multiple: true });
      expect([a.settled, c.settled]).toEqual([true, true]);
    },
    unsettled: 0,
    acknowledged: 2,
    again: ['c'],
    dead: ['d', 'e'],
  },
];

function each(settle: (message: Message) => void): (messages: Record<string, Message>) => void {
  return messages => {
    for (const message of Object.values(messages)) settle(message);
  };
}

describe.each(DISPATCHES)('%s', dispatch => {
  test.each(TABLE)('$what', async ({ settle, unsettled, acknowledged = 0, again = [], dead = [] }) => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 5 });
    await queue.publish('a', 'b', 'c', 'd', 'e');
    const [a, b, c, d, e] = take(consumer, 5) as [Message, Message, Message, Message, Message];
    expect(texts([a, b, c, d, e])).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect([a, b, c, d, e].map(message => message.deliveryTag)).toEqual([1, 2, 3, 4, 5]);
    expect([a, b, c, d, e].some(message => message.redelivered || message.settled)).toBe(false);
    settle({ a, b, c, d, e }, consumer);
    expect(consumer.unsettled).toBe(unsettled);
    const back = await takeAll(queue.session, consumer);
    expect(texts(back)).toEqual(again);
    expect(back.every(message => message.redelivered && message.deliveryCount === 1)).toBe(true);
    expect(await queue.deadLetters()).toEqual(dead);
    expect(await queue.stats()).toMatchObject({
      ready: 0,
      acknowledged,
      unacknowledged: unsettled + again.length,
      deadLettered: dead.length,
      delivered: 5 + again.length,
      redelivered: again.length,
    });
  });

  // RabbitMQ, "Consumer Acknowledgements …", "Delivery Identifiers: Delivery Tags"; "Automatic requeueing": what is not
  // acknowledged when the channel closes goes back.
  test('what is not settled goes back when the session closes, at its place and marked', async () => {
    const queue = await queueUnderTest({ dispatch });
    const other = queue.another();
    const consumer = await queue.consume({ prefetch: 4 }, other);
    await queue.publish('a', 'b', 'c', 'd', 'e', 'f');
    const [, b] = take(consumer, 3);
    b?.ack();
    await other.close();
    const heir = await queue.consume();
    const messages = take(heir, 5);
    expect(texts(messages)).toEqual(['a', 'c', 'd', 'e', 'f']);
    expect(messages.slice(0, 2).map(message => message.redelivered)).toEqual([true, true]);
    // A delivery that the consumer's code never saw did not fail.
    expect(messages.map(message => message.deliveryCount)).toEqual([1, 1, 0, 0, 0]);
    heir.ackAll();
    expect((await queue.stats()).acknowledged).toBe(6);
  });

  // RabbitMQ, "Consumers", "Delivery Acknowledgement Modes": automatic acknowledgement.
  test('with noAck a message counts as done when it is sent', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ noAck: true });
    await queue.publish('a', 'b');
    expect(await queue.stats()).toMatchObject({ acknowledged: 2, unacknowledged: 0, delivered: 2 });
    const messages = take(consumer, 2);
    expect(messages.every(message => message.settled && message.deliveryTag === 0)).toBe(true);
    expect(consumer.unsettled).toBe(0);
    consumer.ackAll(); // has nothing to do
  });

  test('a hundred thousand messages, acknowledged in groups', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 1000, inPlace: true });
    const body = Buffer.alloc(8);
    for (let i = 0; i < 100_000; i++) {
      body.writeInt32LE(i);
      queue.session.publish('', queue.name, body);
      if (i % 500 !== 499) continue;
      queue.session.flush();
      for (let expected = i - 499; expected <= i; expected++) {
        const message = consumer.receive(10_000);
        if (message?.int32At(0) !== expected) throw new Error(`${message?.int32At(0)}, not ${expected}`);
        if (expected % 100 === 99) message.ack({ multiple: true });
      }
    }
    expect(await queue.stats()).toMatchObject({ acknowledged: 100_000, unacknowledged: 0, ready: 0 });
  });
});
