import type { Entry, ModelQueue } from './model-queue.js';
import type { Consuming, SessionName } from './operations.js';

/** Who has messages of one queue: a consumer, or a session that asks for them one by one. */
export class ModelConsumer {
  readonly name: string;
  readonly session: SessionName;
  readonly queue: ModelQueue;
  readonly noAck: boolean;
  readonly priority: number;
  readonly exclusive: boolean;
  readonly #prefetch: number;
  /** Sent to it and not received yet. */
  sent: Entry[] = [];
  /** Received and not settled, in the order of receiving. */
  unsettled: Entry[] = [];
  cancelled = false;

  constructor(name: string, session: SessionName, queue: ModelQueue, options: Consuming) {
    this.name = name;
    this.session = session;
    this.queue = queue;
    this.noAck = options.noAck;
    this.priority = options.priority;
    this.exclusive = options.exclusive;
    this.#prefetch = options.noAck || options.prefetch === 0 ? Number.POSITIVE_INFINITY : options.prefetch;
  }

  /** "Consumer Prefetch": what is sent counts, whether it was received or not. */
  get hasCredit(): boolean {
    return this.sent.length + this.unsettled.length < this.#prefetch;
  }

  receive(): Entry | undefined {
    const entry = this.sent.shift();
    if (entry !== undefined && !this.noAck) this.unsettled.push(entry);
    return entry;
  }
}
