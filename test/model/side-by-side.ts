import { deepStrictEqual } from 'node:assert/strict';
import {
  type Broker,
  type BrokerStats,
  type Consumer,
  type Message,
  type QueueStats,
  RingMQError,
  type Session,
} from '#src/index.js';
import { ModelBroker, Refusal } from './model-broker.js';
import type { ModelConsumer } from './model-consumer.js';
import type { Entry, ModelQueue } from './model-queue.js';
import { Names } from './names.js';
import { EXCHANGES } from './operations.js';
import { RealBroker } from './real-broker.js';

/** The model and a broker, to which the same is done, and which must not differ. */
export class SideBySide {
  /** What was done, in words. */
  readonly log: string[] = [];
  readonly model = new ModelBroker();
  readonly real: RealBroker;
  /** The broker's consumers by the model's. */
  readonly consumers = new Map<ModelConsumer, Consumer>();
  /** The broker's messages by the model's: those that were received and not settled. */
  readonly held = new Map<Entry, Message>();
  /** Names of the consumers that were told that their queues went. */
  readonly ended: string[] = [];
  /** Looks at the broker, and takes no part. */
  readonly #observer: Session;
  readonly #names: Names;
  #before: BrokerStats | undefined;

  /** @param sequence makes the names of queues and exchanges fresh ones */
  constructor(broker: Broker, observer: Session, sequence: number) {
    this.#observer = observer;
    this.#names = new Names(sequence);
    this.real = new RealBroker(broker, this.#names);
  }

  async begin(): Promise<void> {
    this.#before = await this.#observer.stats();
    await Promise.all(EXCHANGES.map(type => this.#observer.declareExchange(this.#names.real(type), type)));
  }

  /** Asks both, who must answer the same or refuse it with the same error. Undefined if they refuse. */
  async both<Expected, Actual>(
    what: string,
    expect: (model: ModelBroker) => Expected,
    ask: (real: RealBroker) => Promise<Actual>,
  ): Promise<{ expected: Expected; actual: Actual } | undefined> {
    const expected = refusalOr(Refusal, () => expect(this.model));
    this.log.push(typeof expected === 'string' ? `${what}: ${expected}` : what);
    const actual = await ask(this.real).then(
      value => ({ value }),
      error => refusalOr(RingMQError, () => raise(error)),
    );
    if (typeof expected === 'string' || typeof actual === 'string') {
      deepStrictEqual(actual, expected, `${what}: expected ${said(expected)}, got ${said(actual)}`);
      return undefined;
    }
    return { expected: expected.value, actual: actual.value };
  }

  /** Compares a message that was received to the one that the model had for it. */
  checkMessage(actual: Message | undefined, expected: Entry | undefined, tracked: boolean): void {
    const described = actual === undefined ? undefined : this.real.described(actual);
    if (expected === undefined) {
      deepStrictEqual(described, undefined, 'a message was received that is none in the model');
      return;
    }
    const { letter, redelivered, failures } = expected;
    deepStrictEqual(described, { ...letter, redelivered, deliveryCount: tracked ? failures : 0 });
  }

  /** Has dead letters published, and compares the counters of all queues. */
  async compare(): Promise<void> {
    // Dead letters are published at the end of the router's pass, and those that die by that at the end of the next.
    let stats = await this.#observer.stats();
    for (let passes = this.model.publishDeadLetters(); passes > 0; passes--)
      stats = await this.#observer.stats();
    const actual = stats.queues.map(queue => this.#counters(queue));
    deepStrictEqual(actual, [...this.model.queues.values()].map(expectedCounters));
  }

  #counters(stats: QueueStats): object {
    const { name, dispatch: _, readyBytes: __, ...counters } = stats;
    const { ready, unacknowledged, acknowledged, dropped, deadLettered, purged } = counters;
    const accounted = ready + unacknowledged + acknowledged + dropped + deadLettered + purged;
    deepStrictEqual(accounted, stats.published, `what became of the messages of ${name}`);
    return { name: this.#names.model(name), ...counters };
  }

  /** Both sessions were closed: gets all that is left, deletes the rest, and looks whether anything stays behind. */
  async end(): Promise<void> {
    const queues = [...this.model.queues.values()];
    const next = () => queues.find(({ ready }) => ready.length > 0);
    for (let queue = next(); queue !== undefined; queue = next()) {
      this.log.push(`a message of ${queue.name} is got`);
      const entry = queue.take(true);
      const message = await this.#observer.get(this.#names.real(queue.name), { noAck: true });
      this.checkMessage(message, entry, false);
      await this.compare();
    }
    deepStrictEqual(this.ended.sort(), this.model.ended.sort(), 'consumers that were told that they ended');
    const unroutable = (await this.#observer.stats()).unroutable - this.#before!.unroutable;
    deepStrictEqual(unroutable, this.model.unroutable, 'unroutable messages');
    await this.#deleteAll();
    await this.#checkNothingLeft();
  }

  async #deleteAll(): Promise<void> {
    const deleted: Promise<unknown>[] = [];
    for (const exchange of EXCHANGES) deleted.push(this.#observer.deleteExchange(this.#names.real(exchange)));
    for (const queue of this.model.queues.keys()) {
      deleted.push(this.#observer.deleteQueue(this.#names.real(queue)));
    }
    await Promise.all(deleted);
  }

  async #checkNothingLeft(): Promise<void> {
    let stats = await this.#observer.stats();
    // A large body that the observer got goes when the router sees that it was read: in its next pass.
    for (let looks = 0; stats.largeBodies > 0 && looks < 100; looks++) stats = await this.#observer.stats();
    const { queues, sessions, messageBytes, pagesInUse, largeBodies } = stats;
    deepStrictEqual(
      { queues, sessions, messageBytes, pagesInUse, largeBodies },
      { queues: [], sessions: 1, messageBytes: 0, pagesInUse: this.#before!.pagesInUse, largeBodies: 0 },
      'what is left at the end',
    );
  }
}

function expectedCounters(queue: ModelQueue): object {
  return {
    name: queue.name,
    ready: queue.ready.length,
    unacknowledged: queue.unacknowledged,
    consumers: queue.consumers.length,
    ...queue.counters,
  };
}

type Answer<T> = { value: T } | string;

/** What `attempt` returns, or the name of the error if it is one of `Refused`. */
function refusalOr<T>(Refused: typeof Refusal | typeof RingMQError, attempt: () => T): Answer<T> {
  try {
    return { value: attempt() };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error instanceof Refusal ? error.message : error.constructor.name;
  }
}

function raise(error: unknown): never {
  throw error;
}

function said(answer: Answer<unknown>): string {
  return typeof answer === 'string' ? answer : 'success';
}
