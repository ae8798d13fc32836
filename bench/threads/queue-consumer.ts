import { workerData } from 'node:worker_threads';
import { openReader, type QueueUnderTest } from '../queue-under-test.js';
import { atTheGate, sharedNow } from './gate.js';

const { queue, producers, messages, warmUp } = workerData as {
  queue: QueueUnderTest;
  producers: number;
  /** All messages that will come, and how many of them are not timed. */
  messages: number;
  warmUp: number;
};

await atTheGate(() => {
  const reader = openReader(queue);
  const next = new Int32Array(producers);
  let received = 0;
  let start = 0;
  let warmedAt = 0;
  while (received < messages) {
    if (!reader.open()) {
      reader.await();
      continue;
    }
    const words = reader.words;
    let at = reader.at;
    for (let left = reader.count; left > 0; left--) {
      const producer = words[at + 1]!;
      if (words[at + 2] !== next[producer])
        throw new Error(`Producer ${producer}: ${words[at + 2]} came, not ${next[producer]}`);
      next[producer] = words[at + 2]! + 1;
      at += 2 + (((words[at]! + 7) >>> 3) << 1);
    }
    received += reader.count;
    reader.release();
    if (start === 0 && received >= warmUp) {
      start = sharedNow();
      warmedAt = received;
    }
  }
  return ((received - warmedAt) / (sharedNow() - start)) * 1000;
});
