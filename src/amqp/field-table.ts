/**
 * Field tables: the named values of message headers and of the arguments of queues, exchanges and bindings.
 *
 *     table  = length:uint32  { name:short string  value }
 *     array  = length:uint32  { value }
 *     value  = tag:uint8  what the tag says
 *
 * The tags are RabbitMQ's, which differ from the ones printed in AMQP 0-9-1, section 4.2.1; no broker or client
 * in use follows the print (RabbitMQ, "AMQP 0-9-1 Errata", section 3, "Field types").
 *
 * | tag         | on the wire             | decoded as                         | encoded from                      |
 * | ----------- | ----------------------- | ---------------------------------- | --------------------------------- |
 * | t           | uint8, 0 is false       | boolean                            | boolean                           |
 * | b B s u i   | int8 … uint32           | number                             | never                             |
 * | I           | int32                   | number                             | integer of 32 bits                |
 * | l           | int64                   | number, bigint past 2^53 - 1       | other safe integer; every bigint  |
 * | L           | int64, as RabbitMQ      | as l                               | never                             |
 * | f           | float32                 | number                             | never                             |
 * | d           | float64                 | number                             | any other number                  |
 * | D           | scale:uint8 uint32      | Decimal                            | Decimal                           |
 * | S           | uint32 length, bytes    | string, Uint8Array if not UTF-8    | string                            |
 * | x           | uint32 length, bytes    | Uint8Array                         | Uint8Array                        |
 * | A           | array                   | array                              | array                             |
 * | T           | uint64, seconds         | Date (past its range: number)      | Date, whole seconds               |
 * | F           | table                   | plain object                       | plain object                      |
 * | V           | nothing                 | null                               | null                              |
 *
 * Integers take I or l alone: it is what Java's and Python's clients send for theirs, so that a header means the
 * same to a `headers` exchange whoever sent it. Smaller tags would save at most four bytes.
 */
import { Decimal } from './decimal.js';
import { invalidValue, type Path } from './invalid-value.js';
import { Reader } from './reader.js';
import { Writer } from './writer.js';

/** What a field of a table may hold. Numbers and Dates: see the table in the file's head. */
export type FieldValue =
  | string
  | boolean
  | number
  | bigint
  | null
  | Uint8Array
  | Date
  | Decimal
  | readonly FieldValue[]
  | FieldTable;

/** Field names (up to 255 bytes in UTF-8) and their values. A field whose value is undefined is left out. */
export interface FieldTable {
  readonly [name: string]: FieldValue | undefined;
}

/** Tables and arrays may lie in each other this deep, the outermost table included. */
export const MAX_TABLE_DEPTH = 64;

/** A Date ends 8.64e15 ms after 1970 (ECMA-262, "Time Values and Time Range"). */
const MAX_DATE_SECONDS = 8.64e12;

const TAG_BOOLEAN = 0x74; // t
const TAG_INT8 = 0x62; // b
const TAG_UINT8 = 0x42; // B
const TAG_INT16 = 0x73; // s
const TAG_UINT16 = 0x75; // u
const TAG_INT32 = 0x49; // I
const TAG_UINT32 = 0x69; // i
const TAG_INT64 = 0x6c; // l
const TAG_INT64_TOO = 0x4c; // L
const TAG_FLOAT32 = 0x66; // f
const TAG_FLOAT64 = 0x64; // d
const TAG_DECIMAL = 0x44; // D
const TAG_LONG_STRING = 0x53; // S
const TAG_BYTE_ARRAY = 0x78; // x
const TAG_ARRAY = 0x41; // A
const TAG_TIMESTAMP = 0x54; // T
const TAG_TABLE = 0x46; // F
const TAG_VOID = 0x56; // V

/**
 * Writes a table, its length of four bytes first, and returns the offset behind it.
 *
 * @param name - what errors call the table: `headers`, `arguments`.
 * @throws InvalidArgumentError where a value cannot be encoded or the target is too small; the bytes of the
 * target from `offset` on are then undefined.
 */
export function encodeFieldTable(
  table: FieldTable,
  target: Uint8Array,
  offset: number,
  name = 'table',
): number {
  const writer = new Writer(target, offset);
  writeFieldTable(writer, table, [name]);
  return writer.offset;
}

/**
 * The exact number of bytes that encodeFieldTable will write.
 *
 * @throws InvalidArgumentError where a value cannot be encoded.
 */
export function fieldTableByteLength(table: FieldTable, name = 'table'): number {
  return tableByteLength(table, [name]);
}

/**
 * Reads the table that takes exactly the bytes from `offset` up to `end`. A name that occurs twice keeps its last
 * value.
 *
 * @throws MalformedDataError where the bytes are no such table.
 */
export function decodeFieldTable(
  source: Uint8Array,
  offset: number,
  end: number,
): Record<string, FieldValue> {
  const reader = new Reader(source, offset, end);
  const table = readFieldTable(reader);
  reader.finish();
  return table;
}

