import { ExclusiveWriter } from '../../src/memory/exclusive-writer.js';
import { MailboxMemory } from '../../src/memory/mailbox.js';
import { MailboxReader } from '../../src/memory/mailbox-reader.js';
import { MailboxWriter } from '../../src/memory/mailbox-writer.js';
import type { RecordReader, RecordWriter } from '../../src/memory/record-queue.js';
import { LockFreeRing } from '../../src/queues/lock-free-ring.js';
import { LockedRing } from '../../src/queues/locked-ring.js';
import type { RingLock } from '../../src/queues/ring-lock.js';

/** Both ends of a queue, in one thread. */
export interface Ends {
  readonly writer: RecordWriter;
  readonly reader: RecordReader;
}

/** Bytes of each ring's records. */
export const RING_BYTES = 1 << 16;

export function mailbox(): Ends {
  const memory = mailboxMemory();
  return { writer: new MailboxWriter(memory, 0), reader: new MailboxReader(memory) };
}

export function mailboxOfOneWriter(): Ends {
  const memory = mailboxMemory();
  return { writer: new ExclusiveWriter(memory), reader: new MailboxReader(memory) };
}

/** @param batch records of a critical section at most */
export function lockedRing(lock: RingLock, batch: number): Ends {
  const options = { capacity: RING_BYTES / 8, lock, batch };
  const ring = LockedRing.create(new SharedArrayBuffer(LockedRing.bytes(options)), 0, options);
  return { writer: ring.writer(0), reader: ring.reader(0) };
}

/** @param slotWords words of a frame at most, a multiple of 16 */
export function lockFreeRing(slotWords: number): Ends {
  const ring = lockFreeMemory(slotWords);
  return { writer: ring.writer(0), reader: ring.reader(0) };
}

export function lockFreeRingOfOneWriter(slotWords: number): Ends {
  const ring = lockFreeMemory(slotWords);
  return { writer: ring.soleWriter(), reader: ring.reader(0) };
}

function mailboxMemory(): MailboxMemory {
  return MailboxMemory.attach(MailboxMemory.standalone(RING_BYTES / 8, 1), 0);
}

function lockFreeMemory(slotWords: number): LockFreeRing {
  const slots = 2 ** Math.floor(Math.log2(RING_BYTES / 8 / slotWords));
  const options = { slots, slotWords };
  return LockFreeRing.create(new SharedArrayBuffer(LockFreeRing.bytes(options)), 0, options);
}
