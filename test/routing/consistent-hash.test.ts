import { expect, test } from 'vitest';
import { PreconditionFailedError } from '#src/errors.js';
import type { Arguments, ArgumentValue } from '#src/routing/arguments.js';
import type { RoutingProperties } from '#src/routing/exchange-type.js';
import type { Topology } from '#src/routing/topology.js';
import { bindingTexts, exchangeNames, type Queue, routed, routedWith, topologyWith } from './routes.js';

/** A topology with the exchange `e`, to which a queue is bound per name, with its weight. */
function ring(weights: Record<string, number>, exchangeArguments?: Arguments): Topology<Queue> {
  const topology = topologyWith(...Object.keys(weights));
  topology.declareExchange('e', 'x-consistent-hash', { arguments: exchangeArguments });
  for (const [name, weight] of Object.entries(weights)) topology.bindQueue(name, 'e', `${weight}`);
  return topology;
}

/** The only queue that a message goes to. */
function chosen(topology: Topology<Queue>, key: string, properties: RoutingProperties = {}): string {
  const queues = routedWith(topology, 'e', key, properties);
  // No expect: it would take most of the time of tests with many keys.
  if (queues.length !== 1) throw new Error(`'${key}' reaches ${queues.length} queues: ${queues.join(', ')}`);
  return queues[0]!;
}

/** Queues q0, q1, … of weight 1. */
function equalWeights(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`q${i}`, 1]));
}

/** The share of the keys that each queue has. */
function sharesOf(queues: readonly string[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const queue of queues) shares.set(queue, (shares.get(queue) ?? 0) + 1 / queues.length);
  return shares;
}

/** The tolerance is a part of `expected`: of 10,000 keys, chance alone gives a fifth of them 2 % more or less. */
function expectShare(share: number | undefined, expected: number, tolerance = 0.06): void {
  expect(Math.abs(share! / expected - 1)).toBeLessThan(tolerance);
}

const KEYS = Array.from({ length: 10_000 }, (_, i) => `order.${i}`);

function choices(topology: Topology<Queue>): string[] {
  return KEYS.map(key => chosen(topology, key));
}

/** The share of the keys that two lists of choices place differently. */
function moved(before: readonly string[], after: readonly string[]): number {
  return before.filter((queue, i) => queue !== after[i]).length / before.length;
}

// RabbitMQ: rabbitmq_consistent_hash_exchange, README, "Binding Weights".
test.each<[string, (i: number) => string]>([
  ['numbers', i => `${i}`],
  ['a few letters', i => i.toString(36)],
  ['two characters', i => String.fromCharCode(i & 0xffff, i >>> 16)],
  ['a long common beginning', i => `the/same/for/all/of/them/${i}`],
  ['a long common end', i => `${i}/the/same/for/all/of/them`],
])('100,000 keys spread as the weights 1:1:2 say: %s', (_, keyOf) => {
  const topology = ring({ a: 1, b: 1, c: 2 });
  const keys = Array.from({ length: 100_000 }, (_, i) => keyOf(i));
  const shares = sharesOf(keys.map(key => chosen(topology, key)));
  expectShare(shares.get('a'), 1 / 4, 0.02);
  expectShare(shares.get('b'), 1 / 4, 0.02);
  expectShare(shares.get('c'), 1 / 2, 0.02);
});

test('a key stays where it is, in every topology with the same history', () => {
  const first = choices(ring({ a: 2, b: 1, c: 4 }));
  const topology = ring({ a: 2, b: 1, c: 4 });
  expect(choices(topology)).toEqual(first);
  expect(choices(topology)).toEqual(first);
});

test('a further binding of ten takes its own keys and moves no others', () => {
  const topology = ring(equalWeights(10));
  const before = choices(topology);
  topology.addQueue({ name: 'new' });
  topology.bindQueue('new', 'e', '1');
  const after = choices(topology);
  expect(after.filter((queue, i) => queue !== before[i] && queue !== 'new')).toEqual([]);
  expect(moved(before, after)).toBeGreaterThan(0.08);
  expect(moved(before, after)).toBeLessThan(0.1);
});

