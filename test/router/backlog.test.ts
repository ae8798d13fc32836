import { describe, expect, test } from 'vitest';
import { Backlog } from '#src/router/backlog.js';

/** Appends a record of `bytes` bytes that holds `number`. */
function append(backlog: Backlog, number: number, bytes = 8): void {
  const words = 1 + ((bytes + 7) >>> 3);
  const at = backlog.reserve(words);
  backlog.words[at] = bytes;
  backlog.words[at + 1] = 0;
  backlog.words[at + 2] = number;
}

function take(backlog: Backlog): number {
  const number = backlog.head[backlog.headAt + 2]!;
  backlog.shift();
  return number;
}

/** Records as a consumer gives them back. */
function records(...numbers: number[]): Int32Array {
  return Int32Array.from(numbers.flatMap(number => [8, 0, number, 0]));
}

describe('a backlog', () => {
  test('is first in, first out, over many segments and records of every length', () => {
    const backlog = new Backlog();
    for (let i = 0; i < 20_000; i++) append(backlog, i, 8 + (i % 500));
    append(backlog, 20_000, 300_000); // longer than a segment
    append(backlog, 20_001);
    expect(backlog.length).toBe(20_002);
    for (let i = 0; i < 20_002; i++) expect(take(backlog)).toBe(i);
    expect([backlog.length, backlog.bytes]).toEqual([0, 0]);
  });

  test('that is filled and emptied for a long time', () => {
    const backlog = new Backlog();
    let next = 0;
    let expected = 0;
    for (let round = 0; round < 300; round++) {
      for (let i = 0; i < 100 + ((round * 37) % 900); i++) append(backlog, next++);
      const taken = Math.min(backlog.length, (round * 53) % 1000);
      for (let i = 0; i < taken; i++) expect(take(backlog)).toBe(expected++);
      expect(backlog.bytes).toBe(backlog.length * 16);
    }
    while (backlog.length > 0) expect(take(backlog)).toBe(expected++);
    expect(expected).toBe(next);
  });

  test('takes records back at its front, also several times, and when it is empty', () => {
    const backlog = new Backlog();
    backlog.prepend(records(5, 6), 2);
    append(backlog, 7);
    backlog.prepend(records(3, 4), 2);
    backlog.prepend(records(), 0);
    append(backlog, 8);
    expect(take(backlog)).toBe(3);
    backlog.prepend(records(1, 2), 2);
    expect(backlog.length).toBe(7);
    expect(backlog.bytes).toBe(7 * 16);
    expect([1, 2, 4, 5, 6, 7, 8].map(() => take(backlog))).toEqual([1, 2, 4, 5, 6, 7, 8]);
    append(backlog, 9);
    expect(take(backlog)).toBe(9);
    expect(backlog.bytes).toBe(0);
  });
});
