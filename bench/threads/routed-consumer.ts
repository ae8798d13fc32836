import { workerData } from 'node:worker_threads';
import { connect } from '../../src/index.js';
import { atTheGate, sharedNow } from './gate.js';

const {
  handle,
  queue,
  messages,
  warmUp,
  bytes,
  prefetch = 0,
} = workerData as {
  handle: SharedArrayBuffer;
  queue: string;
  messages: number;
  warmUp: number;
  bytes: number;
  /** Messages that may be unacknowledged; 0: none needs to be acknowledged. */
  prefetch?: number;
};

const session = connect(handle);
const consumer = await session.consume(queue, {
  ...(prefetch === 0 ? { noAck: true } : { prefetch }),
  inPlace: true,
  ringBytes: 1 << 20,
});
await atTheGate(() => {
  let start = 0;
  let checked = 0;
  for (let received = 0; received < messages; received++) {
    const message = consumer.receive()!;
    if (message.length === bytes) checked += message.int32At(4) + 1;
    if (prefetch > 0) message.ack();
    if (received === warmUp) start = sharedNow();
  }
  return { start, end: sharedNow(), timed: messages - warmUp, checked };
});
