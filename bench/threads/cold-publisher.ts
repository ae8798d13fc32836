import { workerData } from 'node:worker_threads';
import { connect } from '../../src/index.js';
import { atTheGate } from './gate.js';

const { handle, messages, bytes } = workerData as {
  handle: SharedArrayBuffer;
  messages: number;
  bytes: number;
};

const session = connect(handle);
const publisher = await session.publisher('bench');
await atTheGate(() => {
  const body = new Uint8Array(bytes);
  for (let i = 0; i < messages; i++) publisher.publish(`0.cold.${i}`, body);
  publisher.flush();
});
