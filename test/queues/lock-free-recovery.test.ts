import { describe, expect, test } from 'vitest';
import { LockFree, MAX_HELD, ReaderCell, WriterCell } from '#src/queues/lock-free-layout.js';
import { LockFreeRing } from '#src/queues/lock-free-ring.js';
import { opened, put } from './fixtures/records.mjs';

// Every state in which a reader or writer of the lock-free ring can die, built by hand.

const SLOTS = 4;

function ring(start: number): LockFreeRing {
  const options = { slots: SLOTS, slotWords: 16, readers: 4, writers: 4, start };
  return LockFreeRing.create(new SharedArrayBuffer(LockFreeRing.bytes(options)), 0, options);
}

function noteOfReader(one: LockFreeRing, slot: number, position: number | undefined, i = 0): void {
  one.control[one.readerAt(slot) + ReaderCell.HELD + i] = position === undefined ? 0 : (position + 1) | 0;
}

function noteOfWriter(one: LockFreeRing, slot: number, position: number | undefined): void {
  one.control[one.writerAt(slot) + WriterCell.NOTE] = position === undefined ? 0 : (position + 1) | 0;
}

/** Recovers the reader in `slot`: whether that is done, and what it was told: {first, count} of each slot. */
function recovered(one: LockFreeRing, slot: number): { done: boolean; held: [number, number][] } {
  const held: [number, number][] = [];
  const done = one.recoverReader(slot, (first, count) => held.push([first, count]));
  return { done, held: held.sort(([a], [b]) => a - b) };
}

const NOTHING = { done: true, held: [] };

function write(one: LockFreeRing, count: number): void {
  const writer = one.writer(0);
  for (let i = 0; i < count; i++) {
    expect(put(writer, 1, i, 8)).toBe(true);
    expect(writer.flush()).toBe(true);
  }
}

function sequence(one: LockFreeRing, position: number): number {
  return (one.sequences[one.sequenceAt(position)]! - position) | 0;
}

