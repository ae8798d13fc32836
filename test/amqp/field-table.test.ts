import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '#src/amqp/decimal.js';
import {
  decodeFieldTable,
  encodeFieldTable,
  type FieldTable,
  type FieldValue,
  fieldTableByteLength,
  MAX_TABLE_DEPTH,
} from '#src/amqp/field-table.js';
import { InvalidArgumentError } from '#src/errors.js';
import { fieldTable } from './arbitrary.js';
import { hex, thrownBy } from './bytes.js';

function encoded(table: FieldTable): Uint8Array {
  const target = new Uint8Array(fieldTableByteLength(table));
  expect(encodeFieldTable(table, target, 0)).toBe(target.length);
  return target;
}

function decoded(bytes: Uint8Array): Record<string, FieldValue> {
  return decodeFieldTable(bytes, 0, bytes.length);
}

/** The table with one field `k` whose tag and value are `value`. */
function tableOf(value: string): Uint8Array {
  const field = hex(`01 "k" ${value}`);
  return Uint8Array.from([0, 0, 0, field.length, ...field]);
}

describe('the encoding of each type, both ways', () => {
  const vectors: [string, FieldValue, string][] = [
    ['true', true, '"t" 01'],
    ['false', false, '"t" 00'],
    ['zero', 0, '"I" 00000000'],
    ['-1', -1, '"I" ffffffff'],
    ['the largest int32', 2 ** 31 - 1, '"I" 7fffffff'],
    ['the smallest int32', -(2 ** 31), '"I" 80000000'],
    ['one above int32', 2 ** 31, '"l" 00000000 80000000'],
    ['one below int32', -(2 ** 31) - 1, '"l" ffffffff 7fffffff'],
    ['the largest safe integer', Number.MAX_SAFE_INTEGER, '"l" 001fffff ffffffff'],
    ['the smallest safe integer', Number.MIN_SAFE_INTEGER, '"l" ffe00000 00000001'],
    ['the first bigint', 2n ** 53n, '"l" 00200000 00000000'],
    ['the largest int64', 2n ** 63n - 1n, '"l" 7fffffff ffffffff'],
    ['the smallest int64', -(2n ** 63n), '"l" 80000000 00000000'],
    ['1.5', 1.5, '"d" 3ff80000 00000000'],
    ['an integer past the safe range', 2 ** 53, '"d" 43400000 00000000'],
    ['infinity', Number.NEGATIVE_INFINITY, '"d" fff00000 00000000'],
    ['a decimal', new Decimal(2, 0xfffffffe), '"D" 02 fffffffe'],
    ['no text', '', '"S" 00000000'],
    ['text', 'grüße', '"S" 00000007 "grüße"'],
    ['text that begins with a byte order mark', '\ufeffa', '"S" 00000004 efbbbf "a"'],
    ['bytes', Uint8Array.of(0, 0xff), '"x" 00000002 00ff'],
    ['an array', [1, 'a', [null]], '"A" 00000011 "I" 00000001 "S" 00000001 "a" "A" 00000001 "V"'],
    ['a time', new Date(1_700_000_000_000), '"T" 00000000 6553f100'],
    ['the last second of a Date', new Date(8.64e15), '"T" 000007db a8218000'],
    ['a table', { a: null, b: {} }, '"F" 0000000a 01 "a" "V" 01 "b" "F" 00000000'],
    ['null', null, '"V"'],
  ];

  test.each(vectors)('%s', (_, value, notation) => {
    expect(encoded({ k: value })).toEqual(tableOf(notation));
    expect(decoded(tableOf(notation))).toStrictEqual({ k: value });
  });
});

describe('types that are read, never written', () => {
  const vectors: [string, FieldValue][] = [
    ['"b" 80', -128],
    ['"B" 80', 128],
    ['"s" 8000', -32768],
    ['"u" 8000', 32768],
    ['"i" 80000000', 2 ** 31],
    ['"f" 3fc00000', 1.5],
    ['"L" ffffffff fffffffe', -2],
    ['"t" 7f', true],
    ['"S" 00000002 c328', Uint8Array.of(0xc3, 0x28)], // not UTF-8
    ['"T" 000007db a8218001', 8.64e12 + 1], // past the range of Date
    ['"T" ffffffff ffffffff', 2 ** 64 - 2 ** 11],
  ];

  test.each(vectors)('%s', (notation, value) => {
    expect(decoded(tableOf(notation))).toStrictEqual({ k: value });
  });
});

test('an empty table is its length of zero', () => {
  expect(encoded({})).toEqual(hex('00000000'));
  expect(decoded(hex('00000000'))).toStrictEqual({});
});

test('a field whose value is undefined is left out', () => {
  expect(encoded({ a: undefined, b: true })).toEqual(encoded({ b: true }));
});

