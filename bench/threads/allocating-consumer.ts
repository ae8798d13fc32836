import { getHeapStatistics } from 'node:v8';
import { workerData } from 'node:worker_threads';
import { connect } from '../../src/index.js';
import { atTheGate } from './gate.js';

const { handle, messages, warmUp } = workerData as {
  handle: SharedArrayBuffer;
  messages: number;
  warmUp: number;
};

const session = connect(handle);
const consumer = await session.consume('queue-0', { noAck: true, inPlace: true });
await atTheGate(() => {
  // The first reading allocates what the readings themselves need.
  let before = getHeapStatistics().used_heap_size;
  let sum = 0;
  for (let i = 0; i < messages; i++) {
    if (i === warmUp) before = getHeapStatistics().used_heap_size;
    sum += consumer.receive()!.int32At(0);
  }
  return (getHeapStatistics().used_heap_size - before) / (messages - warmUp) + 0 * sum;
});