/** Reads the table at the cursor; bytes may follow it. */
export function readFieldTable(reader: Reader, depth = 1): Record<string, FieldValue> {
  const outerEnd = enter(reader, depth, 'table');
  const table: Record<string, FieldValue> = {};
  while (reader.offset < reader.end) {
    const name = reader.shortString();
    const value = readValue(reader, depth);
    if (name === '__proto__') {
      // An assignment would set the object's prototype instead.
      Object.defineProperty(table, name, { value, configurable: true, enumerable: true, writable: true });
    } else {
      table[name] = value;
    }
  }
  reader.end = outerEnd;
  return table;
}

function readArray(reader: Reader, depth: number): FieldValue[] {
  const outerEnd = enter(reader, depth, 'array');
  const array: FieldValue[] = [];
  while (reader.offset < reader.end) array.push(readValue(reader, depth));
  reader.end = outerEnd;
  return array;
}

/** Lowers the cursor's end to that of the table or array it stands at; returns the former end. */
function enter(reader: Reader, depth: number, what: string): number {
  const start = reader.offset;
  const outerEnd = reader.end;
  const length = reader.uint32();
  if (length > outerEnd - reader.offset) {
    throw reader.malformed(
      start,
      `the ${what} should have ${length} bytes, ${outerEnd - reader.offset} follow`,
    );
  }
  if (depth > MAX_TABLE_DEPTH) {
    throw reader.malformed(start, `tables and arrays are nested more than ${MAX_TABLE_DEPTH} deep`);
  }
  reader.end = reader.offset + length;
  return outerEnd;
}

function readValue(reader: Reader, depth: number): FieldValue {
  const tag = reader.uint8();
  switch (tag) {
    case TAG_LONG_STRING:
      return reader.longString();
    case TAG_INT32:
      return reader.int32();
    case TAG_INT64:
    case TAG_INT64_TOO:
      return reader.int64();
    case TAG_BOOLEAN:
      return reader.uint8() !== 0;
    case TAG_FLOAT64:
      return reader.float64();
    case TAG_TABLE:
      return readFieldTable(reader, depth + 1);
    case TAG_ARRAY:
      return readArray(reader, depth + 1);
    case TAG_TIMESTAMP: {
      const seconds = reader.uint64();
      return seconds <= MAX_DATE_SECONDS ? new Date(seconds * 1000) : seconds;
    }
    case TAG_VOID:
      return null;
    case TAG_BYTE_ARRAY:
      return reader.byteArray();
    case TAG_INT8:
      return reader.int8();
    case TAG_UINT8:
      return reader.uint8();
    case TAG_INT16:
      return reader.int16();
    case TAG_UINT16:
      return reader.uint16();
    case TAG_UINT32:
      return reader.uint32();
    case TAG_FLOAT32:
      return reader.float32();
    case TAG_DECIMAL: {
      const scale = reader.uint8();
      return new Decimal(scale, reader.uint32());
    }
    default:
      throw reader.malformed(reader.offset - 1, `0x${tag.toString(16).padStart(2, '0')} is no type of field`);
  }
}

/** Writes a table at the cursor. `path` names it in errors, and its length is the table's depth. */
export function writeFieldTable(writer: Writer, table: FieldTable, path: Path): void {
  checkTable(table, path);
  const start = writer.reserve(4);
  for (const name of Object.keys(table)) {
    const value = table[name];
    if (value === undefined) continue;
    path.push(name);
    const length = nameByteLength(name, path, value);
    writer.uint8(length);
    writer.text(name);
    writeValue(writer, value, path);
    path.pop();
  }
  writer.int32At(start, writer.offset - start - 4);
}

function writeArray(writer: Writer, array: readonly FieldValue[], path: Path): void {
  checkDepth(array, path);
  const start = writer.reserve(4);
  for (let i = 0; i < array.length; i++) {
    path.push(i);
    writeValue(writer, array[i], path);
    path.pop();
  }
  writer.int32At(start, writer.offset - start - 4);
}

function writeValue(writer: Writer, value: FieldValue | undefined, path: Path): void {
  const tag = tagOf(value, path);
  writer.uint8(tag);
  switch (tag) {
    case TAG_LONG_STRING: {
      const start = writer.reserve(4);
      writer.int32At(start, writer.text(value as string));
      return;
    }
    case TAG_INT32:
      writer.int32(value as number);
      return;
    case TAG_INT64:
      if (typeof value === 'bigint') writer.bigInt64(value);
      else writer.int64(value as number);
      return;
    case TAG_BOOLEAN:
      writer.uint8(value === true ? 1 : 0);
      return;
    case TAG_FLOAT64:
      writer.float64(value as number);
      return;
    case TAG_TABLE:
      writeFieldTable(writer, value as FieldTable, path);
      return;
    case TAG_ARRAY:
      writeArray(writer, value as readonly FieldValue[], path);
      return;
    case TAG_TIMESTAMP:
      writer.int64(dateSeconds(value as Date, path));
      return;
    case TAG_BYTE_ARRAY:
      writer.int32((value as Uint8Array).length);
      writer.bytes(value as Uint8Array);
      return;
    case TAG_DECIMAL:
      writer.uint8((value as Decimal).scale);
      writer.int32((value as Decimal).digits);
      return;
    default: // TAG_VOID: nothing follows
  }
}

