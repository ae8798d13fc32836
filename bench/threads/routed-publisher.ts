import { workerData } from 'node:worker_threads';
import { connect } from '../../src/index.js';
import { atTheGate } from './gate.js';

const {
  handle,
  publisher: id,
  keys,
  messages,
  bytes,
} = workerData as {
  handle: SharedArrayBuffer;
  publisher: number;
  keys: string[];
  messages: number;
  bytes: number;
};

const session = connect(handle);
const publisher = await session.publisher('bench');
await atTheGate(() => {
  const body = new Uint8Array(bytes);
  const fields = new Int32Array(body.buffer);
  fields[1] = id;
  for (let i = 0, key = 0; i < messages; i++) {
    fields[0] = i;
    publisher.publish(keys[key]!, body);
    if (++key === keys.length) key = 0;
  }
  publisher.flush();
});