test.each(['q0', 'q4', 'q9'])(
  'removing %s, one of ten bindings, moves its keys and as many at most',
  name => {
    const topology = ring(equalWeights(10));
    const before = choices(topology);
    topology.unbindQueue(name, 'e', '1');
    const after = choices(topology);
    expect(after).not.toContain(name);
    expect(moved(before, after)).toBeGreaterThan(0.09);
    expect(moved(before, after)).toBeLessThan(0.21);
  },
);

test('weights hold after bindings came and went', () => {
  const topology = ring({ a: 3, b: 7, c: 1, d: 5, e: 2 });
  topology.unbindQueue('b', 'e', '7');
  topology.unbindQueue('a', 'e', '3');
  topology.bindQueue('a', 'e', '2');
  topology.unbindQueue('d', 'e', '5');
  const shares = sharesOf(choices(topology));
  expectShare(shares.get('a'), 2 / 5);
  expectShare(shares.get('c'), 1 / 5);
  expectShare(shares.get('e'), 2 / 5);
});

test('without bindings nothing is routed, and the alternate exchange gets the message', () => {
  const topology = topologyWith('q', 'rest');
  topology.declareExchange('e', 'x-consistent-hash', { alternateExchange: 'amq.fanout' });
  topology.bindQueue('rest', 'amq.fanout', '');
  expect(routed(topology, 'e', 'k')).toEqual(['rest']);
  topology.bindQueue('q', 'e', '3');
  expect(routed(topology, 'e', 'k')).toEqual(['q']);
  topology.removeQueue('q');
  expect(routed(topology, 'e', 'k')).toEqual(['rest']);
});

test('a destination can be an exchange', () => {
  const topology = ring({ a: 1 });
  topology.bindExchange('amq.fanout', 'e', '1');
  topology.bindQueue('a', 'amq.direct', 'k');
  topology.bindExchange('e', 'amq.direct', 'k');
  expect(routed(topology, 'amq.direct', 'k')).toEqual(['a']);
  const reached = KEYS.map(key => routed(topology, 'e', key).length);
  expect(reached).toContain(0);
  expect(reached).toContain(1);
});

// RabbitMQ: chx_hash_ring_update_fun in rabbit_exchange_type_consistent_hash: the first binding wins.
test('of two bindings to one destination the first counts', () => {
  const topology = ring({ a: 1, b: 1 });
  const before = choices(topology);
  topology.bindQueue('a', 'e', '50');
  expect(bindingTexts(topology)).toHaveLength(3);
  expect(choices(topology)).toEqual(before);
  topology.unbindQueue('a', 'e', '50');
  expect(choices(topology)).toEqual(before);
});

// Otherwise than RabbitMQ: https://github.com/rabbitmq/rabbitmq-server/issues/9641.
test('when the first of two bindings to one destination goes, the second counts', () => {
  const topology = ring({ a: 1, b: 1 });
  topology.bindQueue('a', 'e', '9');
  topology.unbindQueue('a', 'e', '1');
  expectShare(sharesOf(choices(topology)).get('a'), 9 / 10);
  topology.unbindQueue('a', 'e', '9');
  expect(choices(topology)).not.toContain('a');
});

// RabbitMQ: validate_binding in rabbit_exchange_type_consistent_hash; an upper limit since 4.2.6 (CVE-2026-67219).
test.each(['', '0', '-1', '1.5', '1e3', ' 1', 'x', '0x1', '100001', '9'.repeat(200)])(
  'the weight "%s" is refused, and nothing is bound',
  key => {
    const topology = ring({ a: 1 });
    topology.addQueue({ name: 'b' });
    const version = topology.version;
    expect(() => topology.bindQueue('b', 'e', key)).toThrow(PreconditionFailedError);
    expect(topology.version).toBe(version);
    expect(bindingTexts(topology)).toEqual(['e -1-> queue a']);
    expect(new Set(choices(topology))).toEqual(new Set(['a']));
  },
);

// Erlang's list_to_integer, by which the plugin reads the weight.
test.each(['1', '+2', '007', '100000'])('the weight "%s" is taken', key => {
  const topology = ring({});
  topology.addQueue({ name: 'q' });
  topology.bindQueue('q', 'e', key);
  expect(routed(topology, 'e', 'k')).toEqual(['q']);
});

