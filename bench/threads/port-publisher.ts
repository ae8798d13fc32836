import { type MessagePort, workerData } from 'node:worker_threads';
import { atTheGate } from './gate.js';

const { output, inFlight, messages, bytes } = workerData as {
  output: MessagePort;
  inFlight: SharedArrayBuffer;
  messages: number;
  bytes: number;
};
/** Messages that the consumer has not received yet: without a bound, the ports would queue all of them. */
const WINDOW = 20_000;

await atTheGate(() => {
  const counter = new Int32Array(inFlight);
  const body = new Uint8Array(bytes);
  for (let i = 0; i < messages; i++) {
    output.postMessage({ key: `0.key.${i & 3}`, body });
    if ((i & 255) !== 255) continue;
    for (
      let received = Atomics.load(counter, 0);
      i - received > WINDOW;
      received = Atomics.load(counter, 0)
    ) {
      Atomics.wait(counter, 0, received); // pairs with the notify in port-consumer
    }
  }
});
