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
const publisher = await session.publisher('bench');
await atTheGate(() => {
  const body = new Uint8Array(32);
  // The first reading allocates what the readings themselves need.
  let before = getHeapStatistics().used_heap_size;
  for (let i = 0; i < messages; i++) {
    if (i === warmUp) before = getHeapStatistics().used_heap_size;
    publisher.publish('0.key', body);
  }
  publisher.flush();
  return (getHeapStatistics().used_heap_size - before) / (messages - warmUp);
});
