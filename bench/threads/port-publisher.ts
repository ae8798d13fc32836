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
  // One array: an object around it would cost half as much again.
  const message = new Uint8Array(8 + bytes);
  for (let i = 0; i < messages; i++) {
    message[0] = i & 3;
    output.postMessage(message);
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
