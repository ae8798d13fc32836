import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeHeaders,
  decodeProperties,
  encodeProperties,
  type MessageProperties,
  propertiesByteLength,
} from '#src/amqp/properties.js';
import { InvalidArgumentError } from '#src/errors.js';
import { messageProperties } from './arbitrary.js';
import { hex, thrownBy } from './bytes.js';

function encoded(properties: MessageProperties): Uint8Array {
  const target = new Uint8Array(propertiesByteLength(properties));
  expect(encodeProperties(properties, target, 0)).toBe(target.length);
  return target;
}

describe('each property has its flag and its encoding', () => {
  const vectors: [MessageProperties, string][] = [
    [{}, '0000'],
    [{ contentType: 'text/plain' }, '8000 0a "text/plain"'],
    [{ contentEncoding: 'gzip' }, '4000 04 "gzip"'],
    [{ headers: {} }, '2000 00000000'],
    [{ headers: { a: 1 } }, '2000 00000007 01 "a" "I" 00000001'],
    [{ persistent: true }, '1000 02'],
    [{ persistent: false }, '1000 01'],
    [{ priority: 0 }, '0800 00'],
    [{ priority: 255 }, '0800 ff'],
    [{ correlationId: 'ü' }, '0400 02 c3bc'],
    [{ replyTo: '' }, '0200 00'],
    [{ expiration: '60000' }, '0100 05 "60000"'],
    [{ messageId: 'm' }, '0080 01 "m"'],
    [{ timestamp: 1_700_000_000 }, '0040 00000000 6553f100'],
    [{ timestamp: 2 ** 53 - 1 }, '0040 001fffff ffffffff'],
    [{ timestamp: 2 ** 63 }, '0040 80000000 00000000'],
    [{ type: 't' }, '0020 01 "t"'],
    [{ userId: 'u' }, '0010 01 "u"'],
    [{ appId: 'a' }, '0008 01 "a"'],
    [{ clusterId: 'c' }, '0004 01 "c"'],
    [
      // All of them, named here in the opposite order: the wire's order is the specification's.
      {
        clusterId: 'n',
        appId: 'm',
        userId: 'l',
        type: 'k',
        timestamp: 10,
        messageId: 'i',
        expiration: '8',
        replyTo: 'g',
        correlationId: 'f',
        priority: 5,
        persistent: true,
        headers: { h: null },
        contentEncoding: 'b',
        contentType: 'a',
      },
      'fffc 01 "a" 01 "b" 00000003 01 "h" "V" 02 05 01 "f" 01 "g" 01 "8" 01 "i" 00000000 0000000a' +
        '01 "k" 01 "l" 01 "m" 01 "n"',
    ],
  ];

  test.each(vectors)('%o', (properties, notation) => {
    expect(encoded(properties)).toEqual(hex(notation));
    const bytes = hex(notation);
    expect(decodeProperties(bytes, 0, bytes.length)).toStrictEqual(properties);
    expect(decodeHeaders(bytes, 0, bytes.length)).toStrictEqual(properties.headers);
  });
});

test('undefined properties are absent', () => {
  expect(encoded({ type: undefined, headers: undefined, priority: 1 })).toEqual(hex('0800 01'));
});

test('an expiration may be a number', () => {
  expect(encoded({ expiration: 0 })).toEqual(hex('0100 01 "0"'));
  expect(encoded({ expiration: 2 ** 53 - 1 })).toEqual(encoded({ expiration: '9007199254740991' }));
});

test('a timestamp may be a Date, and decodes as seconds', () => {
  const bytes = encoded({ timestamp: new Date(1_700_000_000_999) });
  expect(decodeProperties(bytes, 0, bytes.length)).toStrictEqual({ timestamp: 1_700_000_000 });
});

test('a delivery mode other than 2 is not persistent', () => {
  expect(decodeProperties(hex('1000 00'), 0, 3)).toStrictEqual({ persistent: false });
});

test('the headers are found without reading what follows', () => {
  const bytes = hex('a004 01 "a" 00000003 01 "h" "V"'); // the clusterId is missing
  expect(decodeHeaders(bytes, 0, bytes.length)).toStrictEqual({ h: null });
});

