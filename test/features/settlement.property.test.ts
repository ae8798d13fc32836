import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Consumer, Message } from '#src/index.js';
import { brokerOfFile, DISPATCHES, numbers, type QueueUnderTest } from './queue-under-test.js';

const queueUnderTest = brokerOfFile({ maxSessions: 2048 });

/** What is done next, and two numbers that say to whom and to how many. */
const STEP = fc.tuple(
  fc.constantFrom(
    'publish',
    'receive',
    'receive',
    'ack',
    'nack',
    'reject',
    'multiple',
    'cancel',
    'close',
    'get',
  ),
  fc.nat(),
  fc.nat(),
);

interface Client {
  consumer: Consumer;
  session: ReturnType<QueueUnderTest['another']>;
  held: Message[];
}

/** Consumers that come, go and settle as the steps say; and what became of each message. */
class Run {
  readonly #queue: QueueUnderTest;
  #clients: Client[] = [];
  #leftovers: Message[] = [];
  published = 0;
  readonly acknowledged: string[] = [];
  readonly rejected: string[] = [];

  constructor(queue: QueueUnderTest) {
    this.#queue = queue;
  }

  async join(prefetch: number): Promise<void> {
    const session = this.#queue.another();
    this.#clients.push({ session, consumer: await this.#queue.consume({ prefetch }, session), held: [] });
  }

  async step(what: string, who: number, amount: number): Promise<void> {
    const client = this.#clients[who % this.#clients.length]!;
    const { held, consumer, session } = client;
    switch (what) {
      case 'publish':
        await this.#queue.publish(...numbers(amount % 30, this.published));
        this.published += amount % 30;
        break;
      case 'receive':
        for (let left = amount % 20; left > 0; left--) {
          const message = consumer.receive(1);
          if (message === undefined) break;
          held.push(message);
        }
        break;
      case 'ack':
      case 'nack':
      case 'reject':
        this.#settle(held, what, amount);
        break;
      case 'multiple':
        this.#settleUpTo(client, amount);
        break;
      case 'cancel':
        await consumer.cancel();
        this.#leftovers.push(...held);
        await this.#replace(client, amount);
        break;
      case 'close':
        await session.close();
        // What was received from other consumers of the session is settled by now, or goes back as well.
        this.#leftovers = this.#leftovers.filter(message => !held.includes(message));
        await this.#replace(client, amount);
        break;
      case 'get': {
        const message = await this.#queue.session.get(this.#queue.name);
        if (message !== undefined) this.#leftovers.push(message);
        break;
      }
    }
  }

  async #replace(client: Client, amount: number): Promise<void> {
    this.#clients = this.#clients.filter(each => each !== client);
    await this.join([1, 3, 8, 40][amount % 4]!);
  }

  #settle(held: Message[], what: 'ack' | 'nack' | 'reject', amount: number): void {
    if (held.length === 0) return;
    const [message] = held.splice(amount % held.length, 1) as [Message];
    if (what === 'ack') {
      message.ack();
      this.acknowledged.push(message.text());
    } else if (what === 'reject') {
      message.reject({ requeue: false });
      this.rejected.push(message.text());
    } else {
      message.nack();
    }
  }

  #settleUpTo({ held }: Client, amount: number): void {
    if (held.length === 0) return;
    const last = held[amount % held.length]!;
    const settled = held.filter(({ deliveryTag }) => deliveryTag <= last.deliveryTag);
    held.splice(0, held.length, ...held.filter(({ deliveryTag }) => deliveryTag > last.deliveryTag));
    if (amount % 2 === 0) {
      last.ack({ multiple: true });
      this.acknowledged.push(...settled.map(message => message.text()));
    } else {
      last.nack({ multiple: true });
    }
  }

  /** Ends everything; what nobody settled is in the queue afterwards. */
  async end(): Promise<void> {
    for (const { session } of this.#clients) await session.close();
    for (const message of this.#leftovers) if (!message.settled) this.#giveBack(message);
    await this.#queue.session.sync();
  }

  #giveBack(message: Message): void {
    try {
      message.nack();
    } catch {
      // Its session is closed: it is back already.
    }
  }
}

// RabbitMQ, "Reliability Guide": a message that was taken is delivered until it is acknowledged or rejected, and no
// other way out.
describe.each(DISPATCHES)('%s', dispatch => {
  test('whatever consumers do, every message is acknowledged, dead or still there, and that once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { minLength: 1, maxLength: 60 }), async steps => {
        const queue = await queueUnderTest({ dispatch });
        const run = new Run(queue);
        for (const prefetch of [1, 8, 30]) await run.join(prefetch);
        for (const [what, who, amount] of steps) await run.step(what, who, amount);
        await run.end();
        expect(await queue.stats()).toMatchObject({
          consumers: 0,
          unacknowledged: 0,
          acknowledged: run.acknowledged.length,
          deadLettered: run.rejected.length,
          published: run.published,
        });
        const left = await queue.drain();
        expect(left).toEqual([...left].sort((a, b) => Number(a) - Number(b)));
        expect((await queue.deadLetters()).sort()).toEqual(run.rejected.sort());
        const all = [...run.acknowledged, ...run.rejected, ...left];
        expect(all.sort()).toEqual(numbers(run.published).sort());
        await queue.session.deleteQueue(queue.name);
        await queue.session.deleteQueue(queue.deadLetterQueue);
      }),
      { numRuns: 40 },
    );
  });
});
