import { describe, expect, test } from 'vitest';
import { LARGE_FLAG, PROPERTIES_FLAG, REDELIVERED_FLAG } from '#src/records/record.js';
import { AddressedRoute, writeDelivery } from '#src/router/delivery.js';
import * as stored from '#src/router/stored-message.js';

/** Where the tests put a message: not at 0, so that an index that is forgotten shows. */
const AT = 6;

/** A delivery from exchange `exchange` with key `key`, stored at AT. */
function message(exchange: string, key: string, content: number[], contentBytes: number, flags: number) {
  const address = Buffer.alloc(600);
  address.writeInt32LE(Buffer.byteLength(exchange), 0);
  address.writeInt32LE(Buffer.byteLength(key), 4);
  address.write(exchange + key, 8);
  const route = new AddressedRoute();
  route.read(new Int32Array(address.buffer, address.byteOffset, 150), 0, address);
  const words = new Int32Array(300);
  const source = Int32Array.from([...content, ...new Array(8).fill(0)]);
  stored.writeMeta(words, AT, 0, 0, 0);
  writeDelivery(words, AT + stored.META_INT32S, route, source, 0, contentBytes, flags);
  return words;
}

describe('the meta of a stored message', () => {
  test('keeps sequence, level, deliveries and expiry apart', () => {
    const words = new Int32Array(12).fill(-1);
    stored.writeMeta(words, AT, -5, 255, 1_790_000_000_000);
    stored.countDelivery(words, AT);
    stored.countDelivery(words, AT);
    expect([
      stored.sequenceOf(words, AT),
      stored.levelOf(words, AT),
      stored.deliveriesOf(words, AT),
      stored.expiryOf(words, AT),
    ]).toEqual([-5, 255, 2, 1_790_000_000_000]);
    expect([words[AT - 1], words[AT + stored.META_INT32S]]).toEqual([-1, -1]);
  });

  test.each([0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52 + 2 ** 31])(
    'keeps an expiry of %i ms',
    expiry => {
      const words = new Int32Array(12);
      stored.setExpiry(words, AT, expiry);
      expect(stored.expiryOf(words, AT)).toBe(expiry);
    },
  );

  test('a count of deliveries that is full stays so and leaves the level alone', () => {
    const words = new Int32Array(12);
    stored.writeMeta(words, AT, 0, 3, 0);
    words[AT + 1]! |= 0xfffffe;
    stored.countDelivery(words, AT);
    stored.countDelivery(words, AT);
    expect([stored.deliveriesOf(words, AT), stored.levelOf(words, AT)]).toEqual([0xffffff, 3]);
  });

  test.each([
    [1, 2, true],
    [2, 1, false],
    [5, 5, false],
    [2 ** 31 - 1, -(2 ** 31), true],
    [-(2 ** 31) + 3, 2 ** 31 - 1, false],
    [-1, 0, true],
  ])('sequence %i is older than %i: %s', (a, b, older) => {
    expect(stored.isOlder(a, b)).toBe(older);
  });
});

describe.each([
  ['', ''],
  ['logs', 'GET.5xx.presentations'],
  ['é'.repeat(127), 'x'.repeat(255)],
])('a message of exchange %j with key %j', (exchange, key) => {
  test.each([0, 1, 7, 8, 9, 64])('with a body of %i bytes', bytes => {
    const words = message(exchange, key, [1, 2, 3, 4], bytes, 0);
    const names = Math.ceil(Buffer.byteLength(exchange + key) / 8) * 2;
    expect(stored.bodyBytes(words, AT)).toBe(bytes);
    expect(stored.storedInt32s(words, AT)).toBe(6 + names + Math.ceil(bytes / 8) * 2);
    expect(stored.isLarge(words, AT)).toBe(false);
  });

  test.each([
    [1, 0],
    [8, 5],
    [13, 100],
  ])('with %i bytes of properties and a body of %i bytes', (properties, bytes) => {
    const contentBytes = 8 + Math.ceil(properties / 8) * 8 + bytes;
    const flags = PROPERTIES_FLAG | REDELIVERED_FLAG;
    const words = message(exchange, key, [properties, 0], contentBytes, flags);
    expect(stored.bodyBytes(words, AT)).toBe(bytes);
    expect(stored.isLarge(words, AT)).toBe(false);
  });

  test.each([LARGE_FLAG, LARGE_FLAG | PROPERTIES_FLAG])('with a large body, flags %i', flags => {
    const words = message(exchange, key, [77, 12, 1_000_000, 0], 16, flags);
    expect(stored.bodyBytes(words, AT)).toBe(1_000_000);
    expect(stored.isLarge(words, AT)).toBe(true);
  });
});
