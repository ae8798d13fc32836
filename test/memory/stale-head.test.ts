import { expect, test } from 'vitest';
import { Mailbox, Slot, STALE_NOTE } from '#src/memory/layout.js';
import { MailboxMemory } from '#src/memory/mailbox.js';
import { MailboxReader } from '#src/memory/mailbox-reader.js';
import { MailboxWriter } from '#src/memory/mailbox-writer.js';

// A writer remembers HEAD. Positions wrap at 2^32, so after a long sleep what it remembers may look current again.

const CAPACITY = 128;

function write(writer: MailboxWriter, tag: number): boolean {
  const at = writer.reserve(7);
  if (at < 0) return false;
  writer.words[at] = 48;
  writer.words[at + 1] = tag;
  return writer.flush();
}

/** Moves an empty mailbox on to `position`, as 2^29 frames would, and lets its reader release across it. */
function fastForward(memory: MailboxMemory, position: number): void {
  memory.control[Mailbox.TAIL] = position | 0;
  memory.control[Mailbox.HEAD] = position | 0;
}

test.each([0x40000000, 0x80000000, 0xc0000000, 0x100000000])(
  'a release across position %d marks the idle writers',
  boundary => {
    const memory = MailboxMemory.attach(MailboxMemory.standalone(CAPACITY, 2, 0), 0);
    memory.attachWriter(1);
    memory.attachWriter(2);
    const busy = new MailboxWriter(memory, 1);
    fastForward(memory, boundary - 8);
    const reader = new MailboxReader(memory);
    write(busy, 1);
    write(busy, 2);
    while (reader.open());
    reader.release();
    expect(memory.control[memory.slotAt(0) + Slot.NOTE]).toBe(STALE_NOTE);
  },
);

test('a writer that slept through exactly 2^32 words does not overwrite what is unread', () => {
  const memory = MailboxMemory.attach(MailboxMemory.standalone(CAPACITY, 2, 0), 0);
  memory.attachWriter(1);
  memory.attachWriter(2);
  const sleeper = new MailboxWriter(memory, 0); // remembers HEAD = 0
  const busy = new MailboxWriter(memory, 1);
  fastForward(memory, -8);
  const reader = new MailboxReader(memory);
  write(busy, 1);
  while (reader.open());
  reader.release(); // HEAD passes 2^32 and stands at 0: just what the sleeper remembers
  let written = 0;
  while (write(busy, written)) written++;
  expect(written).toBe(CAPACITY / 8);
  // The ring is full. The reader frees a part of it, so that HEAD is not what the sleeper remembers ...
  expect(reader.open()).toBe(true);
  reader.release();
  // ... and the sleeper must find exactly one frame's room.
  expect(write(sleeper, 1000)).toBe(true);
  expect(write(sleeper, 1001)).toBe(false);
  const tags: number[] = [];
  while (reader.open()) tags.push(reader.words[reader.at + 1]!);
  expect(tags).toEqual([...Array.from({ length: written - 1 }, (_, i) => i + 1), 1000]);
});

test('a remembered HEAD from far ahead of the ring is refused until it was looked up again', () => {
  const memory = MailboxMemory.attach(MailboxMemory.standalone(CAPACITY, 1, 0), 0);
  memory.attachWriter(1);
  const sleeper = new MailboxWriter(memory, 0);
  fastForward(memory, 0x40000000);
  const reader = new MailboxReader(memory);
  expect(write(sleeper, 5)).toBe(true);
  expect(reader.open()).toBe(true);
  expect(reader.words[reader.at + 1]).toBe(5);
});
