/**
 * The records that travel through RingMQ's mailboxes: what a message, an address and a request look like.
 *
 * Every record is a header word {payload bytes, tag} and its payload, padded to a word. The tag:
 *
 *     bit 0-3   type
 *     bit 4     PROPERTIES: the content starts with encoded properties
 *     bit 5     LARGE: the body lies in pages of the arena, the record says where
 *     bit 6     REDELIVERED
 *     bit 7     DELIVER: TRACKED, it is to be acknowledged
 *     bit 8-23  PUBLISH, ADDRESS: the number of the address
 *     bit 8-15  DELIVER: bytes of the exchange's name;  bit 16-23: bytes of the routing key
 *     bit 24-26 PUBLISH: MANDATORY, CONFIRM, SPECIAL
 *     bit 27    DELIVER: DIED, it was dead-lettered before
 *
 * A message on its way to the router and on its way to a consumer:
 *
 *     PUBLISH  │ header │ content │
 *     DELIVER  │ header │ exchange's name, routing key, padded │ content │
 *     DELIVER  │ header │ {number, deliveries} │ exchange's name, routing key, padded │ content │     TRACKED
 *     RETURN   as a DELIVER without TRACKED: a mandatory message that no queue took, on its way back
 *
 *     content  │ body │                                                    neither flag
 *              │ {properties bytes, 0} │ properties, padded │ body │       PROPERTIES
 *              │ {first page, bytes of the properties there} │ {body bytes, own bytes} │ own properties, padded │
 *                                                                          LARGE; the pages hold
 *                                                                          │ properties, padded │ body │
 *
 * The content is the same on both ways, so the router copies it without looking at it. A large body whose properties
 * the router had to change keeps its pages: the changed properties travel in the record and count instead of those
 * in the pages. The length in the header is exact: the body ends where the record does.
 *
 *     SETTLE   │ header │ {consumer, milliseconds} │ {first, last} │       the outcome in bit 8-15
 *     TAKEN    │ header │ {consumer, first} │ {first in the ring, count} │
 *     CONFIRM  │ header │ {first, last} │                                  bit 8: they were refused
 */
export const RecordType = {
  PUBLISH: 1,
  /** Gives an exchange and a routing key the number by which the session's publishes name them. */
  ADDRESS: 2,
  /** A request to the router, as `v8.serialize` writes it. */
  REQUEST: 3,
  DELIVER: 4,
  /** The router's answer to a request, or a notice without one. */
  REPLY: 5,
  /** What a consumer did with messages `first` to `last`. */
  SETTLE: 6,
  /** A consumer took messages out of a ring that it shares; it numbers them from `first` on. */
  TAKEN: 7,
  /** Publishes up to `last` were accepted by their queues, or `first` to `last` were refused. */
  CONFIRM: 8,
  RETURN: 9,
} as const;

/** What becomes of a message that a consumer settles. */
export const Outcome = {
  ACK: 0,
  /** Back to its queue, at its place. */
  REQUEUE: 1,
  /** To the dead-letter exchange, or dropped. */
  REJECT: 2,
  /** Back to its queue, some milliseconds later. */
  RETRY: 3,
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

export const TYPE_MASK = 0xf;
export const PROPERTIES_FLAG = 1 << 4;
export const LARGE_FLAG = 1 << 5;
export const REDELIVERED_FLAG = 1 << 6;
export const TRACKED_FLAG = 1 << 7;
/** This broker dead-lettered the message before: its `x-death` is the broker's. */
export const DIED_FLAG = 1 << 27;
/** The flags of a message that stay with it from queue to queue. */
export const FLAGS_MASK = PROPERTIES_FLAG | LARGE_FLAG | REDELIVERED_FLAG | DIED_FLAG;
/** The publisher wants the message back if no queue takes it. */
export const MANDATORY_FLAG = 1 << 24;
/** The publisher wants to hear that the queues accepted the message. */
export const CONFIRM_FLAG = 1 << 25;
/** The router must read the properties: they hold `expiration`, `priority`, or the headers CC or BCC. */
export const SPECIAL_FLAG = 1 << 26;
/** First bit of an address, of the length of a delivery's exchange name, and of an outcome. */
export const ADDRESS_SHIFT = 8;
export const ADDRESS_MASK = 0xffff;
export const KEY_SHIFT = 16;
/** In the tag of a CONFIRM: the messages were refused. */
export const REFUSED_FLAG = 1 << 8;

/** Payload bytes of SETTLE and TAKEN, and of CONFIRM. */
export const SETTLE_BYTES = 16;
export const CONFIRM_BYTES = 8;

/** int32s of a record's header. */
export const HEADER_INT32S = 2;
/** int32s of the word of a TRACKED delivery: {number, deliveries}. */
export const TRACKED_INT32S = 2;
/** Payload bytes of the content of a LARGE message, without properties of its own. */
export const LARGE_BYTES = 16;

/**
 * Bytes of properties and body up to which a message travels in the ring. Above, it lies in pages: those are written
 * once and read in place, where the ring would copy it three times.
 */
export const INLINE_LIMIT = 2048;

/** Index of the first int32 of the content of a DELIVER record. */
export function contentAt(words: Int32Array, record: number): number {
  const tag = words[record + 1]!;
  const names = ((tag >>> ADDRESS_SHIFT) & 0xff) + ((tag >>> KEY_SHIFT) & 0xff);
  const tracked = (tag & TRACKED_FLAG) === 0 ? 0 : TRACKED_INT32S;
  return record + HEADER_INT32S + tracked + paddedInt32s(names);
}

/** Bytes of the body in a content of `contentBytes` bytes. */
export function bodyLength(words: Int32Array, content: number, contentBytes: number, flags: number): number {
  if ((flags & LARGE_FLAG) !== 0) return words[content + 2]!;
  return (flags & PROPERTIES_FLAG) === 0 ? contentBytes : contentBytes - 8 - wordAligned(words[content]!);
}

/** `bytes`, rounded up to a whole word. */
export function wordAligned(bytes: number): number {
  return (bytes + 7) & -8;
}

/** int32s that `bytes` bytes take, padded to a word. */
export function paddedInt32s(bytes: number): number {
  return ((bytes + 7) >>> 3) << 1;
}

/**
 * Copies whole words between two views. A loop of int32s, not of float64s: ECMAScript lets an engine change the
 * bits of a NaN when it stores one, and a body may hold any bits. Up to 768 bytes it also beats `set`, which needs a
 * view of the source first (docs/decisions/0002).
 *
 * @param count int32s, an even number
 */
export function copyInt32s(
  source: Int32Array,
  from: number,
  target: Int32Array,
  to: number,
  count: number,
): void {
  if (count > LOOP_INT32S) {
    target.set(source.subarray(from, from + count), to);
    return;
  }
  for (let i = 0; i < count; i += 2) {
    target[to + i] = source[from + i]!;
    target[to + i + 1] = source[from + i + 1]!;
  }
}

/** Up to here the loop is quicker. */
const LOOP_INT32S = 192;
