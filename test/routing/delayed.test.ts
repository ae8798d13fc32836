import { expect, test } from 'vitest';
import { NotFoundError, PreconditionFailedError } from '#src/errors.js';
import type { Arguments, ArgumentValue } from '#src/routing/arguments.js';
import type { ExchangeOptions } from '#src/routing/declaration.js';
import { Route } from '#src/routing/route-cache.js';
import type { Destinations } from '#src/routing/route-walk.js';
import type { Topology } from '#src/routing/topology.js';
import { exchangeNames, names, type Queue, topologyWith } from './routes.js';

function declareDelayed(
  topology: Topology<Queue>,
  name: string,
  type: ArgumentValue | undefined,
  options: ExchangeOptions = {},
): void {
  topology.declareExchange(name, 'x-delayed-message', {
    ...options,
    arguments: { ...options.arguments, 'x-delayed-type': type },
  });
}

function published(topology: Topology<Queue>, exchange: string, key: string, headers?: Arguments) {
  return described(topology.route(exchange, key, () => ({ headers })));
}

function released(topology: Topology<Queue>, exchange: string, key: string, headers?: Arguments) {
  return described(topology.routeReleased(exchange, key, () => ({ headers })));
}

function described({ queues, delayed }: Destinations<Queue>): string[] {
  const holds = delayed.map(({ exchange, milliseconds }) => `${exchange} for ${milliseconds} ms`);
  return [...names(queues), ...holds.sort()];
}

// RabbitMQ: rabbitmq_delayed_message_exchange, README, "Routing".
test.each<[string, Arguments, string, Arguments, string, string[]]>([
  ['direct', {}, 'a', {}, 'a', ['q']],
  ['direct', {}, 'a', {}, 'b', []],
  ['fanout', {}, '', {}, 'b', ['q']],
  ['topic', {}, 'a.#', {}, 'a.b', ['q']],
  ['headers', {}, '', { kind: 'x' }, '', ['q']],
  ['headers', {}, '', { kind: 'y' }, '', []],
  ['x-consistent-hash', {}, '3', {}, 'any', ['q']],
  ['x-consistent-hash', { 'hash-header': 'kind' }, '3', {}, 'any', ['q']],
])(
  '%s %o, bound by "%s" %o: key "%s" leads to %o',
  (type, options, bindingKey, conditions, key, expected) => {
    const topology = topologyWith('q');
    declareDelayed(topology, 'e', type, { arguments: options });
    topology.bindQueue('q', 'e', bindingKey, conditions);
    expect(published(topology, 'e', key, { kind: 'x' })).toEqual(expected);
    expect(published(topology, 'e', key, { kind: 'x', 'x-delay': 50 })).toEqual(['e for 50 ms']);
    expect(released(topology, 'e', key, { kind: 'x', 'x-delay': 50 })).toEqual(expected);
  },
);

// RabbitMQ: get_delay in rabbit_delayed_message_utils, delay_message in rabbit_exchange_type_delayed_message.
test.each<[ArgumentValue | undefined, number]>([
  [undefined, 0],
  [1, 1],
  [5000n, 5000],
  [2 ** 32 - 1, 2 ** 32 - 1],
  [2 ** 32, 0], // https://github.com/rabbitmq/rabbitmq-delayed-message-exchange/issues/71
  [2n ** 62n, 0],
  [0, 0],
  [-1, 0],
  [-5000, 0],
  [1.9, 1],
  [0.9, 0],
  [Number.NaN, 0],
  [Number.POSITIVE_INFINITY, 0],
  ['250', 250],
  ['+250', 250],
  ['-250', 0],
  ['4294967296', 0],
  [Buffer.from('250'), 250],
  // An error in the plugin, which takes a text for an integer's.
  ['', 0],
  ['soon', 0],
  ['1.5', 0],
  ['250 ms', 0],
  // Of no type that it takes for a delay.
  [true, 0],
  [null, 0],
  [new Date(5000), 0],
  [[5000], 0],
  [{ scale: 0, digits: 5000 }, 0],
])('x-delay %o is %d ms', (delay, milliseconds) => {
  const topology = topologyWith('q');
  declareDelayed(topology, 'e', 'fanout');
  topology.bindQueue('q', 'e', '');
  const expected = milliseconds === 0 ? ['q'] : [`e for ${milliseconds} ms`];
  expect(published(topology, 'e', '', { 'x-delay': delay })).toEqual(expected);
});

