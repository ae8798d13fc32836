import { bodyLength, contentAt, HEADER_INT32S, LARGE_FLAG, paddedInt32s } from '../records/record.js';

/**
 * A message as the router keeps it, while it waits in a queue and until it is settled. In int32s:
 *
 *     [0] sequence    order of arrival in its queue; wraps, so compare with isOlder()
 *     [1] bit 0-23    how many deliveries of it failed;  bit 24-31: priority level
 *     [2] expiry      low 32 bits  ┐ milliseconds on the router's clock; 0: never
 *     [3]             high bits    ┘
 *     [4] header      payload bytes ┐
 *     [5]             tag           │ a DELIVER record (src/records/record.ts), ready to be copied to a consumer
 *     [6] names, content, padded    ┘
 *
 * All functions take the memory and the index of [0] in it.
 */
export const META_INT32S = 4;

const DELIVERIES_MASK = 0xffffff;
const LEVEL_SHIFT = 24;
const TWO_TO_32 = 2 ** 32;

/** int32s of a stored message: meta, header and payload. */
export function storedInt32s(words: Int32Array, at: number): number {
  return META_INT32S + HEADER_INT32S + paddedInt32s(words[at + META_INT32S]!);
}

/** Writes the meta of a message that was never delivered. For the expiry see setExpiry(). */
export function writeMeta(
  words: Int32Array,
  at: number,
  sequence: number,
  level: number,
  expiry: number,
): void {
  words[at] = sequence;
  words[at + 1] = level << LEVEL_SHIFT;
  setExpiry(words, at, expiry);
}

export function sequenceOf(words: Int32Array, at: number): number {
  return words[at]!;
}

/** Whether sequence `a` came before `b`. The two are less than 2^31 apart. */
export function isOlder(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

export function levelOf(words: Int32Array, at: number): number {
  return words[at + 1]! >>> LEVEL_SHIFT;
}

export function deliveriesOf(words: Int32Array, at: number): number {
  return words[at + 1]! & DELIVERIES_MASK;
}

/** Counts one more failed delivery, up to 2^24 - 1. */
export function countDelivery(words: Int32Array, at: number): void {
  if (deliveriesOf(words, at) < DELIVERIES_MASK) words[at + 1]!++;
}

/** When the message expires, in milliseconds on the router's clock; 0: never. */
export function expiryOf(words: Int32Array, at: number): number {
  return words[at + 3]! * TWO_TO_32 + (words[at + 2]! >>> 0);
}

/** @param expiry whole milliseconds on the router's clock; 0: never */
export function setExpiry(words: Int32Array, at: number, expiry: number): void {
  if (expiry === 0) {
    words[at + 2] = 0;
    words[at + 3] = 0;
    return;
  }
  words[at + 2] = expiry;
  words[at + 3] = Math.floor(expiry / TWO_TO_32);
}

/** Whether the body lies in pages of the arena. */
export function isLarge(words: Int32Array, at: number): boolean {
  return (words[at + META_INT32S + 1]! & LARGE_FLAG) !== 0;
}

/** Bytes of the body, without properties, wherever it lies. */
export function bodyBytes(words: Int32Array, at: number): number {
  const record = at + META_INT32S;
  const content = contentAt(words, record);
  const contentBytes = words[record]! - (content - record - HEADER_INT32S) * 4;
  return bodyLength(words, content, contentBytes, words[record + 1]!);
}
