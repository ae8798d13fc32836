import { threadId, workerData } from 'node:worker_threads';
import { MailboxMemory } from '../../src/memory/mailbox.js';
import { MailboxWriter } from '../../src/memory/mailbox-writer.js';
import { atTheGate, sharedNow } from './gate.js';

const { buffer, messages, gap } = workerData as { buffer: SharedArrayBuffer; messages: number; gap: number };

await atTheGate(() => {
  const memory = MailboxMemory.attach(buffer, 0);
  const writer = new MailboxWriter(memory, memory.attachWriter(threadId));
  const fields = new Float64Array(writer.words.buffer);
  for (let sent = 0; sent < messages; sent++) {
    // The gap is spun away: a timer would be late by more than what is measured.
    for (const start = performance.now(); (performance.now() - start) * 1000 < gap; );
    const at = writer.reserve(2);
    writer.words[at] = 8;
    fields[(at >>> 1) + 1] = sharedNow();
    writer.flush();
  }
});