test('a message without headers or properties is not held', () => {
  const topology = topologyWith('q');
  declareDelayed(topology, 'e', 'fanout');
  topology.bindQueue('q', 'e', '');
  expect(published(topology, 'e', '')).toEqual(['q']);
  expect(described(topology.route('e', '', () => undefined))).toEqual(['q']);
});

test('a message is held where it reaches a delayed exchange, and goes the other ways at once', () => {
  const topology = topologyWith('now', 'late', 'later');
  topology.declareExchange('front', 'fanout');
  declareDelayed(topology, 'd1', 'fanout');
  declareDelayed(topology, 'd2', 'direct', { internal: true });
  topology.bindQueue('now', 'front', '');
  topology.bindExchange('d1', 'front', '');
  topology.bindExchange('d2', 'front', '');
  topology.bindQueue('late', 'd1', '');
  topology.bindQueue('later', 'd2', 'k');
  const headers = { 'x-delay': 7 };
  expect(published(topology, 'front', 'k', headers)).toEqual(['now', 'd1 for 7 ms', 'd2 for 7 ms']);
  expect(published(topology, 'front', 'k')).toEqual(['late', 'later', 'now']);
  expect(released(topology, 'd1', 'k', headers)).toEqual(['late']);
  expect(released(topology, 'd2', 'k', headers)).toEqual(['later']);
});

// RabbitMQ: swap_delay_header in rabbit_delayed_message_utils.
test('a released message is not held again, there or further on', () => {
  const topology = topologyWith('q');
  declareDelayed(topology, 'd1', 'fanout');
  declareDelayed(topology, 'd2', 'fanout');
  topology.bindExchange('d2', 'd1', '');
  topology.bindExchange('d1', 'd2', '');
  topology.bindQueue('q', 'd2', '');
  expect(published(topology, 'd1', '', { 'x-delay': 7 })).toEqual(['d1 for 7 ms']);
  expect(released(topology, 'd1', '', { 'x-delay': 7 })).toEqual(['q']);
});

// Otherwise than the plugin: https://github.com/rabbitmq/rabbitmq-delayed-message-exchange/issues/36.
test('the alternate exchange gets what is routed nowhere after the delay', () => {
  const topology = topologyWith('q', 'rest');
  declareDelayed(topology, 'e', 'direct', { alternateExchange: 'amq.fanout' });
  topology.bindQueue('q', 'e', 'k');
  topology.bindQueue('rest', 'amq.fanout', '');
  expect(published(topology, 'e', 'other', { 'x-delay': 7 })).toEqual(['e for 7 ms']);
  expect(released(topology, 'e', 'other', { 'x-delay': 7 })).toEqual(['rest']);
  expect(released(topology, 'e', 'k', { 'x-delay': 7 })).toEqual(['q']);
  expect(published(topology, 'e', 'other')).toEqual(['rest']);
});

test('a message is released to what is bound by then; to nothing, where the exchange is gone', () => {
  const topology = topologyWith('q', 'r');
  declareDelayed(topology, 'e', 'fanout');
  topology.bindQueue('q', 'e', '');
  topology.bindQueue('r', 'e', '');
  topology.unbindQueue('q', 'e', '');
  expect(released(topology, 'e', '')).toEqual(['r']);
  topology.deleteExchange('e');
  expect(topology.routeReleased('e', '', () => undefined)).toEqual({
    queues: [],
    delayed: [],
    propertyDependent: false,
  });
});