describe.each([0, 0x7ffffffc, -4])('positions from %i', start => {
  test('a reader that died holding a slot: it is freed, and the ring goes on', () => {
    const one = ring(start);
    write(one, SLOTS);
    one.reader(0).open(); // and there its thread ends
    const other = one.reader(1);
    while (other.open()) other.release();
    expect(one.writer(1).hasSpace).toBe(false);
    expect(recovered(one, 0)).toEqual({ done: true, held: [[0, 1]] });
    expect(recovered(one, 0), 'told once').toEqual(NOTHING);
    expect(sequence(one, start)).toBe(2 * SLOTS);
    expect(one.released).toBe((start + 2 * SLOTS) | 0);
    write(one, SLOTS);
  });

  test('a reader that died holding several', () => {
    const one = ring(start);
    write(one, SLOTS);
    const dead = one.reader(0);
    for (let i = 0; i < 3; i++) expect(dead.open()).toBe(true);
    expect(one.released).toBe(start | 0);
    expect(recovered(one, 0)).toEqual({
      done: true,
      held: [
        [0, 1],
        [1, 1],
        [2, 1],
      ],
    });
    for (let i = 0; i < 3; i++) expect(sequence(one, start + 2 * i)).toBe(2 * SLOTS);
    expect(sequence(one, start + 6)).toBe(1);
  });

  test('a reader that died between its note and its claim: nobody loses anything', () => {
    const one = ring(start);
    write(one, 1);
    one.reader(0);
    noteOfReader(one, 0, start);
    expect(recovered(one, 0)).toEqual(NOTHING);
    expect(sequence(one, start)).toBe(1);
    const other = one.reader(1);
    expect(other.open()).toBe(true);
    expect(opened(other)).toHaveLength(1);
  });

  test('the dead one lost the claim to a living reader, which still reads', () => {
    const one = ring(start);
    write(one, 1);
    const living = one.reader(1);
    expect(living.open()).toBe(true);
    one.reader(0);
    noteOfReader(one, 0, start);
    expect(recovered(one, 0), 'the living one may be the holder').toEqual({ done: false, held: [] });
    expect(sequence(one, start)).toBe(1);
    living.release();
    expect(recovered(one, 0)).toEqual(NOTHING);
    expect(sequence(one, start)).toBe(2 * SLOTS);
  });

  test('the dead one held it, and a living reader that lost the claim goes its way', () => {
    const one = ring(start);
    write(one, 1);
    one.reader(0).open();
    one.reader(1);
    noteOfReader(one, 1, start);
    expect(recovered(one, 0)).toEqual({ done: false, held: [] });
    noteOfReader(one, 1, undefined);
    expect(recovered(one, 0)).toEqual({ done: true, held: [[0, 1]] });
    expect(sequence(one, start)).toBe(2 * SLOTS);
  });

  test('two dead with one note: freed once, whoever held it', () => {
    const one = ring(start);
    write(one, 1);
    one.reader(0).open();
    one.reader(1);
    noteOfReader(one, 1, start);
    expect(recovered(one, 0), 'the other is not known to be dead yet').toEqual({ done: false, held: [] });
    expect(recovered(one, 1)).toEqual({ done: true, held: [[0, 1]] });
    expect(sequence(one, start)).toBe(2 * SLOTS);
    write(one, SLOTS); // over the same slot: it is full again, and must stay so
    expect(recovered(one, 0)).toEqual(NOTHING);
    expect(sequence(one, start + 2 * SLOTS)).toBe(1);
  });

  test('a reader that died between freeing its slot and clearing its note', () => {
    const one = ring(start);
    write(one, 1);
    const dead = one.reader(0);
    dead.open();
    dead.release();
    noteOfReader(one, 0, start);
    expect(recovered(one, 0)).toEqual(NOTHING);
    expect(sequence(one, start)).toBe(2 * SLOTS);
  });

  test('a reader that died with a frame of several records', () => {
    const one = ring(start);
    const writer = one.writer(0);
    for (let number = 5; number < 9; number++) expect(put(writer, 1, number, 8)).toBe(true);
    expect(writer.flush()).toBe(true);
    one.reader(0).open();
    expect(recovered(one, 0)).toEqual({ done: true, held: [[5, 4]] });
  });

  test('a writer that died between claim and commit: its slot becomes an empty frame', () => {
    const one = ring(start);
    noteOfWriter(one, 1, start);
    one.control[LockFree.TAIL] = (start + 2) | 0;
    one.words[one.slotAt(start) + 1] = 9; // what it had written so far
    write(one, 1);
    const reader = one.reader(0);
    expect(reader.open()).toBe(false);
    expect(one.recoverWriter(1)).toBe(true);
    expect(reader.open()).toBe(true);
    expect(opened(reader).map(record => record.number)).toEqual([0]);
    reader.release();
    expect(one.released).toBe((start + 4) | 0);
    write(one, SLOTS);
  });

  test('a writer that died between note and claim, or after its commit: nothing happens', () => {
    const one = ring(start);
    noteOfWriter(one, 1, start);
    expect(one.recoverWriter(1)).toBe(true);
    expect(sequence(one, start)).toBe(0);
    write(one, 1);
    noteOfWriter(one, 1, start);
    expect(one.recoverWriter(1)).toBe(true);
    expect(sequence(one, start)).toBe(1);
    const reader = one.reader(0);
    expect(reader.open()).toBe(true);
    expect(opened(reader)).toHaveLength(1);
  });

  test('a living writer with the same note may be the one that fills the slot', () => {
    const one = ring(start);
    noteOfWriter(one, 1, start);
    noteOfWriter(one, 2, start);
    one.control[LockFree.TAIL] = (start + 2) | 0;
    expect(one.recoverWriter(1)).toBe(false);
    noteOfWriter(one, 2, undefined);
    expect(one.recoverWriter(1)).toBe(true);
    expect(sequence(one, start)).toBe(1);
  });
});

test('a reader that holds many slots copies what comes beyond, and all stays readable', () => {
  const options = { slots: 64, slotWords: 16, readers: 1, writers: 1 };
  const one = LockFreeRing.create(new SharedArrayBuffer(LockFreeRing.bytes(options)), 0, options);
  write(one, 40);
  const reader = one.reader(0);
  const seen: { words: Int32Array; bytes: Uint8Array; at: number; count: number }[] = [];
  while (reader.open())
    seen.push({ words: reader.words, bytes: reader.bytes, at: reader.at, count: reader.count });
  expect(seen.length).toBeGreaterThan(MAX_HELD);
  const numbers = seen.flatMap(({ words, bytes, at, count }) => opened(reader, words, bytes, at, count));
  expect(numbers.map(record => record.number)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  expect(one.released).toBe(0);
  reader.release();
  expect(one.released).toBe(80);
});
