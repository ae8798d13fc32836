import { workerData } from 'node:worker_threads';
import { now } from '../../src/comparison/clock.js';
import { Bell } from '../../src/memory/bell.js';
import { atTheGate } from './gate.js';
import { Stopwatch, type Waiting, WakeUp, type WakeUpData } from './wake-up.js';

const { waiting, buffer, calls, warmUp, port } = workerData as WakeUpData;
const words = new Int32Array(buffer);
const calledAt = new Float64Array(buffer, WakeUp.CALLED_AT * 4, 1);
const bell = new Bell(words, WakeUp.BELL);
const latencies = new Stopwatch();
let answered = 0;

function called(): boolean {
  return Atomics.load(words, WakeUp.CALLED) > answered; // pairs with the store in wake-up-caller.ts
}

function answer(): void {
  const latency = now() - calledAt[0]!;
  if (++answered > warmUp) latencies.record(latency);
  Atomics.store(words, WakeUp.ANSWERED, answered); // pairs with the load in wake-up-caller.ts
}

/** Each answers all calls. */
const WAYS: Record<Waiting, () => void | Promise<void>> = {
  spin() {
    while (answered < calls) if (called()) answer();
  },
  'Atomics.wait'() {
    while (answered < calls) {
      bell.announce();
      if (!called()) bell.sleep();
      bell.retract();
      if (called()) answer();
    }
  },
  async 'Atomics.waitAsync'() {
    const keepAlive = setInterval(() => {}, 0x7fffffff); // a pending waitAsync does not
    while (answered < calls) {
      bell.announce();
      if (!called()) await bell.sleepAsync();
      bell.retract();
      if (called()) answer();
    }
    clearInterval(keepAlive);
  },
  MessagePort: () =>
    new Promise(resolve => {
      port.on('message', () => {
        answer();
        if (answered === calls) resolve();
      });
    }),
};

await atTheGate(async () => {
  await WAYS[waiting]();
  return latencies.times;
});
