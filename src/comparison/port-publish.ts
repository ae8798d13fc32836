import { NO_ROOM } from '../memory/record-queue.js';
import type { MessagePortWriterHandle } from '../queues/message-port.js';
import { MessagePortWriter } from '../queues/message-port-writer.js';
import { ADDRESS_SHIFT, copyInt32s, HEADER_INT32S, paddedInt32s, RecordType } from '../records/record.js';
import { Flow, LOOK_AGAIN } from './flow.js';
import type { Outbox, SentTally } from './outbox.js';
import { type PublisherTask, publishPasses, type Sender } from './publish.js';

export interface PortPublisherTask extends PublisherTask {
  readonly port: MessagePortWriterHandle;
}

/** The thread of a publisher, for the designs made of ports. */
export function publishToPort(task: PortPublisherTask): SentTally {
  const writer = new MessagePortWriter(task.port);
  const tally = publishPasses(task, new PortSender(writer, new Flow(task.flow)));
  writer.close();
  return tally;
}

/** Writes the records that the broker's publishers write, with the number of the routing key as the address. */
class PortSender implements Sender {
  readonly #writer: MessagePortWriter;
  readonly #flow: Flow;

  constructor(writer: MessagePortWriter, flow: Flow) {
    this.#writer = writer;
    this.#flow = flow;
  }

  send(outbox: Outbox, count: number): void {
    const { bodies, keys, starts, words } = outbox;
    for (let left = count; left > 0; left--) {
      const index = outbox.stamp();
      const bytes = bodies[index]!.length;
      const at = this.#reserve(bytes, keys[index]!);
      copyInt32s(words, starts[index]!, this.#writer.words, at, paddedInt32s(bytes));
    }
  }

  sendOne(key: number, body: Uint8Array): void {
    const at = this.#reserve(body.length, key);
    this.#writer.bytes.set(body, at * 4);
  }

  /** Writes a record's header; index of the body's first int32. */
  #reserve(bytes: number, key: number): number {
    const writer = this.#writer;
    const size = (HEADER_INT32S + paddedInt32s(bytes)) >>> 1;
    let at = writer.reserve(size);
    for (; at === NO_ROOM; at = writer.reserve(size)) this.#awaitSpace();
    writer.words[at] = bytes;
    writer.words[at + 1] = RecordType.PUBLISH | (key << ADDRESS_SHIFT);
    return at + HEADER_INT32S;
  }

  #awaitSpace(): void {
    if (this.#flow.stopped) throw new Error('The run ended while the router still had messages to take.');
    this.#writer.awaitSpace(LOOK_AGAIN);
  }

  flush(): void {
    while (!this.#writer.flush()) this.#awaitSpace();
  }
}
