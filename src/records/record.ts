/**
 * The records that travel through RingMQ's mailboxes: what a message, an address and a request look like.
 *
 * Every record is a header word {payload bytes, tag} and its payload, padded to a word. The tag:
 *
 *     bit 0-3   type
 *     bit 4     PROPERTIES: the content starts with encoded properties
 *     bit 5     LARGE: the content lies in pages of the arena, the record says where
 *     bit 6     REDELIVERED
 *     bit 8-31  PUBLISH, ADDRESS: the number of the address
 *     bit 8-15  DELIVER: bytes of the exchange's name;  bit 16-23: bytes of the routing key
 *
 * A message on its way to the router and on its way to a consumer:
 *
 *     PUBLISH  │ header │ content │
 *     DELIVER  │ header │ exchange's name, routing key, padded │ content │
 *
 *     content  │ body │                                                    neither flag
 *              │ {properties bytes, 0} │ properties, padded │ body │       PROPERTIES
 *              │ {first page, properties bytes} │ {body bytes, 0} │        LARGE; the pages hold
 *                                                                          │ properties, padded │ body │
 *
 * So the content is the same in both, and the router copies it without looking at it. The length in the header is
 * exact: the body ends where the record does.
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
} as const;

export const TYPE_MASK = 0xf;
export const PROPERTIES_FLAG = 1 << 4;
export const LARGE_FLAG = 1 << 5;
export const REDELIVERED_FLAG = 1 << 6;
export const FLAGS_MASK = PROPERTIES_FLAG | LARGE_FLAG | REDELIVERED_FLAG;
/** First bit of an address, and of the length of a delivery's exchange name. */
export const ADDRESS_SHIFT = 8;
export const KEY_SHIFT = 16;

/** int32s of a record's header. */
export const HEADER_INT32S = 2;
/** Payload bytes of the content of a LARGE message. */
export const LARGE_BYTES = 16;

/**
 * Bytes of properties and body up to which a message travels in the ring. Above, it lies in pages: those are written
 * once and read in place, where the ring would copy it three times.
 */
export const INLINE_LIMIT = 2048;

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
