import { type MessagePort, workerData } from 'node:worker_threads';
import { atTheGate, sharedNow } from './gate.js';

const { input, inFlight, messages, warmUp } = workerData as {
  input: MessagePort;
  inFlight: SharedArrayBuffer;
  messages: number;
  warmUp: number;
};

await atTheGate(
  () =>
    new Promise<number>(resolve => {
      const counter = new Int32Array(inFlight);
      let received = 0;
      let start = 0;
      input.on('message', () => {
        if (++received === warmUp) start = sharedNow();
        if ((received & 255) === 0) {
          Atomics.store(counter, 0, received); // pairs with the load in port-publisher
          Atomics.notify(counter, 0); // pairs with the wait there
        }
        if (received === messages) resolve(((messages - warmUp) / (sharedNow() - start)) * 1000);
      });
    }),
);
