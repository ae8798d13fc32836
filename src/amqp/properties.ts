/**
 * Message properties, encoded as in the content header frame (AMQP 0-9-1, section 4.2.6.1):
 *
 *     flags:uint16   bit 15 for the first property below, bit 14 for the second, …; bits 1 and 0 are zero
 *     values         of those properties whose bit is set, in this order, without gaps
 *
 * The properties are those of the class `basic`, the only class that has any.
 */
import type { InvalidArgumentError } from '../errors.js';
import {
  dateSeconds,
  type FieldTable,
  type FieldValue,
  readFieldTable,
  tableByteLength,
  writeFieldTable,
} from './field-table.js';
import { invalidValue } from './invalid-value.js';
import { Reader } from './reader.js';
import { Writer } from './writer.js';

/** What a message carries beside its body. All are optional; one that is undefined counts as absent. */
export interface MessageProperties {
  /** MIME type of the body. Strings here have at most 255 bytes in UTF-8, except those in `headers`. */
  contentType?: string | undefined;
  /** MIME encoding of the body, such as `gzip`. */
  contentEncoding?: string | undefined;
  /** Named values; a `headers` exchange routes by them. */
  headers?: FieldTable | undefined;
  /** Whether a durable queue keeps the message on disk; no effect yet. AMQP's delivery-mode: true is 2, false is 1. */
  persistent?: boolean | undefined;
  /** 0 to 255; higher is delivered first, by a queue with priorities. */
  priority?: number | undefined;
  /** Which request this is the reply to. */
  correlationId?: string | undefined;
  /** The queue that replies should go to. */
  replyTo?: string | undefined;
  /** After how many milliseconds in a queue the message is dropped: an integer, or its decimal digits. */
  expiration?: string | number | undefined;
  messageId?: string | undefined;
  /** When the message was made: a Date (rounded down to seconds), or seconds since 1970. */
  timestamp?: Date | number | undefined;
  /** What kind of message it is, for the application. */
  type?: string | undefined;
  /** Who published the message. */
  userId?: string | undefined;
  appId?: string | undefined;
  /** Reserved: AMQP 0-9-1 says that it must be empty. It is passed through, and means nothing to RingMQ. */
  clusterId?: string | undefined;
}

/** Properties as decoded: `expiration` is a string, `timestamp` a number of seconds. */
export interface DecodedProperties extends MessageProperties {
  headers?: Record<string, FieldValue>;
  expiration?: string;
  timestamp?: number;
}

export const CONTENT_TYPE = 1 << 15;
export const CONTENT_ENCODING = 1 << 14;
export const HEADERS = 1 << 13;
export const DELIVERY_MODE = 1 << 12;
export const PRIORITY = 1 << 11;
export const CORRELATION_ID = 1 << 10;
export const REPLY_TO = 1 << 9;
export const EXPIRATION = 1 << 8;
const MESSAGE_ID = 1 << 7;
const TIMESTAMP = 1 << 6;
const TYPE = 1 << 5;
const USER_ID = 1 << 4;
const APP_ID = 1 << 3;
const CLUSTER_ID = 1 << 2;
/** Bit 0 announces a second flag word, bit 1 a fifteenth property; the class `basic` has neither. */
export const UNUSED_FLAGS = 0b11;

const TRANSIENT = 1;
const PERSISTENT = 2;

const FLAGS: ReadonlyMap<string, number> = new Map<keyof MessageProperties, number>([
  ['contentType', CONTENT_TYPE],
  ['contentEncoding', CONTENT_ENCODING],
  ['headers', HEADERS],
  ['persistent', DELIVERY_MODE],
  ['priority', PRIORITY],
  ['correlationId', CORRELATION_ID],
  ['replyTo', REPLY_TO],
  ['expiration', EXPIRATION],
  ['messageId', MESSAGE_ID],
  ['timestamp', TIMESTAMP],
  ['type', TYPE],
  ['userId', USER_ID],
  ['appId', APP_ID],
  ['clusterId', CLUSTER_ID],
]);

const DIGITS = /^[0-9]+$/;

/**
 * Writes flags and properties into `target` from `offset` on and returns the offset behind them. At least two
 * bytes are written. The target may lie in a SharedArrayBuffer.
 *
 * @throws InvalidArgumentError where a property is unknown or cannot be encoded, or the target is too small
 * (reserve propertiesByteLength); the bytes of the target from `offset` on are then undefined.
 */
