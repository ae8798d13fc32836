import { Bench } from 'tinybench';
import { ExclusiveWriter } from '../../src/memory/exclusive-writer.js';
import { MailboxMemory } from '../../src/memory/mailbox.js';
import { MailboxReader } from '../../src/memory/mailbox-reader.js';
import { MailboxWriter } from '../../src/memory/mailbox-writer.js';
import type { RecordWriter } from '../../src/memory/record-queue.js';
import { LockedRing } from '../../src/queues/locked-ring.js';

const CAPACITY = 1 << 16;
const RECORD_WORDS = 5;

/** 64 records of 32 bytes in and out again; every design does the same work. */
export function mailbox(): Bench {
  const bench = new Bench({ name: '64 records of 32 bytes, written and read by one thread', time: 300 });

  const shared = MailboxMemory.attach(MailboxMemory.standalone(CAPACITY, 1), 0);
  const writer = new MailboxWriter(shared, 0);
  const reader = new MailboxReader(shared);
  bench.add('mailbox, a frame of 64', () => {
    write(writer);
    reader.open();
    reader.release();
  });

  const own = MailboxMemory.attach(MailboxMemory.standalone(CAPACITY, 1), 0);
  const exclusive = new ExclusiveWriter(own);
  const ownReader = new MailboxReader(own);
  bench.add('mailbox with one writer, a frame of 64', () => {
    write(exclusive);
    ownReader.open();
    ownReader.release();
  });

  for (const batch of [1, 64]) {
    const options = { capacity: CAPACITY, batch };
    const buffer = new SharedArrayBuffer(LockedRing.bytes(options));
    const ring = LockedRing.create(buffer, 0, options);
    const locked = ring.writer(0);
    const lockedReader = ring.reader(0);
    bench.add(`ring under a lock, ${batch} a critical section`, () => {
      write(locked);
      while (lockedReader.open()) lockedReader.release();
    });
  }
  return bench;
}

function write(writer: RecordWriter): void {
  for (let i = 0; i < 64; i++) {
    const at = writer.reserve(RECORD_WORDS);
    writer.words[at] = 32;
    writer.words[at + 1] = i;
  }
  writer.flush();
}
