import type { Message } from '../client/message.js';

/**
 * What every compared message carries in front of its content, so that the receiver can tell what was lost, doubled,
 * reordered or changed:
 *
 *     int32  0          1     2          3          4      5      6 …
 *            ┌──────────┬─────┬──────────┬──────────┬─────────────┬─────────┐
 *            │ publisher│ key │ sequence │ checksum │ sent at     │ content │
 *            └──────────┴─────┴──────────┴──────────┴─────────────┴─────────┘
 *                                                     float64
 *
 * `sequence` counts the publisher's messages. `sent at` is the time in milliseconds (clock.ts) in every 64th message
 * and 0 in the others: looking at the clock costs as much as publishing.
 *
 * The checksum is the sum of every int32 but itself times its weight, and of the length times its own: a word that
 * changed or moved changes the sum, and whoever changes one word can correct the sum without reading the others.
 */
export const Envelope = { PUBLISHER: 0, KEY: 1, SEQUENCE: 2, CHECKSUM: 3, SENT_AT: 4, CONTENT: 6 } as const;

export const ENVELOPE_BYTES = Envelope.CONTENT * 4;

/** One of so many messages of a publisher carries the time. */
export const SAMPLE_EVERY = 64;

const LENGTH_WEIGHT = 0x9e3779b1 | 0;

/** The weight of the int32 at `index`: odd, so that no change of one word goes unnoticed. */
export function weight(index: number): number {
  return 2 * index + 1;
}

/** The checksum of an envelope, given the sum of its content. */
export function envelopeSum(
  publisher: number,
  key: number,
  sequence: number,
  sentAtLow: number,
  sentAtHigh: number,
  bytes: number,
  contentSum: number,
): number {
  return (
    (contentSum +
      publisher +
      Math.imul(key, 3) +
      Math.imul(sequence, 5) +
      Math.imul(sentAtLow, 9) +
      Math.imul(sentAtHigh, 11) +
      Math.imul(bytes, LENGTH_WEIGHT)) |
    0
  );
}

/** Up to here reading in place is quicker than making two views: 137 against 120 ns for 256 bytes, 18 against 67 for 32. */
const IN_PLACE_BYTES = 256;

/** The checksum that a message in a ring should carry. */
export function checksumOfMessage(message: Message): number {
  const bytes = message.length;
  if (bytes > IN_PLACE_BYTES) {
    const { buffer, byteOffset } = message.body;
    return checksumOfWords(new Int32Array(buffer, byteOffset, (bytes + 3) >>> 2), 0, bytes);
  }
  const whole = bytes & -4;
  let sum = 0;
  for (let at = ENVELOPE_BYTES; at < whole; at += 4) {
    sum = (sum + Math.imul((at >>> 1) + 1, message.int32At(at))) | 0;
  }
  if (whole < bytes) {
    let last = 0;
    for (let at = whole; at < bytes; at++) last |= message.uint8At(at) << ((at - whole) << 3);
    sum = (sum + Math.imul((whole >>> 1) + 1, last)) | 0;
  }
  return envelopeSum(
    message.int32At(0),
    message.int32At(4),
    message.int32At(8),
    message.int32At(16),
    message.int32At(20),
    bytes,
    sum,
  );
}

/** The checksum of a body of `bytes` bytes that starts at `words[at]`. What lies behind it may be anything. */
export function checksumOfWords(words: Int32Array, at: number, bytes: number): number {
  return envelopeSum(
    words[at]!,
    words[at + Envelope.KEY]!,
    words[at + Envelope.SEQUENCE]!,
    words[at + Envelope.SENT_AT]!,
    words[at + Envelope.SENT_AT + 1]!,
    bytes,
    contentSum(words, at, bytes),
  );
}

/** The content's part of the checksum. */
export function contentSum(words: Int32Array, at: number, bytes: number): number {
  const whole = bytes >>> 2;
  let sum = 0;
  for (let index: number = Envelope.CONTENT; index < whole; index++) {
    sum = (sum + Math.imul(2 * index + 1, words[at + index]!)) | 0;
  }
  const rest = bytes & 3;
  if (rest > 0) {
    const last = words[at + whole]! & ((1 << (rest << 3)) - 1);
    sum = (sum + Math.imul(2 * whole + 1, last)) | 0;
  }
  return sum;
}

/**
 * Spreads a checksum, so that sums of them tell a message that is missing beside one that came twice: those of
 * neighbours in a sequence would cancel each other out.
 */
export function spread(checksum: number): number {
  const mixed = Math.imul(checksum ^ (checksum >>> 15), 0x2c1b3c6d);
  return Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
}
