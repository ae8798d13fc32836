import { expect, test } from 'vitest';
import { encodeProperties, propertiesByteLength } from '#src/amqp/properties.js';
import { HEADER_INT32S } from '#src/records/record.js';
import { AddressedRoute } from '#src/router/delivery.js';
import type { MessageQueue } from '#src/router/message-queue.js';
import { PropertyRoutes } from '#src/router/property-routes.js';

/** A content with these headers at index 6, in memory that holds other things around it. */
function content(headers: Record<string, string>): Int32Array {
  const words = new Int32Array(64).fill(-1);
  const bytes = new Uint8Array(words.buffer);
  words[6] = propertiesByteLength({ headers });
  encodeProperties({ headers }, bytes, (6 + HEADER_INT32S) * 4);
  return words;
}

const queues = (...names: string[]): MessageQueue[] => names as never;
const route = AddressedRoute.of('headers', 'key');

/** What a router does with a message. */
function lookUp(
  table: PropertyRoutes,
  words: Int32Array,
  found: MessageQueue[],
  version = 1,
  by = route,
): readonly MessageQueue[] | undefined {
  const known = table.find(by, version, words, 6);
  if (known === undefined) table.remember(by, version, words, 6, found);
  return known;
}

test('equal properties are known from the third time on', () => {
  const table = new PropertyRoutes();
  expect(lookUp(table, content({ a: 'b' }), queues('q'))).toBeUndefined();
  expect(lookUp(table, content({ a: 'b' }), queues('q'))).toBeUndefined();
  expect(lookUp(table, content({ a: 'b' }), queues('no'))).toEqual(['q']);
});

test('what lies behind the properties does not matter', () => {
  const table = new PropertyRoutes();
  for (let i = 0; i < 2; i++) lookUp(table, content({ a: 'xy' }), queues('q'));
  const other = content({ a: 'xy' });
  const bytes = new Uint8Array(other.buffer);
  const end = (6 + HEADER_INT32S) * 4 + other[6]!;
  bytes.fill(0x55, end, end + 8);
  expect(lookUp(table, other, queues('no'))).toEqual(['q']);
});

test.each([
  ['other properties', () => content({ a: 'c' }), 1, route],
  ['longer ones', () => content({ a: 'bb' }), 1, route],
  ['another topology', () => content({ a: 'b' }), 2, route],
  ['another key', () => content({ a: 'b' }), 1, AddressedRoute.of('headers', 'yek')],
  ['another exchange', () => content({ a: 'b' }), 1, AddressedRoute.of('sredaeh', 'key')],
])('%s are not the same', (_, words, version, by) => {
  const table = new PropertyRoutes();
  for (let i = 0; i < 2; i++) lookUp(table, content({ a: 'b' }), queues('q'));
  expect(lookUp(table, words(), queues('other'), version, by)).toBeUndefined();
});

test('a route that was given another address is that of the new address', () => {
  const table = new PropertyRoutes();
  const reused = AddressedRoute.of('headers', 'old');
  for (let i = 0; i < 2; i++) lookUp(table, content({ a: 'b' }), queues('q'), 1, reused);
  reused.readdress('headers', 'new');
  expect(lookUp(table, content({ a: 'b' }), queues('other'), 1, reused)).toBeUndefined();
});
