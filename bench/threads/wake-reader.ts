import { createHistogram } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import { MailboxMemory } from '../../src/memory/mailbox.js';
import { MailboxReader } from '../../src/memory/mailbox-reader.js';
import { atTheGate, sharedNow } from './gate.js';

const { buffer, way, messages, warmUp } = workerData as {
  buffer: SharedArrayBuffer;
  way: 'blocking' | 'event-loop';
  messages: number;
  warmUp: number;
};

await atTheGate(async () => {
  const keepAlive = setInterval(() => {}, 0x7fffffff); // a pending waitAsync does not
  const reader = new MailboxReader(MailboxMemory.attach(buffer, 0));
  const fields = new Float64Array(reader.words.buffer, reader.words.byteOffset, reader.words.length / 2);
  const latencies = createHistogram();
  for (let received = 0; received < messages; ) {
    if (reader.open()) {
      const now = sharedNow();
      const sent = fields[(reader.at >>> 1) + 1]!;
      if (++received > warmUp) latencies.record(Math.max(1, Math.round((now - sent) * 1e6)));
      reader.release();
    } else if (way === 'blocking') {
      reader.await();
    } else {
      await reader.awaitAsync();
    }
  }
  clearInterval(keepAlive);
  return latencies.percentile(50) / 1000;
});
