import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeFieldTable,
  encodeFieldTable,
  fieldTableByteLength,
  MAX_TABLE_DEPTH,
} from '#src/amqp/field-table.js';
import {
  type DecodedProperties,
  decodeHeaders,
  decodeProperties,
  encodeProperties,
  propertiesByteLength,
} from '#src/amqp/properties.js';
import { MalformedDataError } from '#src/errors.js';
import { fieldTable, messageProperties } from './arbitrary.js';
import { hex, thrownBy } from './bytes.js';

/** The result, or undefined where the bytes are malformed; any other error is passed on. */
function unlessMalformed<Result>(decode: () => Result): Result | undefined {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedDataError);
    return undefined;
  }
}

/** All that the decoders may not do is throw anything else, and accept what cannot be encoded again. */
function decodeAny(bytes: Uint8Array, offset: number, end: number): void {
  const table = unlessMalformed(() => decodeFieldTable(bytes, offset, end));
  if (table !== undefined) {
    const again = new Uint8Array(fieldTableByteLength(table));
    encodeFieldTable(table, again, 0);
    expect(decodeFieldTable(again, 0, again.length)).toEqual(table);
  }
  const headers = unlessMalformed(() => decodeHeaders(bytes, offset, end));
  const properties = unlessMalformed(() => decodeProperties(bytes, offset, end));
  if (properties !== undefined) {
    expect(headers).toEqual(properties.headers);
    const encodable: DecodedProperties = { ...properties };
    delete encodable.expiration; // only digits can be encoded
    const again = new Uint8Array(propertiesByteLength(encodable));
    encodeProperties(encodable, again, 0);
    expect(decodeProperties(again, 0, again.length)).toEqual(encodable);
  }
}

describe('an encoding cut off at any byte', () => {
  // The bytes that were cut off still follow: a decoder that reads past the end would take them.
  test('of a table', () => {
    fc.assert(
      fc.property(fieldTable, table => {
        const bytes = new Uint8Array(fieldTableByteLength(table));
        encodeFieldTable(table, bytes, 0);
        for (let end = 0; end < bytes.length; end++) {
          expect(thrownBy(() => decodeFieldTable(bytes, 0, end))).toBeInstanceOf(MalformedDataError);
        }
      }),
    );
  });

  test('of properties', () => {
    fc.assert(
      fc.property(messageProperties, properties => {
        const bytes = new Uint8Array(propertiesByteLength(properties));
        encodeProperties(properties, bytes, 0);
        for (let end = 0; end < bytes.length; end++) {
          expect(thrownBy(() => decodeProperties(bytes, 0, end))).toBeInstanceOf(MalformedDataError);
          unlessMalformed(() => decodeHeaders(bytes, 0, end));
        }
      }),
    );
  });
});

test('random bytes are decoded, or malformed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), bytes => decodeAny(bytes, 0, bytes.length)),
    { numRuns: 5000 },
  );
});

test('an encoding with some bytes changed is decoded, or malformed', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(messageProperties, changes, (properties, changed) => {
      const bytes = new Uint8Array(propertiesByteLength(properties));
      encodeProperties(properties, bytes, 0);
      for (const [at, value] of changed) bytes[at % bytes.length] = value;
      decodeAny(bytes, 0, bytes.length);
    }),
    { numRuns: 1000 },
  );
});

describe('the error tells the offset within the source', () => {
  const tables: [string, string, RegExp][] = [
    ['no bytes', '', /at byte 2: 4 bytes should follow, 0 do/],
    [
      'the table is longer than its bytes',
      '00000002 00',
      /at byte 2: the table should have 2 bytes, 1 follow/,
    ],
    ['bytes follow the table', '00000000 00', /at byte 6: 1 bytes too many/],
    ['a name without a value', '00000002 01 "k"', /at byte 8: 1 bytes should follow, 0 do/],
    ['a name longer than the table', '00000002 02 "k"', /at byte 7: 2 bytes should follow, 1 do/],
    ['a name that is not UTF-8', '00000003 01 ff "V"', /at byte 6: the short string is not UTF-8/],
    ['an unknown tag', '00000003 01 "k" "U"', /at byte 8: 0x55 is no type of field/],
    ['a string past the end', '00000007 01 "k" "S" 00000001', /at byte 13: 1 bytes should follow, 0 do/],
    ['a string of 4 GiB', '00000007 01 "k" "S" ffffffff', /4294967295 bytes should follow/],
    [
      'an array past its table',
      '00000007 01 "k" "A" 00000001 "V"',
      /at byte 9: the array should have 1 bytes/,
    ],
    ['a value past its array', '00000009 01 "k" "A" 00000001 "t" 01', /at byte 14: 1 bytes should follow/],
    [
      'a table past its array',
      '0000000c 01 "k" "A" 00000005 "F" 00000001',
      /the table should have 1 bytes, 0/,
    ],
  ];

  test.each(tables)('%s', (_, notation, message) => {
    const bytes = hex(`eeee ${notation}`);
    const error = thrownBy(() => decodeFieldTable(bytes, 2, bytes.length));
    expect(error).toBeInstanceOf(MalformedDataError);
    expect((error as Error).message).toMatch(message);
  });

  const properties: [string, string, RegExp][] = [
    ['no flags', '00', /at byte 1: 2 bytes should follow, 1 do/],
    ['a second flag word', '0001 0000', /at byte 1: the property flags 0x1 name/],
    ['a fifteenth property', '0002', /at byte 1: the property flags 0x2 name/],
    ['a string that is not UTF-8', '8000 02 c328', /at byte 3: the short string is not UTF-8/],
    ['bytes at the end', '0000 00', /at byte 3: 1 bytes too many/],
  ];

  test.each(properties)('%s', (_, notation, message) => {
    const bytes = hex(`ee ${notation}`);
    const error = thrownBy(() => decodeProperties(bytes, 1, bytes.length));
    expect(error).toBeInstanceOf(MalformedDataError);
    expect((error as Error).message).toMatch(message);
  });
});

test.each([MAX_TABLE_DEPTH, 100_000])('arrays nested %i deep in a table do not overflow the stack', depth => {
  const bytes = new Uint8Array(6 + depth * 5);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length - 4);
  for (let at = 5; at + 5 <= bytes.length - 1; at += 5) {
    bytes[at] = 0x41;
    view.setUint32(at + 1, bytes.length - at - 5);
  }
  bytes[bytes.length - 1] = 0x56;
  const error = thrownBy(() => decodeFieldTable(bytes, 0, bytes.length));
  expect(error).toBeInstanceOf(MalformedDataError);
  expect((error as Error).message).toContain('nested more than 64 deep');
});
