import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import {
  Broker,
  type BrokerOptions,
  type ConsumeOptions,
  type Consumer,
  connect,
  type Message,
  type QueueOptions,
  type QueueStats,
  type Session,
} from '#src/index.js';

export const SHARED_DISPATCHES = ['shared-locked', 'shared-locked-batched', 'shared-lock-free'] as const;
export const DISPATCHES = ['queue-per-consumer', ...SHARED_DISPATCHES] as const;

/** One broker for all tests of a file. Returns what makes a queue of its own for each of them. */
export function brokerOfFile(options: BrokerOptions = {}) {
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.start({ memory: 256 << 20, maxSessions: 64, ...options });
  });
  afterAll(() => broker.close());
  return (queue: QueueOptions = {}) => QueueUnderTest.make(broker, queue);
}

let queues = 0;

/**
 * A queue, a session of the test's thread, and a queue for the dead letters. When the test ends, both queues' counters
 * must add up.
 */
export class QueueUnderTest {
  readonly name = `queue ${++queues}`;
  readonly deadLetterQueue = `${this.name}, dead`;
  readonly broker: Broker;
  readonly session: Session;

  private constructor(broker: Broker) {
    this.broker = broker;
    this.session = this.another();
  }

  static async make(broker: Broker, options: QueueOptions): Promise<QueueUnderTest> {
    const made = new QueueUnderTest(broker);
    const { session, name, deadLetterQueue } = made;
    await session.declareQueue(deadLetterQueue);
    await session.declareQueue(name, {
      deadLetterExchange: '',
      deadLetterRoutingKey: deadLetterQueue,
      ...options,
    });
    onTestFinished(async () => {
      if (!broker.running) return;
      const probe = connect(broker.handle);
      for (const stats of (await probe.stats()).queues) {
        if (stats.name === name || stats.name === deadLetterQueue) expectBalance(stats);
      }
      await probe.close();
    });
    return made;
  }

  /** One more session, which is closed when the test ends. */
  another(): Session {
    const session = connect(this.broker.handle);
    onTestFinished(() => session.close());
    return session;
  }

  consume(options: ConsumeOptions = {}, session = this.session): Promise<Consumer> {
    return session.consume(this.name, options);
  }

  /** Publishes messages with these bodies; resolves when they are in the queue. */
  async publish(...bodies: (string | Uint8Array)[]): Promise<void> {
    for (const body of bodies) this.session.publish('', this.name, body);
    await this.session.sync();
  }

  async stats(): Promise<QueueStats> {
    const { queues } = await this.session.stats();
    return queues.find(({ name }) => name === this.name) as QueueStats;
  }

  /** The texts of all that waits in the queue; nothing does afterwards. */
  drain(): Promise<string[]> {
    return drain(this.session, this.name);
  }

  /** The texts of all dead letters; there are none afterwards. */
  deadLetters(): Promise<string[]> {
    return drain(this.session, this.deadLetterQueue);
  }

  /** Fails if a message comes although everything that was said so far was carried out. */
  async expectNothing(...consumers: Consumer[]): Promise<void> {
    await this.session.sync();
    for (const consumer of consumers) expect(consumer.tryReceive()?.text()).toBeUndefined();
  }
}

async function drain(session: Session, queue: string): Promise<string[]> {
  await session.sync(); // what died in a pass of the router's loop is published at its end
  const texts: string[] = [];
  for (;;) {
    const message = await session.get(queue, { noAck: true });
    if (message === undefined) return texts;
    texts.push(message.text());
  }
}

/** Every message that came is somewhere: the invariant of a queue at rest. */
export function expectBalance(stats: QueueStats): void {
  const { published, ready, unacknowledged, acknowledged, dropped, deadLettered, purged } = stats;
  expect(
    ready + unacknowledged + acknowledged + dropped + deadLettered + purged,
    `published against the rest of ${JSON.stringify(stats)}`,
  ).toBe(published);
}

/** The next `count` messages, blocking; fails if they do not come. */
export function take(consumer: Consumer, count: number): Message[] {
  return Array.from({ length: count }, (_, index) => {
    const message = consumer.receive(10_000);
    if (message === undefined) throw new Error(`Message ${index + 1} of ${count} did not come.`);
    return message;
  });
}

/** All messages that are there once everything that was said so far was carried out. */
export async function takeAll(session: Session, consumer: Consumer): Promise<Message[]> {
  const messages: Message[] = [];
  for (let before = -1; before < messages.length; ) {
    before = messages.length;
    await session.sync();
    for (let next = consumer.tryReceive(); next !== undefined; next = consumer.tryReceive())
      messages.push(next);
  }
  return messages;
}

export const texts = (messages: Message[]): string[] => messages.map(message => message.text());

/** The texts '0', '1' and so on: `count` of them, from `from` on. */
export const numbers = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `${from + i}`);

/** Fails the test if a promise is rejected meanwhile and nobody cares. */
export function watchRejections(): void {
  const seen: unknown[] = [];
  const note = (reason: unknown): void => {
    seen.push(reason);
  };
  process.on('unhandledRejection', note);
  onTestFinished(async () => {
    await new Promise(resolve => setImmediate(resolve)); // Node tells of them behind the microtasks
    process.off('unhandledRejection', note);
    expect(seen).toEqual([]);
  });
}
