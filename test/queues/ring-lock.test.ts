import { describe, expect, test } from 'vitest';
import type { Lock } from '#src/queues/lock.js';
import { Locked } from '#src/queues/locked-layout.js';
import { LockedRing, type LockedRingOptions } from '#src/queues/locked-ring.js';
import { RING_LOCKS } from '#src/queues/ring-lock.js';
import { opened, put } from './fixtures/records.mjs';

function ring(options: Partial<LockedRingOptions>): LockedRing {
  const all = { capacity: 64, readers: 2, ...options };
  return LockedRing.create(new SharedArrayBuffer(LockedRing.bytes(all)), 0, all);
}

/** A lock around another one, which says what it is asked for. */
function listening(calls: string[]) {
  return (lock: Lock): Lock => ({
    get contended() {
      return lock.contended;
    },
    acquire() {
      calls.push('acquire');
      lock.acquire();
    },
    release() {
      calls.push('release');
      lock.release();
    },
  });
}

describe.each(RING_LOCKS)('%s', lock => {
  test('whoever attaches to a ring knows its lock', () => {
    const made = ring({ lock, writers: 3 });
    const attached = LockedRing.attach(made.control.buffer as SharedArrayBuffer, 0);
    expect(attached.lock).toBe(lock);
    expect(attached.writers).toBe(3);
    expect(attached.words.byteOffset).toBe(made.words.byteOffset);
    expect(put(made.writer(2), 1, 7, 16)).toBe(true);
  });

  test('readers and writers use the lock that is put around the ring’s own', () => {
    const calls: string[] = [];
    const wrap = listening(calls);
    const one = ring({ lock });
    const writer = one.writer(0, { wrap });
    const reader = one.reader(0, { lock: { wrap } });
    put(writer, 1, 7, 16);
    writer.flush();
    expect(calls).toEqual(['acquire', 'release']);
    expect(reader.open()).toBe(true);
    expect(opened(reader)).toMatchObject([{ writer: 1, number: 7, intact: true }]);
    expect(calls).toEqual(['acquire', 'release', 'acquire', 'release']);
  });
});

test('with none, the ring leaves the lock’s word alone', () => {
  const one = ring({ lock: 'none' });
  let during = -1;
  const look = (lock: Lock): Lock => ({
    ...lock,
    release() {
      during = one.control[Locked.LOCK]!;
      lock.release();
    },
  });
  const writer = one.writer(0, { wrap: look });
  put(writer, 1, 7, 16);
  expect(writer.flush()).toBe(true);
  expect(during).toBe(0);
});

test('the futex ring is where it always was', () => {
  const options = { capacity: 64, readers: 2 };
  expect(LockedRing.bytes({ ...options, writers: 100 })).toBe(LockedRing.bytes(options));
  expect(ring({}).control[Locked.LOCK_KIND]).toBe(0);
});

describe('refused, with the reason', () => {
  test('a lock that there is not', () => {
    const lock = 'mutex' as 'futex';
    expect(() => ring({ lock })).toThrow(/futex, spin, ticket, mcs, none, not mutex/);
  });

  test.each([0, -1, 1.5, Number.NaN])('%d writers', writers => {
    expect(() => ring({ lock: 'mcs', writers })).toThrow(RangeError);
  });

  test('a writer that an MCS lock has no node for', () => {
    const one = ring({ lock: 'mcs', writers: 2 });
    expect(() => one.writer(2)).toThrow('Writer slot 2 of 2 does not exist');
    expect(() => one.writer(-1)).toThrow(RangeError);
    expect(() => ring({ lock: 'ticket', writers: 2 }).writer(2)).not.toThrow();
  });

  test.each(['spin', 'ticket', 'mcs', 'none'] as const)('the recovery of a ring under %s', lock => {
    const one = ring({ lock });
    const reason = `A ring under the lock ${lock} cannot be recovered`;
    expect(() => one.recoverReader(0)).toThrow(reason);
    expect(() => one.recoverWriter(0)).toThrow(reason);
    expect(() => one.writer(0, { isDead: () => true })).toThrow(reason);
    expect(() => one.reader(0, { lock: { isDead: () => true } })).toThrow(reason);
  });
});