test('a small bigint is a long, and decodes as a number', () => {
  expect(encoded({ k: -1n })).toEqual(tableOf('"l" ffffffff ffffffff'));
  expect(decoded(encoded({ k: -1n }))).toStrictEqual({ k: -1 });
});

test('minus zero becomes zero', () => {
  expect(decoded(encoded({ k: -0 }))).toStrictEqual({ k: 0 });
});

test('milliseconds of a Date are cut off', () => {
  expect(decoded(encoded({ k: new Date(1999) }))).toStrictEqual({ k: new Date(1000) });
});

test('of a name that occurs twice, the last value counts', () => {
  expect(decoded(hex('00000008 01 "k" "t" 01 01 "k" "t" 00'))).toStrictEqual({ k: false });
});

test('a field named __proto__ is a field like any other', () => {
  const bytes = hex('00000012 09 "__proto__" "F" 00000003 01 "a" "V"');
  const table = decoded(bytes);
  expect(Object.getPrototypeOf(table)).toBe(Object.prototype);
  expect(Object.keys(table)).toEqual(['__proto__']);
  expect(encoded(table)).toEqual(bytes);
});

test('decoded bytes are a copy', () => {
  const bytes = tableOf('"x" 00000001 07');
  const table = decoded(bytes);
  bytes.fill(0);
  expect(table).toStrictEqual({ k: Uint8Array.of(7) });
});

test('any table survives the round trip, in a SharedArrayBuffer as well', () => {
  fc.assert(
    fc.property(fieldTable, table => {
      const length = fieldTableByteLength(table);
      const shared = new Uint8Array(new SharedArrayBuffer(length + 8), 3, length + 2).fill(0xee);
      expect(encodeFieldTable(table, shared, 1)).toBe(1 + length);
      expect(shared[0]).toBe(0xee);
      expect(shared[length + 1]).toBe(0xee);
      expect(decodeFieldTable(shared, 1, 1 + length)).toStrictEqual(table);
    }),
  );
});

describe('what cannot be encoded is refused, by both functions', () => {
  const tooDeep: FieldTable = {};
  Object.assign(tooDeep, { self: tooDeep });
  class Point {
    x = 1;
  }
  const refused: [unknown, RegExp][] = [
    [{ a: { b: [0, 2n ** 63n] } }, /^table\.a\.b\[1\] is 9223372036854775808n\. Give a bigint/],
    [{ a: -(2n ** 63n) - 1n }, /^table\.a is -9223372036854775809n\./],
    [{ 'x y': Symbol('s') }, /^table\['x y'\] is Symbol\(s\)\. AMQP has no such type/],
    [{ a: () => 1 }, /^table\.a is \[Function/],
    [{ a: [undefined] }, /^table\.a\[0\] is undefined/],
    [{ a: new Map() }, /^table\.a is Map\(0\) {}\./],
    [{ a: new Point() }, /^table\.a is Point {/],
    [{ a: new Float64Array(1) }, /^table\.a is Float64Array/],
    [{ a: new Date(-1) }, /^table\.a is 1969-12-31.*from 1970 on/],
    [{ a: new Date(Number.NaN) }, /^table\.a is Invalid Date/],
    [{ ['ü'.repeat(128)]: 1 }, /name has 256 bytes in UTF-8; shorten it to 255/],
    [tooDeep, /nested 64 deep/],
    [[], /^table is \[\]\. Give a plain object/],
    [null, /^table is null\. Give a plain object/],
    ['text', /^table is 'text'\. Give a plain object/],
    [new Date(0), /^table is 1970.*Give a plain object/],
  ];

  test.each(refused)('%o', (table, message) => {
    for (const action of [
      () => fieldTableByteLength(table as FieldTable),
      () => encodeFieldTable(table as FieldTable, new Uint8Array(1000), 0),
    ]) {
      const error = thrownBy(action);
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect((error as Error).message).toMatch(message);
    }
  });

  test('the name given is the one in the message', () => {
    expect(() => fieldTableByteLength({ a: [undefined as never] }, 'arguments')).toThrow('arguments.a[0] is');
  });
});

test('tables may be nested as deep as the limit says', () => {
  let table: FieldTable = {};
  for (let depth = 1; depth < MAX_TABLE_DEPTH; depth++) table = { t: table };
  expect(decoded(encoded(table))).toStrictEqual(table);
  expect(() => fieldTableByteLength({ t: table })).toThrow(InvalidArgumentError);
});

test('a decimal out of range is refused', () => {
  expect(() => new Decimal(256, 0)).toThrow(InvalidArgumentError);
  expect(() => new Decimal(0.5, 0)).toThrow(InvalidArgumentError);
  expect(() => new Decimal(0, -1)).toThrow(InvalidArgumentError);
  expect(() => new Decimal(0, 2 ** 32)).toThrow(InvalidArgumentError);
});
