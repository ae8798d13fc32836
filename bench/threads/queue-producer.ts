import { workerData } from 'node:worker_threads';
import { NO_ROOM, type RecordWriter } from '../../src/memory/record-queue.js';
import { openWriter, type QueueUnderTest } from '../queue-under-test.js';
import { atTheGate } from './gate.js';

const { queue, producer, messages, bytes } = workerData as {
  queue: QueueUnderTest;
  producer: number;
  messages: number;
  bytes: number;
};

await atTheGate(() => {
  const writer = openWriter(queue, producer);
  const words = 1 + bytes / 8;
  for (let sequence = 0; sequence < messages; sequence++) {
    const at = reserve(writer, words);
    const target = writer.words;
    target[at] = bytes;
    target[at + 1] = producer;
    for (let i = 2; i < words * 2; i += 2) {
      target[at + i] = sequence;
      target[at + i + 1] = producer;
    }
  }
  while (!writer.flush()) writer.awaitSpace();
});

function reserve(writer: RecordWriter, words: number): number {
  for (;;) {
    const at = writer.reserve(words);
    if (at !== NO_ROOM) return at;
    writer.awaitSpace();
  }
}
