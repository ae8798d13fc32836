import { expect, test } from 'vitest';
import { AccessRefusedError, NotFoundError, RoutingKeyTooLongError } from '#src/errors.js';
import { bindingTexts, routed, topologyWith } from './routes.js';

test('binding twice is one binding; arguments are compared by value, in any order', () => {
  const topology = topologyWith('q');
  topology.bindQueue('q', 'amq.direct', 'k', { a: 1, b: [Uint8Array.of(7)] });
  const version = topology.version;
  topology.bindQueue('q', 'amq.direct', 'k', { b: [Uint8Array.of(7)], a: 1n });
  expect(topology.version).toBe(version);
  expect(bindingTexts(topology)).toHaveLength(1);

  topology.bindQueue('q', 'amq.direct', 'k', { a: '1', b: [Uint8Array.of(7)] });
  expect(bindingTexts(topology)).toHaveLength(2);
  topology.unbindQueue('q', 'amq.direct', 'k', { a: 1, b: [Uint8Array.of(7)] });
  expect(routed(topology, 'amq.direct', 'k')).toEqual(['q']);
  topology.unbindQueue('q', 'amq.direct', 'k', { a: '1', b: [Uint8Array.of(7)] });
  expect(routed(topology, 'amq.direct', 'k')).toEqual([]);
});

test('a queue and an exchange of the same name are two destinations', () => {
  const topology = topologyWith('same', 'behind');
  topology.declareExchange('same', 'fanout');
  topology.bindQueue('behind', 'same', '');
  topology.bindQueue('same', 'amq.direct', 'k');
  topology.bindExchange('same', 'amq.direct', 'k');
  expect(routed(topology, 'amq.direct', 'k')).toEqual(['behind', 'same']);
  topology.unbindExchange('same', 'amq.direct', 'k');
  expect(routed(topology, 'amq.direct', 'k')).toEqual(['same']);
});

test('names and keys that run together differently are different bindings', () => {
  const topology = topologyWith('a', 'ab', 'a1:b');
  topology.bindQueue('a', 'amq.direct', 'bc');
  topology.bindQueue('ab', 'amq.direct', 'c');
  topology.bindQueue('a1:b', 'amq.direct', '');
  topology.bindQueue('a', 'amq.direct', '1:b');
  expect(bindingTexts(topology)).toHaveLength(4);
});

// RabbitMQ: rabbit_binding:add/3 (not_found), check_not_default_exchange.
test('binding what does not exist, or the default exchange, is refused', () => {
  const topology = topologyWith('q');
  expect(() => topology.bindQueue('q', 'none', 'k')).toThrow(NotFoundError);
  expect(() => topology.bindQueue('none', 'amq.direct', 'k')).toThrow(NotFoundError);
  expect(() => topology.bindExchange('none', 'amq.direct', 'k')).toThrow(NotFoundError);
  expect(() => topology.bindExchange('amq.direct', 'none', 'k')).toThrow(NotFoundError);
  expect(() => topology.bindQueue('q', '', 'k')).toThrow(AccessRefusedError);
  expect(() => topology.bindExchange('', 'amq.direct', 'k')).toThrow(AccessRefusedError);
  expect(() => topology.bindExchange('amq.direct', '', 'k')).toThrow(AccessRefusedError);
  expect(bindingTexts(topology)).toEqual([]);
});

// RabbitMQ: rabbit_binding:remove/3 (absent_errs_only): unbinding is idempotent, whatever is missing.
test('unbinding what does not exist does nothing, but the default exchange is refused', () => {
  const topology = topologyWith('q');
  topology.bindQueue('q', 'amq.direct', 'k');
  const version = topology.version;
  topology.unbindQueue('q', 'amq.direct', 'other');
  topology.unbindQueue('q', 'amq.direct', 'k', { a: 1 });
  topology.unbindQueue('none', 'amq.direct', 'k');
  topology.unbindQueue('q', 'none', 'k');
  topology.unbindExchange('amq.topic', 'amq.direct', 'k');
  topology.unbindExchange('none', 'amq.direct', 'k');
  expect(topology.version).toBe(version);
  expect(bindingTexts(topology)).toEqual(['amq.direct -k-> queue q']);
  expect(() => topology.unbindQueue('q', '', 'q')).toThrow(AccessRefusedError);
  expect(() => topology.unbindExchange('amq.direct', '', 'q')).toThrow(AccessRefusedError);
  expect(() => topology.unbindExchange('', 'amq.direct', 'q')).toThrow(AccessRefusedError);
});

// AMQP 0-9-1, 4.2.5.3: a short string has at most 255 bytes.
test('keys have at most 255 bytes in UTF-8', () => {
  const topology = topologyWith('q');
  const longest = `${'é'.repeat(127)}e`;
  topology.bindQueue('q', 'amq.direct', longest);
  expect(routed(topology, 'amq.direct', longest)).toEqual(['q']);
  for (const key of ['x'.repeat(256), 'é'.repeat(128), '語'.repeat(86)]) {
    expect(() => topology.bindQueue('q', 'amq.direct', key)).toThrow(RoutingKeyTooLongError);
    expect(() => topology.bindExchange('amq.topic', 'amq.direct', key)).toThrow(RoutingKeyTooLongError);
    expect(() => topology.route('amq.direct', key, () => undefined)).toThrow(RoutingKeyTooLongError);
  }
});

test('bindings are listed, those of the default exchange too', () => {
  const topology = topologyWith('q');
  topology.bindQueue('q', 'amq.topic', 'a.#', { note: 'x' });
  topology.bindExchange('amq.fanout', 'amq.topic', 'b');
  expect([...topology.bindings()]).toEqual([
    { source: '', destination: 'q', destinationKind: 'queue', key: 'q', arguments: {} },
    { source: 'amq.topic', destination: 'q', destinationKind: 'queue', key: 'a.#', arguments: { note: 'x' } },
    { source: 'amq.topic', destination: 'amq.fanout', destinationKind: 'exchange', key: 'b', arguments: {} },
  ]);
});
