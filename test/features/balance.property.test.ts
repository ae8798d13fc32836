import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  Broker,
  type Consumer,
  connect,
  type Message,
  PreconditionFailedError,
  type QueueOptions,
  type Session,
} from '#src/index.js';
import { eventually } from '../client/with-broker.js';
import { expectBalance } from './counted-broker.js';

/**
 * Whatever happens to messages, in whatever order: no message is lost or counted twice, and no body is held too long or
 * given back too early (a body that was given back is overwritten by the next).
 */

const QUEUES = ['a', 'b', 'c'];
const LENGTHS = [0, 20, 2000, 2100, 20_000];

const queue = fc.constantFrom(...QUEUES);
const settings: fc.Arbitrary<QueueOptions> = fc.record(
  {
    dispatch: fc.constantFrom(
      'queue-per-consumer',
      'shared-locked',
      'shared-locked-batched',
      'shared-lock-free',
    ),
    maxPriority: fc.constantFrom(0, 3),
    messageTtl: fc.constantFrom(0, 1, 3_600_000),
    maxLength: fc.constantFrom(0, 1, 5),
    maxLengthBytes: fc.constantFrom(0, 3000, 25_000),
    overflow: fc.constantFrom('drop-head', 'reject-publish', 'reject-publish-dlx'),
    deadLetterExchange: fc.constantFrom('', 'amq.fanout', 'later', 'gone'),
    deliveryLimit: fc.constantFrom(-1, 0, 2),
  },
  { requiredKeys: [] },
);

type Outcome = 'ack' | 'requeue' | 'reject' | 'retry';
const outcome = fc.constantFrom<Outcome>('ack', 'requeue', 'reject', 'retry');

const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      exchange: fc.constantFrom('', 'amq.fanout', 'later'),
      queue,
      length: fc.constantFrom(...LENGTHS),
      count: fc.integer({ min: 1, max: 5 }),
      priority: fc.constantFrom(undefined, 0, 5),
      expiration: fc.constantFrom(undefined, 0, 1),
      headers: fc.constantFrom(undefined, { CC: ['b'] }, { BCC: ['c', 'a'] }, { 'x-delay': 1, CC: ['a'] }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('get' as const), queue, outcome, noAck: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('consume' as const),
      queue,
      noAck: fc.boolean(),
      prefetch: fc.constantFrom(0, 1, 3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('receive' as const),
      outcome,
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('settle' as const), outcome, multiple: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('purge' as const), queue }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('declare' as const), queue, settings }) },
);

function settle(message: Message, how: Outcome, multiple = false): void {
  if (message.settled) return;
  if (how === 'ack') message.ack({ multiple });
  else if (how === 'retry') message.retry(1);
  else message.nack({ requeue: how === 'requeue', multiple });
}

/** A consumer, or none where those that are there share a ring, and acknowledge differently. */
async function consume(
  session: Session,
  { queue, noAck, prefetch }: { queue: string; noAck: boolean; prefetch: number },
): Promise<Consumer[]> {
  try {
    return [await session.consume(queue, { noAck, prefetch, ringBytes: 1 << 14 })];
  } catch (error) {
    if (error instanceof PreconditionFailedError) return [];
    throw error;
  }
}

/** No dispatch with one ring for all consumers has priorities. */
function possible({ dispatch, maxPriority, ...others }: QueueOptions): QueueOptions {
  return dispatch === undefined || dispatch === 'queue-per-consumer'
    ? { ...others, dispatch, maxPriority }
    : { ...others, dispatch, ringBytes: 1 << 16 };
}

type Step = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** One session, with what it consumes and what it has not settled. */
class Actor {
  readonly #session: Session;
  readonly #consumers: Consumer[] = [];
  readonly #held: Message[] = [];
  #published = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  async declare(name: string, options: QueueOptions): Promise<void> {
    await this.#session.deleteQueue(name);
    await this.#session.declareQueue(name, options);
    await this.#session.bindQueue(name, 'amq.fanout');
    await this.#session.bindQueue(name, 'later', name);
  }

  async perform(step: Step): Promise<void> {
    switch (step.do) {
      case 'publish':
        for (let i = 0; i < step.count; i++) {
          const { priority, expiration, headers } = step;
          const body = Buffer.alloc(step.length, ++this.#published);
          const plain = i === 0 && headers === undefined;
          const properties = plain ? undefined : { priority, expiration, headers };
          this.#session.publish(step.exchange, step.queue, body, properties);
        }
        break;
      case 'get': {
        const message = await this.#session.get(step.queue, { noAck: step.noAck });
        if (message !== undefined) this.#take(message, step.outcome, step.outcome === 'ack');
        break;
      }
      case 'consume':
        this.#consumers.push(...(await consume(this.#session, step)));
        break;
      case 'receive':
        for (const consumer of this.#consumers) {
          for (let i = 0; i < step.count; i++) {
            const message = consumer.tryReceive();
            if (message === undefined) break;
            this.#take(message, step.outcome, i % 2 === 1);
          }
        }
        break;
      case 'settle': {
        const message = this.#held.pop();
        if (message !== undefined) settle(message, step.outcome, step.multiple);
        break;
      }
      case 'cancel':
        await this.#consumers.shift()?.cancel();
        break;
      case 'purge':
        await this.#session.purgeQueue(step.queue);
        break;
      case 'declare':
        await this.declare(step.queue, possible(step.settings));
        break;
    }
  }

  #take(message: Message, how: Outcome, later: boolean): void {
    const { body } = message;
    expect(body.every(byte => byte === body[0])).toBe(true);
    if (later) this.#held.push(message);
    else settle(message, how);
  }
}

test('the books balance', async () => {
  await using broker = await Broker.start({ memory: 64 << 20, maxSessions: 8 });
  const auditor = connect(broker.handle);
  await auditor.declareExchange('later', 'x-delayed-message', { arguments: { 'x-delayed-type': 'direct' } });
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 20, maxLength: 60 }), async operations => {
      const session = connect(broker.handle);
      try {
        const actor = new Actor(session);
        for (const name of QUEUES) await actor.declare(name, { deadLetterExchange: 'amq.fanout' });
        for (const step of operations) await actor.perform(step);
        await session.sync();
        expectBalance(await auditor.stats());
      } finally {
        await session.close();
      }
      const left = await auditor.stats();
      expectBalance(left);
      for (const { name } of left.queues) await auditor.deleteQueue(name);
      await eventually('nothing is held', async () => {
        const { messageBytes, largeBodies, pagesInUse } = await auditor.stats();
        return messageBytes + largeBodies + pagesInUse === 0;
      });
    }),
    { numRuns: 40 },
  );
});
