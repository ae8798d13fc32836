import type { Publisher } from '../client/publisher.js';
import { connect } from '../client/session.js';
import { commit, type Fault } from './fault.js';
import { Flow, type FlowMemory } from './flow.js';
import { Outbox, type SentTally } from './outbox.js';
import { EXCHANGE, partLength, type Work } from './work.js';

/** What every publisher thread is told. */
export interface PublisherTask {
  readonly work: Work;
  readonly flow: FlowMemory;
  /** Which of `publishers` this one is. */
  readonly publisher: number;
  readonly publishers: number;
  readonly fault?: Fault | undefined;
}

export interface BrokerPublisherTask extends PublisherTask {
  readonly handle: SharedArrayBuffer;
}

/** How a publisher reaches a design. */
export interface Sender {
  /** Sends the next `count` messages of `outbox`. */
  send(outbox: Outbox, count: number): void;
  /** Sends one. @param key index of its routing key */
  sendOne(key: number, body: Uint8Array): void;
  flush(): void;
}

/** The pass in which a fault is committed: the first that counts. */
const FAULT_PASS = 2;

/** Publishes pass after pass, until there is none. */
export function publishPasses(task: PublisherTask, sender: Sender): SentTally {
  const { work, publisher, publishers } = task;
  const flow = new Flow(task.flow);
  const outbox = new Outbox(work, publisher, publishers);
  let fault = publisher === 0 ? task.fault : undefined;
  for (let pass = 1; ; pass++) {
    const limit = flow.awaitPass(pass, publisher);
    if (limit < 0) return outbox.tally;
    outbox.rewind();
    let left = partLength(work.messages, publisher, publishers, limit);
    while (left > 0 && !flow.stopped) {
      let count = Math.min(left, flow.batch);
      if (fault !== undefined && pass === FAULT_PASS) {
        count = commit(fault, outbox, (key, body) => sender.sendOne(key, body));
        fault = undefined;
      } else {
        sender.send(outbox, count);
      }
      left -= count;
      if (flow.publish(count)) {
        sender.flush();
        flow.awaitRoom();
      }
    }
    sender.flush();
  }
}

/** The thread of a publisher, for the designs inside the broker. */
export async function publishToBroker(task: BrokerPublisherTask): Promise<SentTally> {
  await using session = connect(task.handle);
  const publisher = await session.publisher(EXCHANGE);
  return publishPasses(task, new BrokerSender(publisher, task.work.keys));
}

class BrokerSender implements Sender {
  readonly #publisher: Publisher;
  readonly #keys: readonly string[];

  constructor(publisher: Publisher, keys: readonly string[]) {
    this.#publisher = publisher;
    this.#keys = keys;
  }

  send(outbox: Outbox, count: number): void {
    const publisher = this.#publisher;
    const keys = this.#keys;
    const { bodies, keys: keyOf } = outbox;
    for (let left = count; left > 0; left--) {
      const index = outbox.stamp();
      publisher.publish(keys[keyOf[index]!]!, bodies[index]!);
    }
  }

  sendOne(key: number, body: Uint8Array): void {
    this.#publisher.publish(this.#keys[key]!, body);
  }

  flush(): void {
    this.#publisher.flush();
  }
}
