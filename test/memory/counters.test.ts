import { expect, test } from 'vitest';
import { explore, reachable } from '#explore/index.js';
import { Bell } from '#src/memory/bell.js';
import { QueueCounters } from '#src/memory/counters.js';
import { MailboxMemory } from '#src/memory/mailbox.js';
import { MailboxReader } from '#src/memory/mailbox-reader.js';
import { MailboxWriter } from '#src/memory/mailbox-writer.js';
import { LockFreeRing } from '#src/queues/lock-free-ring.js';

const FRAMES = 2;

/** Sends records of nothing but their header, a frame each. */
function send(writer: ReturnType<LockFreeRing['writer']> | MailboxWriter, frames = FRAMES): QueueCounters {
  for (let i = 0; i < frames; i++) {
    writer.words[writer.reserve(1)] = 0;
    writer.flush();
  }
  return writer.counters;
}

test('a bell counts a wait that slept, and a wake-up that woke somebody', async () => {
  const counters = new QueueCounters();
  const bell = new Bell(new Int32Array(new SharedArrayBuffer(4)), 0, counters);
  bell.sleep(1);
  expect(bell.sleepAsync()).toBeUndefined();
  expect(counters.sleeps).toBe(0);
  bell.announce();
  bell.sleep(1);
  expect(counters.sleeps).toBe(1);
  const woken = bell.sleepAsync();
  expect(counters.sleeps).toBe(2);
  bell.ring();
  await woken;
  expect(counters).toMatchObject({ wakes: 1, wakesNeeded: 1 });
  bell.ring();
  expect(counters.wakes).toBe(1);
  bell.wake();
  expect(counters).toMatchObject({ wakes: 2, wakesNeeded: 1 });
});

test('padding is a claim, too', () => {
  const memory = MailboxMemory.attach(MailboxMemory.standalone(64, 1, 56), 0);
  const writer = new MailboxWriter(memory, 0);
  for (let i = 0; i < 2; i++) writer.words[writer.reserve(5)] = 32;
  expect(writer.flush()).toBe(true);
  expect(writer.counters).toMatchObject({ claims: 2, failedClaims: 0 });
});

// In every interleaving of two: a try is a frame, or it failed; and some fail.

test('of two writers of a mailbox, each counts its tries to claim', () => {
  const writer = (slot: number) => (buffer: SharedArrayBuffer) => {
    const { claims, failedClaims } = send(new MailboxWriter(MailboxMemory.attach(buffer, 0), slot));
    if (failedClaims > 0) reachable('failed');
    return claims - failedClaims;
  };
  const { violation, complete } = explore({
    name: 'claims of a mailbox',
    setup: () => MailboxMemory.standalone(64, 2),
    threads: { a: writer(0), b: writer(1) },
    reachable: ['failed'],
    check: ({ results }) => expect(results).toEqual({ a: FRAMES, b: FRAMES }),
  });
  expect(violation).toBeUndefined();
  expect(complete).toBe(true);
});

test('of two writers and two readers of a lock-free ring, each counts its tries to claim', () => {
  const options = { slots: 4, slotWords: 16, readers: 2, writers: 2 };
  const writer = (slot: number) => (buffer: SharedArrayBuffer) => {
    const { claims, failedClaims } = send(LockFreeRing.attach(buffer, 0).writer(slot), 1);
    if (failedClaims > 0) reachable('a writer failed');
    return claims - failedClaims;
  };
  const reader = (slot: number) => (buffer: SharedArrayBuffer) => {
    const found = LockFreeRing.attach(buffer, 0).reader(slot);
    const opened = Number(found.open());
    found.release();
    const { claims, failedClaims } = found.counters;
    if (failedClaims > 0) reachable('a reader failed');
    return claims - failedClaims - opened;
  };
  const { violation, complete } = explore(
    {
      name: 'claims of a lock-free ring',
      setup() {
        const buffer = new SharedArrayBuffer(LockFreeRing.bytes(options));
        LockFreeRing.create(buffer, 0, options);
        return buffer;
      },
      threads: { a: writer(0), b: writer(1), c: reader(0), d: reader(1) },
      reachable: ['a writer failed', 'a reader failed'],
      check: ({ results }) => expect(results).toEqual({ a: 1, b: 1, c: 0, d: 0 }),
    },
    { preemptions: 2 },
  );
  expect(violation).toBeUndefined();
  expect(complete).toBe(true);
});

test('a writer that waits for space, and the reader that gives it back', async () => {
  const memory = MailboxMemory.attach(MailboxMemory.standalone(64, 1), 0);
  const writer = new MailboxWriter(memory, 0, { records: 1 });
  const other = MailboxMemory.attach(memory.words.buffer as SharedArrayBuffer, 0);
  const reader = new MailboxReader(other);
  send(writer, 8);
  writer.words[writer.reserve(1)] = 0;
  writer.awaitSpace(1);
  expect(writer.counters.sleeps).toBe(1);
  const space = writer.awaitSpaceAsync();
  expect(writer.counters.sleeps).toBe(2);
  while (reader.open()) reader.release();
  await space;
  expect(reader.counters).toMatchObject({ wakes: 1, wakesNeeded: 1, sleeps: 0 });
  expect(writer.counters).toMatchObject({ claims: 8, failedClaims: 0, wakes: 0 });
});