/** How many bytes writeFieldTable will write. `path` as there. */
export function tableByteLength(table: FieldTable, path: Path): number {
  checkTable(table, path);
  let bytes = 4;
  for (const name of Object.keys(table)) {
    const value = table[name];
    if (value === undefined) continue;
    path.push(name);
    bytes += 1 + nameByteLength(name, path, value) + valueByteLength(value, path);
    path.pop();
  }
  return bytes;
}

function arrayByteLength(array: readonly FieldValue[], path: Path): number {
  checkDepth(array, path);
  let bytes = 4;
  for (let i = 0; i < array.length; i++) {
    path.push(i);
    bytes += valueByteLength(array[i], path);
    path.pop();
  }
  return bytes;
}

function valueByteLength(value: FieldValue | undefined, path: Path): number {
  switch (tagOf(value, path)) {
    case TAG_LONG_STRING:
      return 5 + Buffer.byteLength(value as string);
    case TAG_INT32:
      return 5;
    case TAG_INT64:
    case TAG_FLOAT64:
      return 9;
    case TAG_BOOLEAN:
      return 2;
    case TAG_TABLE:
      return 1 + tableByteLength(value as FieldTable, path);
    case TAG_ARRAY:
      return 1 + arrayByteLength(value as readonly FieldValue[], path);
    case TAG_TIMESTAMP:
      dateSeconds(value as Date, path);
      return 9;
    case TAG_BYTE_ARRAY:
      return 5 + (value as Uint8Array).length;
    case TAG_DECIMAL:
      return 6;
    default: // TAG_VOID
      return 1;
  }
}

/** The tag that a value is encoded under. */
function tagOf(value: unknown, path: Path): number {
  switch (typeof value) {
    case 'string':
      return TAG_LONG_STRING;
    case 'number':
      if (!Number.isSafeInteger(value)) return TAG_FLOAT64;
      return (value | 0) === value ? TAG_INT32 : TAG_INT64;
    case 'boolean':
      return TAG_BOOLEAN;
    case 'bigint':
      if (BigInt.asIntN(64, value) === value) return TAG_INT64;
      throw invalidValue(path, value, 'Give a bigint from -2n ** 63n to 2n ** 63n - 1n, or a string.');
    case 'object':
      if (value === null) return TAG_VOID;
      if (Array.isArray(value)) return TAG_ARRAY;
      if (value instanceof Uint8Array) return TAG_BYTE_ARRAY;
      if (value instanceof Date) return TAG_TIMESTAMP;
      if (value instanceof Decimal) return TAG_DECIMAL;
      if (isPlainObject(value)) return TAG_TABLE;
  }
  throw invalidValue(
    path,
    value,
    'AMQP has no such type. Give a string, number, bigint, boolean, null, Date, Uint8Array, Decimal, array or plain object.',
  );
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // The second test knows Object.prototype of another realm (node:vm) as well.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function checkTable(table: unknown, path: Path): void {
  if (typeof table !== 'object' || table === null || Array.isArray(table) || !isPlainObject(table)) {
    throw invalidValue(path, table, 'Give a plain object of names and values.');
  }
  checkDepth(table, path);
}

function checkDepth(value: unknown, path: Path): void {
  if (path.length > MAX_TABLE_DEPTH) {
    // The whole path would be a wall of text, and a value that contains itself has no useful one.
    throw invalidValue(
      path.slice(0, 3),
      value,
      `Tables and arrays may be nested ${MAX_TABLE_DEPTH} deep here, and not contain themselves: flatten them, or send them as bytes.`,
    );
  }
}

function nameByteLength(name: string, path: Path, value: unknown): number {
  const bytes = Buffer.byteLength(name);
  if (bytes > 255) {
    throw invalidValue(path, value, `The field's name has ${bytes} bytes in UTF-8; shorten it to 255.`);
  }
  return bytes;
}

/** A Date as whole seconds since 1970, rounded down; AMQP has no time before (section 4.2.5.4). */
export function dateSeconds(date: Date, path: Path): number {
  const seconds = Math.floor(date.getTime() / 1000);
  if (seconds >= 0) return seconds;
  throw invalidValue(path, date, 'Give a valid Date from 1970 on, or another type, such as a string.');
}
