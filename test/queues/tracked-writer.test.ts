import { afterEach, describe, expect, test } from 'vitest';
import { Bell } from '#src/memory/bell.js';
import type { TrackedWriter } from '#src/memory/record-queue.js';
import { designs } from './fixtures/designs.mjs';
import { put } from './fixtures/records.mjs';

// What the router asks of the writers that it feeds consumers with.

const open: { close?(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close?.();
});

describe.each(designs.filter(design => design.tracked))('$name', design => {
  function queue() {
    const made = design.make({ capacity: 256, writers: 1, readers: 2 });
    const words = new Int32Array(new SharedArrayBuffer(4));
    const reader = design.openReader(made.readers[0]!, { spaceBell: new Bell(words, 0) });
    const writer = design.openWriter(made.writers[0]!) as TrackedWriter;
    open.push(reader as { close?(): void });
    return { writer, reader, words };
  }

  test('released follows position, but not before release()', () => {
    const { writer, reader } = queue();
    const positions: number[] = [];
    for (let i = 0; i < 3; i++) {
      put(writer, 1, i, 40);
      writer.flush();
      positions.push(writer.position);
    }
    expect((positions[1]! - positions[0]!) | 0).toBeGreaterThan(0);
    expect((writer.released - positions[0]!) | 0).toBeLessThan(0);
    reader.open();
    expect((writer.released - positions[0]!) | 0).toBeLessThan(0);
    reader.release();
    expect((writer.released - positions[0]!) | 0).toBeGreaterThanOrEqual(0);
    while (reader.open());
    reader.release();
    expect((writer.released - positions[2]!) | 0).toBeGreaterThanOrEqual(0);
  });

  test('hasSpace is false in a full queue, and true again once it is empty', () => {
    const { writer, reader } = queue();
    expect(writer.hasSpace).toBe(true);
    for (let i = 0; put(writer, 1, i, 40); ) i++;
    expect(writer.hasSpace).toBe(false);
    while (reader.open()) reader.release();
    expect(writer.hasSpace).toBe(true);
  });

  test('when hasSpace says so, the longest record fits', () => {
    const { writer, reader } = queue();
    const longest = (writer.maxRecordWords - 1) * 8;
    for (let round = 0; round < 50; round++) {
      for (let i = 0; put(writer, 1, i, 8 * (round % 5)); ) i++;
      while (!writer.hasSpace && reader.open()) reader.release();
      expect(writer.flush()).toBe(true);
      while (!writer.hasSpace && reader.open()) reader.release();
      expect(put(writer, 1, 0, longest)).toBe(true);
      expect(writer.flush()).toBe(true);
      while (reader.open()) reader.release();
    }
  });

  test('a release rings the bell once for each time it was asked for', () => {
    const { writer, reader, words } = queue();
    const bell = new Bell(words, 0);
    for (let i = 0; put(writer, 1, i, 40); ) i++;
    bell.announce();
    while (reader.open()) reader.release();
    expect(Atomics.load(words, 0)).toBe(1);
    writer.flush();
    for (let i = 0; put(writer, 1, i, 40); ) i++;
    writer.askForBell();
    while (reader.open()) reader.release();
    expect(Atomics.load(words, 0)).toBe(0);
    bell.announce();
    writer.flush();
    while (reader.open()) reader.release();
    expect(Atomics.load(words, 0)).toBe(1);
  });
});
