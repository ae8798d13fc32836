import {
  type Broker,
  type Consumer,
  connect,
  type Message,
  type Publisher,
  PublishRefusedError,
  type QueueOptions,
  type Session,
} from '#src/index.js';
import type { Letter } from './model-queue.js';
import type { Names } from './names.js';
import type { Consuming, Publishing, SessionName } from './operations.js';

/** Of a consumer's ring, in bytes: there is room for all that a sequence publishes. */
const RING_BYTES = 1 << 17;

/** One session, and what it was told unasked. */
class Connected {
  readonly session: Session;
  /** Texts of the messages that came back. */
  readonly returned: string[] = [];
  readonly publishers = new Map<string, Publisher>();

  constructor(broker: Broker) {
    this.session = connect(broker.handle);
    this.session.on('return', message => this.returned.push(textOf(message)));
  }
}

/** The sessions A and B of the broker under test, by the names that the model has for everything. */
export class RealBroker {
  readonly #broker: Broker;
  readonly #names: Names;
  readonly #connected: Record<SessionName, Connected>;

  constructor(broker: Broker, names: Names) {
    this.#broker = broker;
    this.#names = names;
    this.#connected = { A: new Connected(broker), B: new Connected(broker) };
  }

  session(name: SessionName): Session {
    return this.#connected[name].session;
  }

  declare(by: SessionName, queue: string, settings: QueueOptions): Promise<unknown> {
    const { deadLetterExchange: exchange, deadLetterRoutingKey: key } = settings;
    const real = { ...settings };
    if (exchange !== undefined) real.deadLetterExchange = this.#names.real(exchange);
    if (key !== undefined) real.deadLetterRoutingKey = this.#names.realKey(key);
    return this.session(by).declareQueue(this.#names.real(queue), real);
  }

  delete(by: SessionName, queue: string, ifUnused: boolean, ifEmpty: boolean): Promise<number> {
    return this.session(by).deleteQueue(this.#names.real(queue), { ifUnused, ifEmpty });
  }

  purge(by: SessionName, queue: string): Promise<number> {
    return this.session(by).purgeQueue(this.#names.real(queue));
  }

  bind(by: SessionName, queue: string, exchange: string, key: string): Promise<void> {
    return this.session(by).bindQueue(this.#names.real(queue), this.#names.real(exchange), key);
  }

  unbind(by: SessionName, queue: string, exchange: string, key: string): Promise<void> {
    return this.session(by).unbindQueue(this.#names.real(queue), this.#names.real(exchange), key);
  }

  consume(by: SessionName, queue: string, options: Consuming): Promise<Consumer> {
    return this.session(by).consume(this.#names.real(queue), { ...options, ringBytes: RING_BYTES });
  }

  get(by: SessionName, queue: string, noAck: boolean): Promise<Message | undefined> {
    return this.session(by).get(this.#names.real(queue), { noAck });
  }

  /**
   * Publishes the letters in one piece.
   *
   * @returns with a confirm for each, which were accepted; with one for all, how many were refused
   */
  async publish(how: Publishing, letters: readonly Letter[]): Promise<boolean[] | number | undefined> {
    const publisher = await this.#publisher(how);
    const { confirm, priority, expiration } = how;
    const properties = {
      ...(priority === undefined ? {} : { priority }),
      ...(expiration === undefined ? {} : { expiration }),
    };
    const answers: Promise<void>[] = [];
    for (const letter of letters) {
      const key = this.#names.realKey(letter.key);
      if (confirm === 'each') answers.push(publisher.publishConfirmed(key, bodyOf(letter), properties));
      else publisher.publish(key, bodyOf(letter), properties);
    }
    publisher.flush();
    if (confirm === 'each') {
      return (await Promise.allSettled(answers)).map(({ status }) => status === 'fulfilled');
    }
    return confirm === 'all' ? refusedOf(publisher) : undefined;
  }

  async #publisher({ by, exchange, confirm, mandatory }: Publishing): Promise<Publisher> {
    const { session, publishers } = this.#connected[by];
    const key = `${exchange} ${confirm !== undefined} ${mandatory}`;
    let publisher = publishers.get(key);
    if (publisher === undefined) {
      const options = { confirm: confirm !== undefined, mandatory };
      publisher = await session.publisher(this.#names.real(exchange), options);
      publishers.set(key, publisher);
    }
    return publisher;
  }

  /** What came back to the session since this was asked last. */
  async returned(by: SessionName): Promise<string[]> {
    const { session, returned } = this.#connected[by];
    await session.sync();
    return returned.splice(0);
  }

  async close(by: SessionName): Promise<void> {
    await this.session(by).close();
  }

  /** Another session of the same name. */
  connect(by: SessionName): void {
    this.#connected[by] = new Connected(this.#broker);
  }

  /** What the test compares of a message. */
  described(message: Message): object {
    const { headers, priority, expiration } = message.properties;
    const deaths = (headers?.['x-death'] ?? []) as { queue: string; reason: string; count: bigint }[];
    return {
      text: textOf(message),
      bytes: message.length,
      exchange: this.#names.model(message.exchange),
      key: this.#names.model(message.routingKey),
      priority,
      expiration,
      deaths: deaths.map(({ queue, reason, count }) => ({
        queue: this.#names.model(queue),
        reason,
        count: Number(count),
      })),
      redelivered: message.redelivered,
      deliveryCount: message.deliveryCount,
    };
  }
}

/** Waits for all confirms, and says how many messages were refused. */
async function refusedOf(publisher: Publisher): Promise<number> {
  try {
    await publisher.confirmed();
    return 0;
  } catch (error) {
    if (error instanceof PublishRefusedError) return error.messages;
    throw error;
  }
}

function bodyOf({ text, bytes }: Letter): string {
  return text.padEnd(bytes, '.');
}

/** The text with which the body begins. */
function textOf(message: Message): string {
  return message.text().replace(/\.*$/, '');
}