export function encodeProperties(properties: MessageProperties, target: Uint8Array, offset: number): number {
  const flags = flagsOf(properties);
  const writer = new Writer(target, offset);
  writer.uint16(flags);
  if (flags & CONTENT_TYPE) writeShortString(writer, 'contentType', properties.contentType);
  if (flags & CONTENT_ENCODING) writeShortString(writer, 'contentEncoding', properties.contentEncoding);
  if (flags & HEADERS) writeFieldTable(writer, properties.headers!, ['headers']);
  if (flags & DELIVERY_MODE) writer.uint8(deliveryMode(properties.persistent));
  if (flags & PRIORITY) writer.uint8(checkedPriority(properties.priority));
  if (flags & CORRELATION_ID) writeShortString(writer, 'correlationId', properties.correlationId);
  if (flags & REPLY_TO) writeShortString(writer, 'replyTo', properties.replyTo);
  if (flags & EXPIRATION) writeShortString(writer, 'expiration', expirationDigits(properties.expiration));
  if (flags & MESSAGE_ID) writeShortString(writer, 'messageId', properties.messageId);
  if (flags & TIMESTAMP) writer.int64(timestampSeconds(properties.timestamp));
  if (flags & TYPE) writeShortString(writer, 'type', properties.type);
  if (flags & USER_ID) writeShortString(writer, 'userId', properties.userId);
  if (flags & APP_ID) writeShortString(writer, 'appId', properties.appId);
  if (flags & CLUSTER_ID) writeShortString(writer, 'clusterId', properties.clusterId);
  return writer.offset;
}

/**
 * The exact number of bytes that encodeProperties will write.
 *
 * @throws InvalidArgumentError where a property is unknown or cannot be encoded.
 */
export function propertiesByteLength(properties: MessageProperties): number {
  const flags = flagsOf(properties);
  let bytes = 2;
  if (flags & CONTENT_TYPE) bytes += shortStringByteLength('contentType', properties.contentType);
  if (flags & CONTENT_ENCODING) bytes += shortStringByteLength('contentEncoding', properties.contentEncoding);
  if (flags & HEADERS) bytes += tableByteLength(properties.headers!, ['headers']);
  if (flags & DELIVERY_MODE) {
    deliveryMode(properties.persistent);
    bytes += 1;
  }
  if (flags & PRIORITY) {
    checkedPriority(properties.priority);
    bytes += 1;
  }
  if (flags & CORRELATION_ID) bytes += shortStringByteLength('correlationId', properties.correlationId);
  if (flags & REPLY_TO) bytes += shortStringByteLength('replyTo', properties.replyTo);
  if (flags & EXPIRATION)
    bytes += shortStringByteLength('expiration', expirationDigits(properties.expiration));
  if (flags & MESSAGE_ID) bytes += shortStringByteLength('messageId', properties.messageId);
  if (flags & TIMESTAMP) {
    timestampSeconds(properties.timestamp);
    bytes += 8;
  }
  if (flags & TYPE) bytes += shortStringByteLength('type', properties.type);
  if (flags & USER_ID) bytes += shortStringByteLength('userId', properties.userId);
  if (flags & APP_ID) bytes += shortStringByteLength('appId', properties.appId);
  if (flags & CLUSTER_ID) bytes += shortStringByteLength('clusterId', properties.clusterId);
  return bytes;
}

/**
 * Reads the properties that take exactly the bytes from `offset` up to `end`. `persistent` is true for
 * delivery-mode 2, false for any other; a timestamp past 2^53 seconds is rounded to the nearest double.
 *
 * @throws MalformedDataError where the bytes are no such properties; no byte at or past `end` is read.
 */
export function decodeProperties(source: Uint8Array, offset: number, end: number): DecodedProperties {
  const reader = new Reader(source, offset, end);
  const flags = readFlags(reader);
  const properties: DecodedProperties = {};
  if (flags & CONTENT_TYPE) properties.contentType = reader.shortString();
  if (flags & CONTENT_ENCODING) properties.contentEncoding = reader.shortString();
  if (flags & HEADERS) properties.headers = readFieldTable(reader);
  if (flags & DELIVERY_MODE) properties.persistent = reader.uint8() === PERSISTENT;
  if (flags & PRIORITY) properties.priority = reader.uint8();
  if (flags & CORRELATION_ID) properties.correlationId = reader.shortString();
  if (flags & REPLY_TO) properties.replyTo = reader.shortString();
  if (flags & EXPIRATION) properties.expiration = reader.shortString();
  if (flags & MESSAGE_ID) properties.messageId = reader.shortString();
  if (flags & TIMESTAMP) properties.timestamp = reader.uint64();
  if (flags & TYPE) properties.type = reader.shortString();
  if (flags & USER_ID) properties.userId = reader.shortString();
  if (flags & APP_ID) properties.appId = reader.shortString();
  if (flags & CLUSTER_ID) properties.clusterId = reader.shortString();
  reader.finish();
  return properties;
}

