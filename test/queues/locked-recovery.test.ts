import { describe, expect, test } from 'vitest';
import { PARKED } from '#src/memory/layout.js';
import { Locked, LockedCell } from '#src/queues/locked-layout.js';
import { LockedRing } from '#src/queues/locked-ring.js';
import { opened, put } from './fixtures/records.mjs';

// A thread of the locked ring may die anywhere in its critical section; each state is built by hand.

const READERS = 3;

function ring(batch = 64): LockedRing {
  const options = { capacity: 256, readers: READERS, batch };
  return LockedRing.create(new SharedArrayBuffer(LockedRing.bytes(options)), 0, options);
}

/** The lock, as a reader in `slot` holds it; `contended` if others wait. */
function heldByReader(one: LockedRing, slot: number, contended = false): void {
  one.control[Locked.LOCK] = ((slot + 1) << 1) | (contended ? 1 : 0);
}

describe.each([1, 64])('batch %i', batch => {
  test.each([false, true])(
    'a reader that died with the lock and had changed nothing; contended: %s',
    contended => {
      const one = ring(batch);
      const writer = one.writer(0);
      for (let i = 0; i < 3; i++) put(writer, 1, i, 8);
      writer.flush();
      heldByReader(one, 2, contended);
      one.control[one.cellAt(2) + LockedCell.READING] = 1; // its note, before HEAD moved
      expect(one.recoverReader(2)).toBe(true);
      const reader = one.reader(0);
      const seen = [];
      while (reader.open()) seen.push(...opened(reader));
      reader.release();
      expect(seen.map(record => record.number)).toEqual([0, 1, 2]);
      expect(writer.released).toBe(writer.position);
    },
  );

  test('a writer that died with the lock and had copied half of its records', () => {
    const one = ring(batch);
    const writer = one.writer(0);
    put(writer, 1, 0, 8);
    writer.flush();
    one.words.fill(-1, 4, 40); // behind TAIL: not there for anybody
    one.control[Locked.LOCK] = (READERS + 5 + 1) << 1;
    expect(one.recoverWriter(5)).toBe(true);
    put(writer, 1, 1, 8);
    expect(writer.flush()).toBe(true);
    const reader = one.reader(0);
    const seen = [];
    while (reader.open()) seen.push(...opened(reader));
    expect(seen).toEqual([0, 1].map(number => ({ writer: 1, number, length: 8, intact: true })));
  });
});

test('a dead reader holds what it read until it is recovered', () => {
  const one = ring();
  const writer = one.writer(0);
  put(writer, 1, 0, 8);
  writer.flush();
  const before = writer.released;
  one.reader(1).open();
  expect(writer.released).toBe(before);
  one.recoverReader(1);
  expect(writer.released).toBe(writer.position);
});

test('recovery releases the lock in the name of the dead only', () => {
  const one = ring();
  heldByReader(one, 0);
  one.recoverReader(1);
  one.recoverWriter(0);
  expect(one.control[Locked.LOCK]).toBe(1 << 1);
});

test('a dead reader that had been woken passes the wake-up on', async () => {
  const one = ring();
  const asleep = one.reader(1);
  const wait = asleep.awaitAsync();
  one.sleepers.announce(0); // reader 0 sleeps too, so that the writer wakes it alone
  const other = one.sleepers.sleepAsync(0);
  const writer = one.writer(0);
  put(writer, 1, 0, 8);
  writer.flush();
  await other; // woken, and there its thread ends
  expect(one.control[one.cellAt(1) + LockedCell.BELL]).toBe(PARKED);
  one.recoverReader(0);
  await wait;
  expect(asleep.open()).toBe(true);
});
