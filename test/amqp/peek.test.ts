import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasHeaders, LONGEST_EXPIRY, readExpiration, readPriority } from '#src/amqp/peek.js';
import { decodeProperties, encodeProperties, propertiesByteLength } from '#src/amqp/properties.js';
import { MalformedDataError, PreconditionFailedError } from '#src/errors.js';
import { messageProperties } from './arbitrary.js';
import { hex, thrownBy } from './bytes.js';

const READERS = { hasHeaders, readPriority, readExpiration };

/** Bytes before and behind the properties: a reader that looks there would take them for lengths and digits. */
const GUARD = new Uint8Array(8).fill(0x31);

function guarded(bytes: Uint8Array): { source: Uint8Array; offset: number; end: number } {
  const source = Uint8Array.from([...GUARD, ...bytes, ...GUARD]);
  return { source, offset: GUARD.length, end: GUARD.length + bytes.length };
}

function expirationOf(text: string): number | undefined {
  const bytes = Uint8Array.from([...hex('0100'), Buffer.byteLength(text), ...Buffer.from(text)]);
  return readExpiration(bytes, 0, bytes.length);
}

test('the same is read as is decoded, whatever else is there', () => {
  fc.assert(
    fc.property(messageProperties, fc.option(fc.nat({ max: LONGEST_EXPIRY })), (others, milliseconds) => {
      const properties = { ...others, expiration: milliseconds ?? undefined };
      const bytes = new Uint8Array(propertiesByteLength(properties));
      encodeProperties(properties, bytes, 0);
      const { source, offset, end } = guarded(bytes);
      const decoded = decodeProperties(source, offset, end);
      expect(hasHeaders(source, offset, end)).toBe(decoded.headers !== undefined);
      expect(readPriority(source, offset, end)).toBe(decoded.priority);
      expect(readExpiration(source, offset, end)).toBe(milliseconds ?? undefined);
    }),
  );
});

test('shared memory is read as well', () => {
  const bytes = hex('0900 07 03 "250"');
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  expect(readPriority(shared, 0, shared.length)).toBe(7);
  expect(readExpiration(shared, 0, shared.length)).toBe(250);
});

describe('an expiration', () => {
  // RabbitMQ, "Time-to-Live and Expiration", section "Per-Message TTL in Publishers"; check_expiry in rabbit_misc.
  test.each([
    ['0', 0],
    ['60000', 60_000],
    ['007', 7],
    ['315360000000', 315_360_000_000],
  ])('of %j is valid', (text, milliseconds) => {
    expect(expirationOf(text)).toBe(milliseconds);
  });

  test.each([
    [''], // no_integer in parse_expiration of rabbit_basic
    ['later'],
    ['1.5'], // leftover_string there
    ['10 '],
    [' 10'],
    ['-1'], // value_negative in check_expiry
    ['315360000001'], // value_too_large there
    ['9'.repeat(255)],
    ['١٢'], // digits, but not ASCII's
  ])('of %j is refused', text => {
    const error = thrownBy(() => expirationOf(text));
    // RabbitMQ: check_expiration_header in rabbit_channel closes the channel with PRECONDITION_FAILED.
    expect(error).toBeInstanceOf(PreconditionFailedError);
    expect((error as Error).message).toContain(`'${text.slice(0, 60)}'`);
    expect((error as Error).message).toContain('315360000000');
  });
});

describe('malformed properties', () => {
  test.each([
    ['no flags', '', Object.values(READERS)],
    ['half of the flags', '20', Object.values(READERS)],
    ['a second flag word', '2901 0000', Object.values(READERS)],
    ['a fifteenth property', '2902', Object.values(READERS)],
    ['no priority', '0800', [readPriority]],
    ['a content type past the end', '8900 02 "a"', [readPriority, readExpiration]],
    ['no content encoding', 'c900 01 "a"', [readPriority, readExpiration]],
    ['half of the length of the headers', '2900 0000', [readPriority, readExpiration]],
    ['headers of 4 GiB', '2900 ffffffff 05 01 "1"', [readPriority, readExpiration]],
    ['no expiration', '0100', [readExpiration]],
    ['an expiration past the end', '0100 02 "1"', [readExpiration]],
  ])('%s', (_, notation, readers) => {
    const { source, offset, end } = guarded(hex(notation));
    for (const read of readers) {
      const error = thrownBy(() => read(source, offset, end));
      expect(error).toBeInstanceOf(MalformedDataError);
      expect((error as Error).message).toContain(`at byte ${offset}`);
    }
  });

  test('are read alike whatever lies behind their end', () => {
    const encoded = messageProperties.map(properties => {
      const bytes = new Uint8Array(propertiesByteLength(properties));
      encodeProperties(properties, bytes, 0);
      return bytes;
    });
    const cutOff = fc.tuple(encoded, fc.nat()).map(([bytes, at]) => bytes.subarray(0, at % bytes.length));
    const reader = fc.constantFrom(...Object.values(READERS));
    fc.assert(
      fc.property(fc.oneof(cutOff, fc.uint8Array({ maxLength: 30 })), reader, (bytes, read) => {
        const alone = outcome(() => read(bytes, 0, bytes.length));
        for (const filler of [0x00, 0x31, 0xff]) {
          const longer = new Uint8Array(bytes.length + 300).fill(filler);
          longer.set(bytes);
          expect(outcome(() => read(longer, 0, bytes.length))).toEqual(alone);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

/** What is returned, or the message of the error that is thrown. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedDataError || error instanceof PreconditionFailedError) return error.message;
    throw error;
  }
}