/**
 * Reads the headers alone, or returns undefined where the properties have none. What follows the headers is
 * not looked at.
 *
 * @throws MalformedDataError where the bytes up to the end of the headers are malformed.
 */
export function decodeHeaders(
  source: Uint8Array,
  offset: number,
  end: number,
): Record<string, FieldValue> | undefined {
  const reader = new Reader(source, offset, end);
  const flags = readFlags(reader);
  if (!(flags & HEADERS)) return undefined;
  if (flags & CONTENT_TYPE) reader.skipShortString();
  if (flags & CONTENT_ENCODING) reader.skipShortString();
  return readFieldTable(reader);
}

function readFlags(reader: Reader): number {
  const start = reader.offset;
  const flags = reader.uint16();
  if (flags & UNUSED_FLAGS) {
    throw reader.malformed(
      start,
      `the property flags 0x${flags.toString(16)} name properties that do not exist`,
    );
  }
  return flags;
}

function flagsOf(properties: MessageProperties): number {
  let flags = 0;
  // Over the names that are there, not the fourteen possible: so that `deliveryMode: 2` does not get lost unseen.
  for (const name in properties) {
    const value: unknown = properties[name as keyof MessageProperties];
    if (value === undefined) continue;
    const flag = FLAGS.get(name);
    if (flag === undefined) throw unknownProperty(name, value);
    flags |= flag;
  }
  return flags;
}

function unknownProperty(name: string, value: unknown): InvalidArgumentError {
  const remedy =
    name === 'deliveryMode'
      ? 'Give persistent: true for delivery-mode 2, persistent: false for 1.'
      : `There is no such property. Put it into headers, or give one of ${[...FLAGS.keys()].join(', ')}.`;
  return invalidValue([name], value, remedy);
}

function writeShortString(writer: Writer, name: keyof MessageProperties, value: unknown): void {
  // No character takes less than one byte: refuse early, rather than write far past the property's place.
  if (typeof value !== 'string' || value.length > 255) throw invalidShortString(name, value);
  const start = writer.reserve(1);
  const bytes = writer.text(value);
  if (bytes > 255) throw invalidShortString(name, value);
  writer.target[start] = bytes;
}

function shortStringByteLength(name: keyof MessageProperties, value: unknown): number {
  if (typeof value !== 'string') throw invalidShortString(name, value);
  const bytes = Buffer.byteLength(value);
  if (bytes > 255) throw invalidShortString(name, value);
  return 1 + bytes;
}

function invalidShortString(name: keyof MessageProperties, value: unknown): InvalidArgumentError {
  return invalidValue(
    [name],
    value,
    typeof value === 'string'
      ? `It has ${Buffer.byteLength(value)} bytes in UTF-8; shorten it to 255, or put it into headers.`
      : 'Give a string of at most 255 bytes, or leave it out.',
  );
}

function deliveryMode(persistent: unknown): number {
  if (persistent === true) return PERSISTENT;
  if (persistent === false) return TRANSIENT;
  throw invalidValue(['persistent'], persistent, 'Give true or false, or leave it out.');
}

function checkedPriority(priority: unknown): number {
  if (typeof priority === 'number' && Number.isInteger(priority) && priority >= 0 && priority <= 255) {
    return priority;
  }
  throw invalidValue(['priority'], priority, 'Give an integer from 0 to 255, or leave it out.');
}

function expirationDigits(expiration: unknown): string {
  if (typeof expiration === 'number' && Number.isSafeInteger(expiration) && expiration >= 0) {
    return String(expiration);
  }
  if (typeof expiration === 'string' && DIGITS.test(expiration)) return expiration;
  throw invalidValue(
    ['expiration'],
    expiration,
    'Give milliseconds: an integer from 0 on or its decimal digits, or leave it out.',
  );
}

function timestampSeconds(timestamp: unknown): number {
  if (timestamp instanceof Date) return dateSeconds(timestamp, ['timestamp']);
  if (typeof timestamp === 'number' && Number.isInteger(timestamp) && timestamp >= 0 && timestamp < 2 ** 64) {
    return timestamp;
  }
  throw invalidValue(
    ['timestamp'],
    timestamp,
    'Give a Date, or an integer: seconds since 1970, as in Math.floor(Date.now() / 1000).',
  );
}