const HASHED: [Arguments, (text: string) => RoutingProperties][] = [
  [{ 'hash-header': 'tenant' }, text => ({ headers: { tenant: text } })],
  [{ 'hash-property': 'message_id' }, text => ({ messageId: text })],
  [{ 'hash-property': 'correlation_id' }, text => ({ correlationId: text })],
  [{ 'hash-property': 'timestamp' }, text => ({ timestamp: Number(text) })],
];

// RabbitMQ: rabbitmq_consistent_hash_exchange, README, "Routing on a Header" and "Routing on a Message Property".
test.each(HASHED)(
  'with the argument %o that is hashed, and the routing key is not',
  (exchangeArguments, of) => {
    const byKey = ring(equalWeights(5));
    const topology = ring(equalWeights(5), exchangeArguments);
    for (let i = 0; i < 100; i++) {
      expect(chosen(topology, `${i + 1}`, of(`${i}`))).toBe(chosen(byKey, `${i}`));
    }
  },
);

test.each(HASHED)('with the argument %o, messages without it all go to one queue', exchangeArguments => {
  const topology = ring(equalWeights(5), exchangeArguments);
  const without: (RoutingProperties | undefined)[] = [
    undefined,
    {},
    { headers: {} },
    { headers: { other: 1 } },
  ];
  const reached = without.flatMap((properties, i) =>
    topology.route('e', `${i}`, () => properties).queues.map(queue => queue.name),
  );
  expect(reached).toHaveLength(without.length);
  expect(new Set(reached).size).toBe(1);
});

test('a header of any type is hashed, by its value', () => {
  const topology = ring(equalWeights(50), { 'hash-header': 'h' });
  const to = (h: ArgumentValue) => chosen(topology, '', { headers: { h } });
  expect(to(1)).toBe(to(1n));
  expect(to('abc')).toBe(to(Buffer.from('abc')));
  const values: ArgumentValue[] = [true, 2.5, new Date(0), [1, 'a'], { a: 1 }, null, Uint8Array.of(0xff)];
  expect(new Set(values.map(to)).size).toBeGreaterThan(3);
});

test('a header that every JavaScript object has is missing', () => {
  const topology = ring(equalWeights(50), { 'hash-header': 'toString' });
  expect(chosen(topology, '', { headers: {} })).toBe(chosen(topology, ''));
});

test('a route by the key is known afterwards, one by a header or property is not', () => {
  expect(ring({ a: 1 }).route('e', 'k', () => undefined).propertyDependent).toBe(false);
  for (const [exchangeArguments] of HASHED) {
    expect(ring({ a: 1 }, exchangeArguments).route('e', 'k', () => undefined).propertyDependent).toBe(true);
  }
});

// RabbitMQ: validate in rabbit_exchange_type_consistent_hash; a name that is no string is an internal error there.
test.each<Arguments>([
  { 'hash-header': 'h', 'hash-property': 'message_id' },
  { 'hash-property': 'app_id' },
  { 'hash-property': 'messageId' },
  { 'hash-property': 1 },
  { 'hash-header': 1 },
  { 'hash-header': null },
])('the arguments %o are refused, and nothing is declared', exchangeArguments => {
  const topology = topologyWith();
  const declare = () => topology.declareExchange('e', 'x-consistent-hash', { arguments: exchangeArguments });
  expect(declare).toThrow(PreconditionFailedError);
  expect(exchangeNames(topology)).toEqual([]);
});

// RabbitMQ: assert_args_equivalence in rabbit_exchange_type_consistent_hash compares the alternate exchange alone.
test('declaring again with other arguments does nothing', () => {
  const topology = ring({ a: 1, b: 1 }, { 'hash-header': 'h' });
  const version = topology.version;
  topology.declareExchange('e', 'x-consistent-hash', { arguments: { 'hash-property': 'timestamp' } });
  expect(topology.version).toBe(version);
  const type = () => topology.declareExchange('e', 'fanout');
  expect(type).toThrow(/type 'x-consistent-hash'.*'fanout'/);
});
