import { BLOCK_SHIFT, CLOSED_BIT, Mailbox, PADDING, recordWords } from './layout.js';
import type { MailboxMemory } from './mailbox.js';

/** Records, one after the other. */
export interface Records {
  words: Int32Array;
  records: number;
}

/**
 * Copies the records that the reader of a mailbox did not take, oldest first. Call it only when the reader is gone
 * or has stopped, and nobody writes.
 *
 * open() clears a frame's stamp, so a stamp that still stands says that the frame was not opened. Of a frame that was
 * opened but not released anything may have been handled, unless its reader says how much.
 *
 * @param taken how many records of its open frame the reader took; 0 if it does not say, or has none open
 */
export function untaken(memory: MailboxMemory, taken: number): Records {
  const { control, stamps, words, capacity } = memory;
  const mask = capacity - 1;
  const tail = Atomics.load(control, Mailbox.TAIL) & ~CLOSED_BIT; // pairs with the claims
  const frames: Int32Array[] = [];
  let records = 0;
  // pairs with release(): everything between HEAD and TAIL still holds its frames
  for (let position = Atomics.load(control, Mailbox.HEAD); position !== tail; ) {
    const index = position & mask;
    const header = index << 1;
    const frame = words[header]!;
    // pairs with the commits
    const stamped = Atomics.load(stamps, index >>> BLOCK_SHIFT) === ((position + 1) | 0);
    if (words[header + 1] !== PADDING && (stamped || taken > 0)) {
      const count = words[header + 1]! & 0xffff;
      const skipped = stamped ? 0 : taken;
      const start = recordsEnd(words, header + 2, skipped);
      const end = recordsEnd(words, start, count - skipped);
      frames.push(words.slice(start, end));
      records += count - skipped;
    }
    position = (position + frame) | 0;
  }
  return { words: joined(frames), records };
}

/** Index behind the last of `count` records that start at `at`. */
export function recordsEnd(words: Int32Array, at: number, count: number): number {
  for (; count > 0; count--) at += recordWords(words[at]!) << 1;
  return at;
}

/** All parts, one after the other. */
export function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
