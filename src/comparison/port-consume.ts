import { Bell } from '../memory/bell.js';
import { type MessagePortReaderHandle, Port } from '../queues/message-port.js';
import { MessagePortReader } from '../queues/message-port-reader.js';
import { ADDRESS_SHIFT, contentAt, HEADER_INT32S, KEY_SHIFT, paddedInt32s } from '../records/record.js';
import type { ConsumerNews, ConsumerTask } from './consume.js';
import { Envelope } from './envelope.js';
import { Flow, LOOK_AGAIN } from './flow.js';
import { Tally } from './tally.js';

export interface PortConsumerTask extends ConsumerTask {
  readonly port: MessagePortReaderHandle;
  /** Control words of the router's own queue: rung when it waits for space here. */
  readonly routerControl: SharedArrayBuffer;
}

/** The thread of a consumer, for the designs made of ports: receives until the router closes its port. */
export function consumeFromPort(task: PortConsumerTask, tell: (news: ConsumerNews) => void): void {
  const flow = new Flow(task.flow);
  const tally = new Tally(task.work, task.latency);
  const { queue } = task.work;
  const spaceBell = new Bell(new Int32Array(task.routerControl), Port.READER);
  const reader = new MessagePortReader(task.port, { spaceBell });
  tell({ news: 'ready' });
  let uncounted = 0;
  const count = () => {
    if (uncounted > 0 && flow.receive(uncounted, queue)) tell({ news: 'done' });
    uncounted = 0;
  };
  while (!reader.ended && !flow.aborted) {
    if (!reader.open()) {
      count();
      reader.await(LOOK_AGAIN);
      continue;
    }
    takeFrame(reader, tally);
    uncounted += reader.count;
    reader.release();
    if (uncounted >= flow.batch) count();
  }
  count();
  tell({ news: 'ended', report: tally.report() });
}

function takeFrame(reader: MessagePortReader, tally: Tally): void {
  const words = reader.words;
  let at = reader.at;
  for (let left = reader.count; left > 0; left--) {
    const content = contentAt(words, at);
    const end = at + HEADER_INT32S + paddedInt32s(words[at]!);
    const bytes = words[at]! - (content - at - HEADER_INT32S) * 4;
    if (tally.takeWords(words, content, bytes)) {
      tally.takeSample(
        float64At(words, content + Envelope.SENT_AT),
        words[content + Envelope.KEY]!,
        routingKeyAt(words, at),
      );
    }
    at = end;
  }
}

function float64At(words: Int32Array, at: number): number {
  return new DataView(words.buffer, words.byteOffset).getFloat64(at * 4, true);
}

/** The routing key of the delivery at `at`. */
function routingKeyAt(words: Int32Array, at: number): string {
  const tag = words[at + 1]!;
  const names = Buffer.from(words.buffer, words.byteOffset + (at + HEADER_INT32S) * 4);
  const start = (tag >>> ADDRESS_SHIFT) & 0xff;
  return names.toString('utf8', start, start + ((tag >>> KEY_SHIFT) & 0xff));
}
