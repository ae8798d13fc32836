import { expect } from 'vitest';
import { HEADER_INT32S, paddedInt32s, RecordType } from '#src/records/record.js';
import { META_INT32S, sequenceOf, storedInt32s, writeMeta } from '#src/router/stored-message.js';

/** int32s of a stored message with a payload of `bytes`. */
export function int32sOf(bytes: number): number {
  return META_INT32S + HEADER_INT32S + paddedInt32s(bytes);
}

/** Writes a message whose payload can be told from its sequence. */
export function store(words: Int32Array, at: number, sequence: number, bytes: number, level = 0): void {
  writeMeta(words, at, sequence, level, 0);
  words[at + META_INT32S] = bytes;
  words[at + META_INT32S + 1] = RecordType.DELIVER;
  words.fill(Math.imul(sequence, 0x9e3779b1), at + META_INT32S + HEADER_INT32S, at + int32sOf(bytes));
}

/** The sequence of the message at `at`; fails if the message is not as store() wrote it. */
export function sequenceAt(words: Int32Array, at: number): number {
  const sequence = sequenceOf(words, at);
  const end = at + storedInt32s(words, at);
  for (let i = at + META_INT32S + HEADER_INT32S; i < end; i++) {
    if (words[i] !== Math.imul(sequence, 0x9e3779b1)) expect.fail(`message ${sequence} was overwritten`);
  }
  return sequence;
}

/** The numbers from 0 to `length` - 1 in an order that looks random, and is the same every time. */
export function shuffled(length: number): number[] {
  const numbers = Array.from({ length }, (_, i) => i);
  let state = 1;
  for (let i = length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [numbers[i], numbers[j]] = [numbers[j]!, numbers[i]!];
  }
  return numbers;
}
