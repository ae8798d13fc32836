import { afterEach, describe, expect, test } from 'vitest';
import type { RecordReader } from '#src/memory/record-queue.js';
import { NO_ROOM } from '#src/memory/record-queue.js';
import { type Design, designs, type QueueOptions } from './fixtures/designs.mjs';
import { opened, put, randomFrom, SEED, type Seen, wordsOf } from './fixtures/records.mjs';

// One suite for every design, written against the interfaces in src/memory/record-queue.ts. Here one thread does
// everything; test/queues/threads has the threads.

const CAPACITY = 256;

/** Ports keep this process alive until they are closed. */
const open: { close?(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close?.();
});

function queue(design: Design, options: Partial<QueueOptions> = {}) {
  const made = design.make({ capacity: CAPACITY, writers: 1, ...options });
  const writer = design.openWriter(made.writers[0]!);
  const reader = design.openReader(made.readers[0]!);
  open.push(reader as { close?(): void });
  return { made, writer, reader };
}

function readAll(reader: RecordReader): Seen[] {
  const all: Seen[] = [];
  while (reader.open()) all.push(...opened(reader));
  reader.release();
  return all;
}

function numbers(seen: Seen[]): number[] {
  expect(seen.every(record => record.intact)).toBe(true);
  return seen.map(record => record.number);
}

function upTo(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}

