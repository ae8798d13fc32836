import { BLOCK_SHIFT, CLOSED_BIT, Mailbox, PADDING } from './layout.js';
import type { MailboxMemory } from './mailbox.js';

/**
 * Copies the records that the reader of a mailbox never opened, oldest first. Call it only when the reader is gone
 * or has stopped, and nobody writes.
 *
 * open() clears a frame's stamp, so a stamp that still stands says that the frame was not opened. What was opened
 * but not released may have been handled, and is left out.
 */
export function unopened(memory: MailboxMemory): { words: Int32Array; records: number } {
  const { control, stamps, words, capacity } = memory;
  const mask = capacity - 1;
  const tail = Atomics.load(control, Mailbox.TAIL) & ~CLOSED_BIT; // pairs with the claims
  const frames: Int32Array[] = [];
  let records = 0;
  let int32s = 0;
  // pairs with release(): everything between HEAD and TAIL still holds its frames
  for (let position = Atomics.load(control, Mailbox.HEAD); position !== tail; ) {
    const index = position & mask;
    const header = index << 1;
    const frame = words[header]!;
    // pairs with the commits
    const stamped = Atomics.load(stamps, index >>> BLOCK_SHIFT) === ((position + 1) | 0);
    if (stamped && words[header + 1] !== PADDING) {
      const count = words[header + 1]! & 0xffff;
      const end = recordsEnd(words, header + 2, count);
      frames.push(words.slice(header + 2, end));
      records += count;
      int32s += end - header - 2;
    }
    position = (position + frame) | 0;
  }
  const all = new Int32Array(int32s);
  let at = 0;
  for (const frame of frames) {
    all.set(frame, at);
    at += frame.length;
  }
  return { words: all, records };
}

/** Index behind the last of `count` records that start at `at`. */
function recordsEnd(words: Int32Array, at: number, count: number): number {
  for (; count > 0; count--) at += 2 + (((words[at]! + 7) >>> 3) << 1);
  return at;
}
