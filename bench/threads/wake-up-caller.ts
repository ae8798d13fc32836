import { workerData } from 'node:worker_threads';
import { now } from '../../src/comparison/clock.js';
import { Bell } from '../../src/memory/bell.js';
import { atTheGate } from './gate.js';
import { Stopwatch, type Waiting, WakeUp, type WakeUpData } from './wake-up.js';

const { waiting, buffer, calls, warmUp, gap, port } = workerData as WakeUpData;
const words = new Int32Array(buffer);
const calledAt = new Float64Array(buffer, WakeUp.CALLED_AT * 4, 1);
const bell = new Bell(words, WakeUp.BELL);

const RING: Record<Waiting, () => void> = {
  spin() {},
  'Atomics.wait': () => bell.ring(),
  'Atomics.waitAsync': () => bell.ring(),
  MessagePort: () => port.postMessage(null),
};

await atTheGate(() => {
  const costs = new Stopwatch();
  const ring = RING[waiting];
  for (let call = 1; call <= calls; call++) {
    // The gap is spun away: a timer would be late by more than what is measured.
    for (const start = performance.now(); (performance.now() - start) * 1000 < gap; );
    calledAt[0] = now();
    Atomics.store(words, WakeUp.CALLED, call); // pairs with the load in wake-up-sleeper.ts
    const start = performance.now();
    ring();
    const cost = performance.now() - start;
    if (call > warmUp) costs.record(cost);
    while (Atomics.load(words, WakeUp.ANSWERED) !== call); // pairs with the store in wake-up-sleeper.ts
  }
  return costs.times;
});
