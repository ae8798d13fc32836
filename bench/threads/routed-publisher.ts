import { workerData } from 'node:worker_threads';
import { connect, type MessageProperties } from '../../src/index.js';
import { atTheGate, sharedNow } from './gate.js';

const {
  handle,
  publisher: id,
  keys,
  messages,
  bytes,
  confirm,
  properties,
} = workerData as {
  handle: SharedArrayBuffer;
  publisher: number;
  keys: string[];
  messages: number;
  bytes: number;
  /** True: every message is confirmed. */
  confirm: boolean;
  properties?: MessageProperties;
};

/** Messages that wait for their confirm at most. */
const UNCONFIRMED = 10_000;

const session = connect(handle);
const publisher = await session.publisher('bench', { confirm });
await atTheGate(() => {
  const start = sharedNow();
  const body = new Uint8Array(bytes);
  const fields = new Int32Array(body.buffer);
  fields[1] = id;
  for (let i = 0, key = 0; i < messages; i++) {
    fields[0] = i;
    publisher.publish(keys[key]!, body, properties);
    if (confirm && publisher.unconfirmed >= UNCONFIRMED) publisher.waitForConfirms();
    if (++key === keys.length) key = 0;
  }
  publisher.flush();
  if (confirm) publisher.waitForConfirms();
  return { start };
});
