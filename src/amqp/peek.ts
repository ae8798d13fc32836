/**
 * Reads single properties out of encoded ones (their layout: properties.ts), for the router: it looks at every
 * message, so nothing is decoded that is not asked for, and no object is made. The source may be shared memory.
 *
 * Positions only grow, so one check at the last of them covers all bytes read before it.
 */
import { type MalformedDataError, PreconditionFailedError } from '../errors.js';
import { shown } from './invalid-value.js';
import {
  CONTENT_ENCODING,
  CONTENT_TYPE,
  CORRELATION_ID,
  DELIVERY_MODE,
  EXPIRATION,
  HEADERS,
  PRIORITY,
  REPLY_TO,
  UNUSED_FLAGS,
} from './properties.js';
import { Reader } from './reader.js';

/** The longest time that messages and queues can be given, in milliseconds: ten years (`check_expiry` in `rabbit_misc`). */
export const LONGEST_EXPIRY = 315_360_000_000;

const ZERO = 0x30;

/**
 * Whether the properties have headers.
 *
 * @throws MalformedDataError where no flags of properties lie between `offset` and `end`.
 */
export function hasHeaders(source: Uint8Array, offset: number, end: number): boolean {
  return (readFlags(source, offset, end) & HEADERS) !== 0;
}

/**
 * The priority, 0 to 255; undefined where the message has none.
 *
 * @throws MalformedDataError where the bytes up to the priority are no properties.
 */
export function readPriority(source: Uint8Array, offset: number, end: number): number | undefined {
  const flags = readFlags(source, offset, end);
  if ((flags & PRIORITY) === 0) return undefined;
  const at = skipToPriority(source, offset, flags);
  if (!(at < end)) throw malformed(source, offset, end);
  return source[at];
}

/**
 * The expiration in milliseconds; undefined where the message has none.
 *
 * Valid are decimal digits up to ten years, as RabbitMQ's channel has it (`check_expiration_header` in
 * `rabbit_channel`, "Time-to-Live and Expiration", section "Per-Message TTL in Publishers").
 *
 * @throws PreconditionFailedError where the expiration is anything else.
 * @throws MalformedDataError where the bytes up to the expiration are no properties.
 */
export function readExpiration(source: Uint8Array, offset: number, end: number): number | undefined {
  const flags = readFlags(source, offset, end);
  if ((flags & EXPIRATION) === 0) return undefined;
  let at = skipToPriority(source, offset, flags);
  if (flags & PRIORITY) at += 1;
  if (flags & CORRELATION_ID) at += 1 + source[at]!;
  if (flags & REPLY_TO) at += 1 + source[at]!;
  const start = at + 1;
  const stop = start + source[at]!;
  if (!(stop <= end)) throw malformed(source, offset, end);
  let milliseconds = 0;
  for (let i = start; i < stop; i++) {
    const digit = source[i]! - ZERO;
    if (digit < 0 || digit > 9) throw invalidExpiration(source, start, stop);
    milliseconds = milliseconds * 10 + digit;
  }
  if (start === stop || milliseconds > LONGEST_EXPIRY) throw invalidExpiration(source, start, stop);
  return milliseconds;
}

function readFlags(source: Uint8Array, offset: number, end: number): number {
  const flags = (source[offset]! << 8) | source[offset + 1]!;
  if (offset + 2 > end || (flags & UNUSED_FLAGS) !== 0) throw malformed(source, offset, end);
  return flags;
}

/** The offset behind the delivery mode. It may lie anywhere past the source, or be NaN, if the bytes are malformed. */
function skipToPriority(source: Uint8Array, offset: number, flags: number): number {
  let at = offset + 2;
  if (flags & CONTENT_TYPE) at += 1 + source[at]!;
  if (flags & CONTENT_ENCODING) at += 1 + source[at]!;
  if (flags & HEADERS) at += 4 + readUint32(source, at);
  if (flags & DELIVERY_MODE) at += 1;
  return at;
}

function readUint32(source: Uint8Array, at: number): number {
  return ((source[at]! << 24) | (source[at + 1]! << 16) | (source[at + 2]! << 8) | source[at + 3]!) >>> 0;
}

function malformed(source: Uint8Array, offset: number, end: number): MalformedDataError {
  return new Reader(source, offset, end).malformed(
    offset,
    `the ${end - offset} bytes from here on are no properties, or only a part of some`,
  );
}

function invalidExpiration(source: Uint8Array, start: number, stop: number): PreconditionFailedError {
  const text = Buffer.from(source.subarray(start, stop)).toString();
  return new PreconditionFailedError(
    `The expiration of the message is ${shown(text)}. ` +
      `Give milliseconds in decimal digits, from 0 to ${LONGEST_EXPIRY} (ten years), or leave it out.`,
  );
}