test('a route through a delayed exchange is never kept', () => {
  const topology = topologyWith('q');
  declareDelayed(topology, 'd', 'fanout');
  topology.bindExchange('d', 'amq.fanout', '');
  topology.bindQueue('q', 'd', '');
  const route = new Route<Queue>('amq.fanout', '');
  const resolve = (headers?: Arguments) => names(route.resolve(topology, () => ({ headers })));
  expect(resolve()).toEqual(['q']);
  expect(route.version).not.toBe(topology.version);
  expect(resolve({ 'x-delay': 7 })).toEqual([]);
  expect(route.delayed).toEqual([{ exchange: 'd', milliseconds: 7 }]);
  expect(resolve()).toEqual(['q']);
  expect(route.delayed).toEqual([]);

  expect(resolve({ 'x-delay': 7 })).toEqual([]);
  topology.unbindExchange('d', 'amq.fanout', '');
  expect(resolve({ 'x-delay': 7 })).toEqual([]);
  expect(route.delayed).toEqual([]);
  expect(route.version).toBe(topology.version);
});

test('a route that is an error has no holds left from before', () => {
  const topology = topologyWith();
  declareDelayed(topology, 'd', 'fanout');
  const route = new Route<Queue>('d', '');
  const resolve = () => route.resolve(topology, () => ({ headers: { 'x-delay': 7 } }));
  resolve();
  expect(route.delayed).toHaveLength(1);
  topology.deleteExchange('d');
  expect(resolve).toThrow(NotFoundError);
  expect(route.delayed).toEqual([]);
});

test('properties are read once, for the delay and for the type behind it', () => {
  const topology = topologyWith('q');
  declareDelayed(topology, 'd', 'headers');
  topology.bindQueue('q', 'd', '', { kind: 'x' });
  topology.bindExchange('amq.headers', 'd', '', { kind: 'x' });
  topology.bindQueue('q', 'amq.headers', '', { kind: 'x' });
  let reads = 0;
  const { queues } = topology.route('d', '', () => {
    reads++;
    return { headers: { kind: 'x' } };
  });
  expect(names(queues)).toEqual(['q']);
  expect(reads).toBe(1);
});

// RabbitMQ: validate in rabbit_exchange_type_delayed_message; check_type in rabbit_exchange.
test.each<[ArgumentValue | undefined, RegExp]>([
  [undefined, /x-delayed-type is missing; .* direct, fanout, headers, topic, x-consistent-hash\./],
  ['x-delayed-message', /x-delayed-type is 'x-delayed-message'/],
  ['x-random', /x-delayed-type is 'x-random'/],
  ['', /x-delayed-type is ''/],
  [1, /x-delayed-type is '1'/],
  [null, /x-delayed-type is 'null'/],
])('x-delayed-type %o is refused, and nothing is declared', (type, message) => {
  const topology = topologyWith();
  expect(() => declareDelayed(topology, 'e', type)).toThrow(PreconditionFailedError);
  expect(() => declareDelayed(topology, 'e', type)).toThrow(message);
  expect(exchangeNames(topology)).toEqual([]);
});

test('the type behind it checks the arguments of the exchange and of its bindings', () => {
  const topology = topologyWith('q');
  const both = { arguments: { 'hash-header': 'a', 'hash-property': 'message_id' } };
  expect(() => declareDelayed(topology, 'e', 'x-consistent-hash', both)).toThrow(
    /hash-header and hash-property/,
  );
  declareDelayed(topology, 'e', 'x-consistent-hash');
  expect(() => topology.bindQueue('q', 'e', 'x')).toThrow(PreconditionFailedError);
  declareDelayed(topology, 'f', 'headers');
  expect(() => topology.bindQueue('q', 'f', '', { 'x-match': 'most' })).toThrow(PreconditionFailedError);
});

// RabbitMQ: assert_args_equivalence in rabbit_exchange_type_delayed_message leaves it to the type that the exchange
// has, and all types compare the alternate exchange alone.
test('declaring again with another x-delayed-type, or none, does nothing', () => {
  const topology = topologyWith('q');
  declareDelayed(topology, 'e', 'direct');
  topology.bindQueue('q', 'e', 'k');
  const version = topology.version;
  declareDelayed(topology, 'e', 'fanout');
  declareDelayed(topology, 'e', undefined);
  expect(topology.version).toBe(version);
  expect(published(topology, 'e', 'other')).toEqual([]);
});
