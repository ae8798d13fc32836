import { describe, expect, test } from 'vitest';
import { MAX_LINEAGE, Mailbox, mailboxShape, Slot } from '#src/memory/layout.js';
import { MailboxMemory } from '#src/memory/mailbox.js';

function mailbox(writers = 3, start = 0): MailboxMemory {
  return MailboxMemory.attach(MailboxMemory.standalone(128, writers, start), 0);
}

test('attach sees what create made, at any offset', () => {
  const shape = mailboxShape(256, 5);
  const buffer = new SharedArrayBuffer(1024 + shape.bytes);
  MailboxMemory.create(buffer, 1024, 256, 5, 64);
  const memory = MailboxMemory.attach(buffer, 1024);
  expect(memory.capacity).toBe(256);
  expect(memory.writers).toBe(5);
  expect(memory.words.length).toBe(512);
  expect(memory.stamps.length).toBe(32);
  expect(memory.control[Mailbox.TAIL]).toBe(64);
  expect(memory.control[Mailbox.HEAD]).toBe(64);
});

test('create clears what lay in the memory before', () => {
  const shape = mailboxShape(64, 2);
  const buffer = new SharedArrayBuffer(shape.bytes);
  new Uint8Array(buffer).fill(0xff);
  const memory = MailboxMemory.create(buffer, 0, 64, 2);
  expect(memory.closed).toBe(false);
  expect(memory.stamps.every(stamp => stamp === 0)).toBe(true);
  expect(memory.attachWriter(9)).toBe(0);
});

describe('writer slots', () => {
  test('each writer gets one, until they are all taken; a detached one is taken again', () => {
    const memory = mailbox();
    expect([7, 8, 9, 10].map(thread => memory.attachWriter(thread))).toEqual([0, 1, 2, -1]);
    memory.detachWriter(1);
    expect(memory.writerThread(1)).toBeUndefined();
    expect(memory.attachWriter(10)).toBe(1);
    expect(memory.writerThread(1)).toBe(10);
  });

  test('one thread may have several, and thread 0 counts', () => {
    const memory = mailbox();
    expect(memory.attachWriter(0)).toBe(0);
    expect(memory.attachWriter(0)).toBe(1);
    expect(memory.writerThread(0)).toBe(0);
    expect(memory.markDead(0)).toBe(2);
  });

  test('markDead marks every writer of a thread, once', () => {
    const memory = mailbox();
    memory.attachWriter(7);
    memory.attachWriter(8);
    memory.attachWriter(7);
    expect(memory.markDead(7)).toBe(2);
    expect(memory.markDead(7)).toBe(0);
    expect([0, 1, 2].map(slot => memory.isDead(slot))).toEqual([true, false, true]);
    expect(memory.writerThread(0)).toBeUndefined();
    memory.detachWriter(0);
    expect(memory.isDead(0)).toBe(false);
  });

  test('a dead slot is not given away before it is detached', () => {
    const memory = mailbox(1);
    memory.attachWriter(7);
    memory.markDead(7);
    expect(memory.attachWriter(8)).toBe(-1);
    memory.detachWriter(0);
    expect(memory.attachWriter(8)).toBe(0);
  });

  test('a thread takes along the threads that it had created, directly or not', () => {
    const memory = mailbox(4);
    memory.attachWriter(5, [1, 3]);
    memory.attachWriter(6, [1]);
    memory.attachWriter(3, [1]);
    memory.attachWriter(9, [2]);
    expect(memory.markDead(3)).toBe(2);
    expect([0, 1, 2, 3].map(slot => memory.isDead(slot))).toEqual([true, false, true, false]);
    expect(memory.markDead(1)).toBe(1);
    expect(memory.isDead(3)).toBe(false);
  });

  test("a slot's next owner does not inherit its last owner's ancestors", () => {
    const memory = mailbox(1);
    memory.attachWriter(5, [1, 2, 3]);
    memory.detachWriter(0);
    memory.attachWriter(6, [4]);
    expect(memory.markDead(2)).toBe(0);
    expect(memory.markDead(4)).toBe(1);
  });

  test('a lineage may be as long as a slot has room, and stays in its cell', () => {
    const memory = mailbox(2);
    memory.attachWriter(
      99,
      Array.from({ length: MAX_LINEAGE }, (_, i) => i + 100),
    );
    expect(memory.attachWriter(50)).toBe(1);
    expect(memory.markDead(100 + MAX_LINEAGE - 1)).toBe(1);
    expect(memory.control[memory.slotAt(1) + Slot.OWNER]).toBe(51);
  });
});

test('close is seen by everyone, once and for all, wherever TAIL stands', () => {
  for (const start of [0, 64, 0x7fffffc0, -64]) {
    const memory = mailbox(1, start);
    expect(memory.closed).toBe(false);
    memory.close();
    expect(memory.closed).toBe(true);
    memory.close();
    expect(memory.closed).toBe(true);
    expect(memory.tail).toBe(start | 0);
  }
});

test('wakeWriters tells who had asked, once', () => {
  const memory = mailbox();
  Atomics.or(memory.control, Mailbox.SPACE, 3);
  expect(memory.wakeWriters()).toBe(3);
  expect(memory.wakeWriters()).toBe(0);
});
