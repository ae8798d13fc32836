import { describe, expect, test } from 'vitest';
import { PARKED } from '#src/memory/layout.js';
import { Locked, LockedCell } from '#src/queues/locked-layout.js';
import { LockedRing } from '#src/queues/locked-ring.js';
import type { LockedWriter } from '#src/queues/locked-writer.js';
import { opened, put } from './fixtures/records.mjs';

// A thread of the locked ring may die anywhere in its critical section; each state is built by hand.

const READERS = 3;

function ring(batch = 64): LockedRing {
  const options = { capacity: 256, readers: READERS, batch };
  return LockedRing.create(new SharedArrayBuffer(LockedRing.bytes(options)), 0, options);
}

/** Recovers the reader in `slot`; returns what it was told that reader had taken: {first, count} each. */
function heldBy(one: LockedRing, slot: number): [number, number][] {
  const told: [number, number][] = [];
  expect(one.recoverReader(slot, (first, count) => told.push([first, count]))).toBe(true);
  return told;
}

/** Writes records whose payloads begin with the numbers `from` to `to` - 1; returns their writer. */
function write(one: LockedRing, from: number, to: number): LockedWriter {
  const writer = one.writer(0);
  for (let i = from; i < to; i++) expect(put(writer, 1, i, 8)).toBe(true);
  expect(writer.flush()).toBe(true);
  return writer;
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
      const writer = write(one, 0, 3);
      heldByReader(one, 2, contended);
      one.control[one.cellAt(2) + LockedCell.READING] = 1; // its note, before HEAD moved
      expect(heldBy(one, 2)).toEqual([]);
      const reader = one.reader(0);
      const seen = [];
      while (reader.open()) seen.push(...opened(reader));
      reader.release();
      expect(seen.map(record => record.number)).toEqual([0, 1, 2]);
      expect(writer.released).toBe(writer.position);
    },
  );

  test('a reader that died with what it had taken, still in its critical section or behind it', () => {
    for (const locked of [true, false]) {
      const one = ring(batch);
      write(one, 7, 10);
      expect(one.reader(2).open()).toBe(true);
      if (locked) heldByReader(one, 2); // HEAD has moved, and there its thread ends
      const count = Math.min(batch, 3);
      expect(heldBy(one, 2)).toEqual([[7, count]]);
      expect(heldBy(one, 2), 'told once').toEqual([]);
      const reader = one.reader(0);
      const seen = [];
      while (reader.open()) seen.push(...opened(reader));
      expect(seen.map(record => record.number)).toEqual([7, 8, 9].slice(count));
    }
  });

  test('of several that a reader had not given back, those that it took last are told', () => {
    const one = ring(batch);
    const dead = one.reader(1);
    for (const from of [0, 10, 20]) {
      write(one, from, from + 1);
      expect(dead.open()).toBe(true);
      if (from === 0) dead.release();
    }
    expect(heldBy(one, 1)).toEqual([[20, 1]]);
  });

  test('a reader that gave everything back had nothing', () => {
    const one = ring(batch);
    write(one, 0, 1);
    const reader = one.reader(1);
    reader.open();
    reader.release();
    expect(heldBy(one, 1)).toEqual([]);
  });

  test('a reader that died before HEAD moved, and another that took the same records when a writer had released the lock', () => {
    const one = ring(batch);
    write(one, 7, 10);
    one.reader(2);
    heldByReader(one, 2);
    one.control[one.cellAt(2) + LockedCell.READING] = 1;
    const writer = one.writer(0, { spins: 0, isDead: owner => owner === 2 + 1 });
    expect(put(writer, 1, 10, 8)).toBe(true);
    expect(writer.flush()).toBe(true); // waits for a slice, and finds out
    const living = one.reader(0);
    expect(living.open(1)).toBe(true);
    expect(heldBy(one, 2)).toEqual([]);
    expect(opened(living)).toMatchObject([{ number: 7, intact: true }]);
    living.release();
    expect(heldBy(one, 2)).toEqual([]);
    expect(living.open(1)).toBe(true);
    expect(heldBy(one, 0), 'when that one dies, too').toEqual([[8, 1]]);
  });

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
