import { describe, expect, test } from 'vitest';
import { BLOCK_SHIFT, Mailbox, PADDING, Slot, STALE_NOTE } from '#src/memory/layout.js';
import { MailboxMemory } from '#src/memory/mailbox.js';
import { MailboxReader } from '#src/memory/mailbox-reader.js';
import { MailboxWriter } from '#src/memory/mailbox-writer.js';
import { deadClaim } from '#src/memory/recovery.js';

// Every state in which a writer can die, built by hand; see src/memory/recovery.ts for what is claimed of each.

const CAPACITY = 128;

/** A mailbox with writers in the threads 1 to 4 (slots 0 to 3), whose positions start at `start`. */
function mailbox(start = 0) {
  const memory = MailboxMemory.attach(MailboxMemory.standalone(CAPACITY, 4, start), 0);
  for (let thread = 1; thread <= 4; thread++) memory.attachWriter(thread);
  return {
    memory,
    reader: new MailboxReader(memory),
    note(slot: number, position: number, words: number) {
      memory.control[memory.slotAt(slot) + Slot.NOTE_WORDS] = words;
      memory.control[memory.slotAt(slot) + Slot.NOTE] = (position + 1) | 0;
    },
    claim(position: number, words: number) {
      expect(memory.control[Mailbox.TAIL]).toBe(position | 0);
      memory.control[Mailbox.TAIL] = (position + words) | 0;
    },
    commit(position: number, words: number, count: number = PADDING) {
      const index = position & (CAPACITY - 1);
      memory.words[index * 2] = words;
      memory.words[index * 2 + 1] = count;
      memory.stamps[index >>> BLOCK_SHIFT] = (position + 1) | 0;
    },
    die(slot: number) {
      expect(memory.markDead(slot + 1)).toBe(1);
    },
    claimAt: (position: number) => deadClaim(memory, position),
  };
}