test('any properties survive the round trip, in a SharedArrayBuffer as well', () => {
  fc.assert(
    fc.property(messageProperties, fc.nat(9), (properties, offset) => {
      const length = propertiesByteLength(properties);
      const shared = new Uint8Array(new SharedArrayBuffer(length + 20), 1, length + 15).fill(0xee);
      const end = encodeProperties(properties, shared, offset);
      expect(end).toBe(offset + length);
      expect(shared.subarray(0, offset).every(byte => byte === 0xee)).toBe(true);
      expect(shared.subarray(end).every(byte => byte === 0xee)).toBe(true);
      expect(decodeProperties(shared, offset, end)).toStrictEqual(properties);
      expect(decodeHeaders(shared, offset, end)).toStrictEqual(properties.headers);
    }),
  );
});

test('a target that is too small is refused, whatever its size', () => {
  fc.assert(
    fc.property(messageProperties, fc.double({ min: 0, max: 1, maxExcluded: true }), (properties, share) => {
      const size = Math.floor(propertiesByteLength(properties) * share);
      const error = thrownBy(() => encodeProperties(properties, new Uint8Array(size), 0));
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect((error as Error).message).toContain('propertiesByteLength');
    }),
  );
  expect(() => encodeProperties({}, new Uint8Array(4), 3)).toThrow(InvalidArgumentError);
});

test.each([-1, 0.5, 5, Number.NaN])('the offset %d into 4 bytes is refused', offset => {
  expect(() => encodeProperties({}, new Uint8Array(4), offset)).toThrow(InvalidArgumentError);
  expect(() => decodeProperties(new Uint8Array(4), offset, 4)).toThrow(InvalidArgumentError);
});

test('an end before the offset or behind the source is refused', () => {
  expect(() => decodeProperties(new Uint8Array(4), 2, 1)).toThrow(InvalidArgumentError);
  expect(() => decodeHeaders(new Uint8Array(4), 0, 5)).toThrow(InvalidArgumentError);
});

describe('what cannot be encoded is refused, by both functions', () => {
  const refused: [Record<string, unknown>, RegExp][] = [
    [{ contentType: 1 }, /^contentType is 1\. Give a string of at most 255 bytes, or leave it out/],
    [{ contentType: null }, /^contentType is null\. Give a string/],
    [{ correlationId: 'x'.repeat(256) }, /^correlationId is 'xx.*256 bytes in UTF-8; shorten it to 255/],
    [{ replyTo: 'ü'.repeat(128) }, /^replyTo is .*256 bytes in UTF-8/],
    [{ headers: [] }, /^headers is \[\]\. Give a plain object/],
    [{ headers: null }, /^headers is null\. Give a plain object/],
    [{ headers: { a: Symbol() } }, /^headers\.a is Symbol\(\)\. AMQP has no such type/],
    [{ persistent: 2 }, /^persistent is 2\. Give true or false/],
    [{ priority: 256 }, /^priority is 256\. Give an integer from 0 to 255/],
    [{ priority: 1.5 }, /^priority is 1\.5\./],
    [{ priority: '1' }, /^priority is '1'\./],
    [{ expiration: -1 }, /^expiration is -1\. Give milliseconds/],
    [{ expiration: 0.5 }, /^expiration is 0\.5\./],
    [{ expiration: '5s' }, /^expiration is '5s'\./],
    [{ expiration: '' }, /^expiration is ''\./],
    [{ timestamp: -1 }, /^timestamp is -1\. Give a Date, or an integer: seconds/],
    [{ timestamp: 1.5 }, /^timestamp is 1\.5\./],
    [{ timestamp: 2 ** 64 }, /^timestamp is 18446744073709552000\./],
    [{ timestamp: new Date(-1) }, /^timestamp is 1969.*from 1970 on/],
    [{ timestamp: '2024' }, /^timestamp is '2024'\./],
    [{ deliveryMode: 2 }, /^deliveryMode is 2\. Give persistent: true/],
    [{ colour: 'red' }, /^colour is 'red'\. There is no such property.*contentType, .*clusterId/],
  ];

  test.each(refused)('%o', (properties, message) => {
    for (const action of [
      () => propertiesByteLength(properties as MessageProperties),
      () => encodeProperties(properties as MessageProperties, new Uint8Array(2000), 0),
    ]) {
      const error = thrownBy(action);
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect((error as Error).message).toMatch(message);
    }
  });
});
