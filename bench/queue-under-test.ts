import { threadId } from 'node:worker_threads';
import { MailboxMemory } from '../src/memory/mailbox.js';
import { MailboxReader } from '../src/memory/mailbox-reader.js';
import { MailboxWriter } from '../src/memory/mailbox-writer.js';
import type { RecordReader, RecordWriter } from '../src/memory/record-queue.js';
import { LockedRing } from '../src/queues/locked-ring.js';

/** A queue that producers write to and one consumer reads, with no broker around it. */
export interface QueueUnderTest {
  design: 'mailbox' | 'locked';
  buffer: SharedArrayBuffer;
  /** Records of a frame, or of a critical section. */
  batch: number;
  /** Looks before sleeping: more than none only where every thread has a core. */
  spins: number;
}

/** Words of the ring: 512 KiB, the same for every design. */
const CAPACITY = 1 << 16;
const WRITERS = 8;

export function makeQueue(design: QueueUnderTest['design'], batch: number, spins: number): QueueUnderTest {
  if (design === 'mailbox')
    return { design, buffer: MailboxMemory.standalone(CAPACITY, WRITERS), batch, spins };
  const options = { capacity: CAPACITY, batch };
  const buffer = new SharedArrayBuffer(LockedRing.bytes(options));
  LockedRing.create(buffer, 0, options);
  return { design, buffer, batch, spins };
}

export function openWriter({ design, buffer, batch }: QueueUnderTest, producer: number): RecordWriter {
  if (design === 'locked') return LockedRing.attach(buffer, 0).writer(producer);
  const memory = MailboxMemory.attach(buffer, 0);
  return new MailboxWriter(memory, memory.attachWriter(threadId), { records: batch });
}

export function openReader({ design, buffer, spins }: QueueUnderTest): RecordReader {
  const options = { spins: () => spins };
  return design === 'locked'
    ? LockedRing.attach(buffer, 0).reader(0, options)
    : new MailboxReader(MailboxMemory.attach(buffer, 0), options);
}