describe.each([0, 0x7fffffc0, -64])('positions from %i', start => {
  test('nothing is claimed: nothing to skip, whoever is dead', () => {
    const box = mailbox(start);
    box.die(0);
    expect(box.claimAt(start)).toBe(0);
    expect(box.reader.recover()).toBe(false);
  });

  test('dead between note and claim: nothing to skip', () => {
    const box = mailbox(start);
    box.note(0, start, 16);
    box.die(0);
    expect(box.claimAt(start)).toBe(0);
  });

  test('dead between claim and commit: its frame is skipped, and the ring goes on', () => {
    const box = mailbox(start);
    box.note(0, start, 16);
    box.claim(start, 16);
    expect(box.claimAt(start), 'while it lives').toBe(0);
    box.die(0);
    expect(box.claimAt(start)).toBe(16);
    const writer = new MailboxWriter(box.memory, 1);
    writer.words[writer.reserve(1)] = 0;
    expect(writer.flush()).toBe(true);
    expect(box.reader.open()).toBe(false);
    expect(box.reader.recover()).toBe(true);
    expect(box.reader.open()).toBe(true);
    expect(box.reader.count).toBe(1);
    expect(box.reader.recover()).toBe(false);
    box.reader.release();
    expect(box.memory.control[Mailbox.HEAD]).toBe((start + 24) | 0);
  });

  test('dead between commit and clearing its note: the frame is read, not skipped', () => {
    const box = mailbox(start);
    box.note(0, start, 8);
    box.claim(start, 8);
    box.commit(start, 8, 1);
    box.die(0);
    expect(box.claimAt(start)).toBe(0);
    expect(box.reader.open()).toBe(true);
  });

  test('two dead candidates with one length', () => {
    const box = mailbox(start);
    box.note(0, start, 24);
    box.note(1, start, 24);
    box.claim(start, 24);
    box.die(0);
    expect(box.claimAt(start), 'the other may be the owner').toBe(0);
    box.die(1);
    expect(box.claimAt(start)).toBe(24);
  });

  test.each([
    [8, 24],
    [24, 8],
  ])('two dead candidates, the owner claimed %i words, the other wanted %i; nothing behind', (own, other) => {
    const box = mailbox(start);
    box.note(0, start, own);
    box.note(1, start, other);
    box.claim(start, own);
    box.die(0);
    box.die(1);
    expect(box.claimAt(start)).toBe(own);
  });

  test.each([
    [8, 24],
    [24, 8],
  ])('the owner claimed %i words, the other wanted %i; a committed frame behind', (own, other) => {
    const box = mailbox(start);
    box.note(0, start, own);
    box.note(1, start, other);
    box.claim(start, own);
    box.claim(start + own, 32);
    box.commit(start + own, 32);
    box.die(0);
    box.die(1);
    expect(box.claimAt(start)).toBe(own);
  });

  test.each([
    [8, 24],
    [24, 8],
  ])('the owner claimed %i words, the other wanted %i; a living claim behind', (own, other) => {
    const box = mailbox(start);
    box.note(0, start, own);
    box.note(1, start, other);
    box.claim(start, own);
    box.note(2, start + own, 16);
    box.claim(start + own, 16);
    box.die(0);
    box.die(1);
    expect(box.claimAt(start)).toBe(own);
  });

  test('the shorter of two lengths ends inside the frame: TAIL never stood there', () => {
    const box = mailbox(start);
    box.note(0, start, 32);
    box.note(1, start, 8);
    box.claim(start, 32);
    box.note(2, start + 32, 8);
    box.claim(start + 32, 8);
    for (const slot of [0, 1, 2]) box.die(slot);
    expect(box.claimAt(start)).toBe(32);
    expect(box.claimAt(start + 32)).toBe(8);
  });

  test('two dead frames one after the other, three dead candidates', () => {
    const box = mailbox(start);
    box.note(0, start, 16);
    box.note(1, start, 24);
    box.claim(start, 16);
    box.note(2, start + 16, 8);
    box.claim(start + 16, 8);
    for (const slot of [0, 1, 2]) box.die(slot);
    // 24 words would end where TAIL stands: only the shortest that ends where TAIL once stood is right.
    expect(box.claimAt(start)).toBe(16);
    expect(box.claimAt(start + 16)).toBe(8);
    expect(box.reader.recover() && box.reader.recover()).toBe(true);
    expect(box.reader.position).toBe((start + 24) | 0);
    expect(box.reader.recover()).toBe(false);
  });

  test('a living candidate makes the answer wait until its note is gone', () => {
    const box = mailbox(start);
    box.note(0, start, 16);
    box.note(1, start, 8);
    box.claim(start, 16);
    box.die(0);
    expect(box.claimAt(start)).toBe(0);
    box.note(1, start + 16, 8); // it lost, and tries again behind
    expect(box.claimAt(start)).toBe(16);
    box.note(1, start, 8);
    box.memory.control[box.memory.slotAt(1) + Slot.NOTE] = 0; // or it gave up
    expect(box.claimAt(start)).toBe(16);
  });

  test('a stale mark is no note', () => {
    const box = mailbox(start);
    box.note(0, start, 16);
    box.memory.control[box.memory.slotAt(1) + Slot.NOTE] = STALE_NOTE;
    box.claim(start, 16);
    box.die(0);
    expect(box.claimAt(start)).toBe(16);
  });

  test('a closed mailbox is recovered too, and then ends', () => {
    const box = mailbox(start);
    box.note(0, start, 16);
    box.claim(start, 16);
    box.memory.close();
    box.die(0);
    expect(box.reader.ended).toBe(false);
    expect(box.reader.recover()).toBe(true);
    expect(box.reader.ended).toBe(true);
  });
});

test('dead before it committed the padding at the end of the ring', () => {
  const box = mailbox(CAPACITY - 16);
  box.note(0, CAPACITY - 16, 16);
  box.claim(CAPACITY - 16, 16);
  box.die(0);
  expect(box.reader.recover()).toBe(true);
  expect(box.reader.position & (CAPACITY - 1)).toBe(0);
  const writer = new MailboxWriter(box.memory, 1);
  writer.words[writer.reserve(1)] = 0;
  writer.flush();
  expect(box.reader.open()).toBe(true);
});

test('dead between the padding and the frame for which it made it', () => {
  const box = mailbox(CAPACITY - 16);
  box.note(0, CAPACITY - 16, 16);
  box.claim(CAPACITY - 16, 16);
  box.commit(CAPACITY - 16, 16);
  box.note(0, CAPACITY, 24);
  box.claim(CAPACITY, 24);
  box.die(0);
  expect(box.reader.open(), 'skips the padding').toBe(false);
  expect(box.reader.recover()).toBe(true);
  expect(box.reader.position).toBe(CAPACITY + 24);
});

test('a slot with a note of its last life is harmless once it is detached', () => {
  const box = mailbox();
  box.note(0, 0, 16);
  box.die(0);
  box.memory.detachWriter(0);
  box.note(1, 0, 8);
  box.claim(0, 8);
  box.die(1);
  expect(box.claimAt(0)).toBe(8);
});