describe.each(designs)('$name', design => {
  test('is empty at first', () => {
    const { reader } = queue(design);
    expect(reader.open()).toBe(false);
    expect(reader.ready()).toBe(false);
    expect(reader.ended).toBe(false);
  });

  test('shows nothing before flush, and everything after it, in order', () => {
    const { writer, reader } = queue(design);
    for (let i = 0; i < 5; i++) expect(put(writer, 7, i, 20)).toBe(true);
    if (design.name !== 'locked' && design.name !== 'message-port') expect(reader.open()).toBe(false);
    expect(writer.flush()).toBe(true);
    expect(reader.ready()).toBe(true);
    const seen = readAll(reader);
    expect(numbers(seen)).toEqual(upTo(5));
    expect(seen.every(record => record.writer === 7 && record.length === 20)).toBe(true);
    expect(reader.open()).toBe(false);
  });

  test('flushing nothing is no error and shows nothing', () => {
    const { writer, reader } = queue(design);
    expect(writer.flush()).toBe(true);
    expect(reader.open()).toBe(false);
  });

  test('takes records of every length up to its limit', () => {
    const { writer, reader } = queue(design);
    const longest = (writer.maxRecordWords - 1) * 8;
    for (let length = 4; length <= longest; length++) {
      expect(put(writer, 1, length, length)).toBe(true);
      expect(writer.flush()).toBe(true);
      const [record] = readAll(reader);
      expect(record).toEqual({ writer: 1, number: length, length, intact: true });
    }
    expect(put(writer, 1, 0, 0)).toBe(true);
    expect(writer.flush()).toBe(true);
    expect(readAll(reader)).toEqual([{ writer: 1, number: 0, length: 0, intact: true }]);
  });

  test('refuses a record beyond its limit and goes on', () => {
    const { writer, reader } = queue(design);
    expect(put(writer, 1, 0, 16)).toBe(true);
    expect(() => writer.reserve(CAPACITY + 1)).toThrow(RangeError);
    expect(put(writer, 1, 1, 16)).toBe(true);
    expect(writer.flush()).toBe(true);
    expect(numbers(readAll(reader))).toEqual([0, 1]);
  });

  test('says NO_ROOM when it is full, changes nothing then, and goes on when there is room', () => {
    const { writer, reader } = queue(design);
    let sent = 0;
    while (put(writer, 1, sent, 40)) sent++;
    expect(writer.reserve(wordsOf(40))).toBe(NO_ROOM);
    expect(writer.reserve(wordsOf(40))).toBe(NO_ROOM);
    const total = 3 * sent;
    const got: number[] = [];
    for (let rounds = 0; rounds < 100 && got.length < total; rounds++) {
      got.push(...numbers(readAll(reader)));
      while (sent < total && put(writer, 1, sent, 40)) sent++;
      writer.flush();
    }
    expect(got).toEqual(upTo(total));
  });

  test('holds at least half of its capacity', () => {
    const { writer } = queue(design);
    let sent = 0;
    while (put(writer, 1, sent, 24)) sent++;
    expect(sent * wordsOf(24)).toBeGreaterThanOrEqual(CAPACITY / 2);
  });

  test('keeps what several opens found until release', () => {
    const { writer, reader } = queue(design);
    const seen: { words: Int32Array; bytes: Uint8Array; at: number; count: number }[] = [];
    for (let i = 0; i < 4; i++) {
      expect(put(writer, 1, i, 24)).toBe(true);
      expect(writer.flush()).toBe(true);
    }
    while (reader.open()) {
      seen.push({ words: reader.words, bytes: reader.bytes, at: reader.at, count: reader.count });
    }
    while (put(writer, 2, 0, 24)) if (!writer.flush()) break;
    const all = seen.flatMap(one => opened(reader, one.words, one.bytes, one.at, one.count));
    expect(numbers(all)).toEqual(upTo(4));
    reader.release();
  });

  test('after close: nothing is accepted, what was flushed is read, then it has ended', () => {
    const { made, writer, reader } = queue(design);
    for (let i = 0; i < 3; i++) put(writer, 1, i, 16);
    expect(writer.flush()).toBe(true);
    if (made.close) made.close();
    else writer.close?.();
    expect(reader.ready()).toBe(true);
    expect(reader.ended).toBe(false);
    expect(put(writer, 1, 3, 16) && writer.flush()).toBe(false);
    expect(writer.closed).toBe(true);
    expect(numbers(readAll(reader))).toEqual(upTo(3));
    expect(reader.open()).toBe(false);
    expect(reader.ended).toBe(true);
    expect(reader.ready()).toBe(true);
  });

  test('an empty queue that is closed has ended', () => {
    const { made, writer, reader } = queue(design);
    if (made.close) made.close();
    else writer.close?.();
    expect(reader.ready()).toBe(true);
    expect(reader.open()).toBe(false);
    expect(reader.ended).toBe(true);
  });

  test('waiting returns at once where there is something, and after its time where there is not', () => {
    const { writer, reader } = queue(design);
    reader.await(1);
    expect(writer.awaitSpaceAsync()).toBeUndefined();
    writer.awaitSpace();
    put(writer, 1, 0, 8);
    writer.flush();
    reader.await();
    expect(reader.awaitAsync()).toBeUndefined();
    while (put(writer, 1, 1, 40) && writer.flush());
    writer.awaitSpace(1);
    expect(readAll(reader).length).toBeGreaterThan(1);
    writer.awaitSpace();
  });

  test('counts how often it slept, and whom it woke', async () => {
    const { writer, reader } = queue(design);
    reader.await(1);
    expect(reader.counters).toMatchObject({ sleeps: 1, wakes: 0 });
    put(writer, 1, 0, 8);
    writer.flush();
    reader.await();
    expect(reader.counters.sleeps).toBe(1);
    expect(writer.counters.wakesNeeded).toBe(0);
    readAll(reader);
    const record = reader.awaitAsync();
    put(writer, 1, 1, 8);
    writer.flush();
    await record;
    // The message port wakes an event loop by itself.
    const woken = design.name.startsWith('message-port') ? 0 : 1;
    expect(reader.counters.sleeps).toBe(1 + woken);
    expect(writer.counters).toMatchObject({ wakes: woken, wakesNeeded: woken, sleeps: 0 });
    const claims = design.name === 'mailbox' || design.name.startsWith('lock-free') ? 2 : 0;
    expect(writer.counters).toMatchObject({ claims, failedClaims: 0 });
    while (put(writer, 1, 2, 40) && writer.flush());
    writer.awaitSpace(1);
    expect(writer.counters.sleeps).toBe(1);
  });

  test('awaitAsync resolves when a record comes, and when the queue is closed', async () => {
    const { made, writer, reader } = queue(design);
    const record = reader.awaitAsync();
    expect(record).toBeDefined();
    put(writer, 1, 0, 8);
    writer.flush();
    await record;
    expect(numbers(readAll(reader))).toEqual([0]);
    const end = reader.awaitAsync();
    expect(end).toBeDefined();
    if (made.close) made.close();
    else writer.close?.();
    await end;
    expect(reader.ended).toBe(true);
  });

  test('awaitSpaceAsync resolves when the reader gives space back', async () => {
    const { writer, reader } = queue(design);
    let sent = 0;
    while (put(writer, 1, sent, 40)) sent++;
    const space = writer.awaitSpaceAsync();
    expect(space).toBeDefined();
    const got = numbers(readAll(reader));
    await space;
    expect(writer.flush()).toBe(true);
    expect(put(writer, 1, sent, 40)).toBe(true);
    expect(writer.flush()).toBe(true);
    expect([...got, ...numbers(readAll(reader))]).toEqual(upTo(sent + 1));
  });

  const starts = design.positions ? [0, 0x7fffffc0, -64, -512] : [0];
  test.each(starts)(`wraps around many times, with positions from %i (seed ${SEED})`, start => {
    const random = randomFrom(SEED);
    const { writer, reader } = queue(design, { capacity: 64, start: start | 0 });
    const longest = Math.min(200, (writer.maxRecordWords - 1) * 8);
    let sent = 0;
    const got: number[] = [];
    while (got.length < 3000) {
      for (let burst = random(12); burst > 0; burst--) {
        if (!put(writer, 3, sent, 4 + random(longest - 3))) break;
        sent++;
        if (random(3) === 0) writer.flush();
      }
      writer.flush();
      if (random(4) === 0) continue;
      if (reader.open()) got.push(...numbers(opened(reader)));
      if (random(3) > 0) got.push(...numbers(readAll(reader)));
    }
    while (!writer.flush()) got.push(...numbers(readAll(reader)));
    got.push(...numbers(readAll(reader)));
    expect(got).toEqual(upTo(sent));
  });
});
