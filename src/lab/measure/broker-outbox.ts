import type { Publisher } from '../../client/publisher.js';
import type { Flow } from '../../comparison/flow.js';
import type { Outbox } from './outbox.js';
import { fillerOf } from './tally.js';

/** The routing key of every message, and the queue that is bound to it. */
export const ROUTE = 'lab';

/**
 * Publishes to the broker, a bounded number of messages ahead of the consumers: the router's queues have no bound of
 * their own.
 */
export class BrokerOutbox implements Outbox {
  /** The router's mailbox is the session's own business. */
  readonly counters = [];
  readonly #publisher: Publisher;
  readonly #flow: Flow;
  readonly #producer: number;
  readonly #body: Uint8Array;
  readonly #words: Int32Array;
  readonly #floats: Float64Array;
  /** Messages sent and not counted yet: the count is shared, and would be contended for. */
  #uncounted = 0;

  constructor(publisher: Publisher, flow: Flow, producer: number, bytes: number) {
    this.#publisher = publisher;
    this.#flow = flow;
    this.#producer = producer;
    this.#body = new Uint8Array(bytes);
    this.#words = new Int32Array(this.#body.buffer);
    this.#floats = new Float64Array(this.#body.buffer);
    this.#words[1] = producer;
  }

  put(sequence: number, time: number): void {
    const words = this.#words;
    words[0] = sequence;
    this.#floats[1] = time;
    const filler = fillerOf(this.#producer, sequence);
    for (let i = 4; i < words.length; i++) words[i] = filler;
    this.#publisher.publish(ROUTE, this.#body);
    this.#uncounted++;
  }

  flush(): undefined {
    this.#publisher.flush();
    if (this.#uncounted < this.#flow.batch) return;
    if (this.#flow.publish(this.#uncounted)) this.#flow.awaitRoom();
    this.#uncounted = 0;
  }

  close(): void {
    this.#flow.publish(this.#uncounted);
  }
}
