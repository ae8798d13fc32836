import { expect, test } from 'vitest';
import { AccessRefusedError, NotFoundError } from '#src/errors.js';
import { routed, topologyWith } from './routes.js';

test('publishing to an unknown exchange, or to an internal one, is refused', () => {
  const topology = topologyWith('q');
  topology.declareExchange('inner', 'fanout', { internal: true });
  topology.bindQueue('q', 'inner', '');
  topology.bindExchange('inner', 'amq.direct', 'k');
  expect(() => topology.route('none', '', () => undefined)).toThrow(NotFoundError);
  expect(() => topology.route('inner', '', () => undefined)).toThrow(AccessRefusedError);
  expect(routed(topology, 'amq.direct', 'k')).toEqual(['q']);
});

// RabbitMQ, "Exchange to Exchange Bindings": cycles are found, a queue gets one copy.
test('cycles end, and a queue reached several ways is found once', () => {
  const topology = topologyWith('q', 'r');
  for (const name of ['a', 'b', 'c']) topology.declareExchange(name, 'topic');
  topology.bindExchange('b', 'a', '#');
  topology.bindExchange('c', 'b', '#');
  topology.bindExchange('a', 'c', '#');
  topology.bindExchange('a', 'a', '#');
  for (const name of ['a', 'b', 'c']) topology.bindQueue('q', name, 'x.*');
  topology.bindQueue('q', 'a', 'x.#');
  topology.bindQueue('r', 'c', 'y');
  for (const start of ['a', 'b', 'c']) {
    expect(topology.route(start, 'x.1', () => undefined).queues).toEqual([{ name: 'q' }]);
    expect(routed(topology, start, 'y')).toEqual(['r']);
  }
});

test('every exchange on the way matches by its own bindings, with the same key', () => {
  const topology = topologyWith('eu', 'all');
  topology.declareExchange('regions', 'topic');
  topology.bindExchange('regions', 'amq.direct', 'order.eu');
  topology.bindQueue('eu', 'regions', '*.eu');
  topology.bindQueue('all', 'regions', '#');
  expect(routed(topology, 'amq.direct', 'order.eu')).toEqual(['all', 'eu']);
  expect(routed(topology, 'amq.direct', 'order.us')).toEqual([]);
});

// RabbitMQ, "Alternate Exchanges"; process_alternate in rabbit_exchange.
test('an alternate exchange gets what an exchange routes nowhere, and along a chain', () => {
  const topology = topologyWith('known', 'rest');
  topology.declareExchange('first', 'direct', { alternateExchange: 'second' });
  topology.declareExchange('second', 'direct', { alternateExchange: 'third' });
  expect(routed(topology, 'first', 'x')).toEqual([]);
  topology.declareExchange('third', 'fanout', { internal: true });
  topology.bindQueue('rest', 'third', '');
  topology.bindQueue('known', 'first', 'k');
  expect(routed(topology, 'first', 'k')).toEqual(['known']);
  expect(routed(topology, 'first', 'x')).toEqual(['rest']);
  topology.bindQueue('known', 'second', 'x');
  expect(routed(topology, 'first', 'x')).toEqual(['known']);
  topology.deleteExchange('second');
  expect(routed(topology, 'first', 'x')).toEqual([]);
});

test('cycles of alternate exchanges end', () => {
  const topology = topologyWith('q');
  topology.declareExchange('a', 'direct', { alternateExchange: 'b' });
  topology.declareExchange('b', 'direct', { alternateExchange: 'a' });
  topology.declareExchange('self', 'direct', { alternateExchange: 'self' });
  topology.bindQueue('q', 'b', 'k');
  expect(routed(topology, 'a', 'k')).toEqual(['q']);
  expect(routed(topology, 'a', 'x')).toEqual([]);
  expect(routed(topology, 'self', 'x')).toEqual([]);
});

test('the alternate is for an exchange without a matching binding, also if that leads to no queue', () => {
  const topology = topologyWith('rest');
  topology.declareExchange('first', 'direct', { alternateExchange: 'amq.fanout' });
  topology.declareExchange('dead-end', 'direct');
  topology.bindQueue('rest', 'amq.fanout', '');
  topology.bindExchange('dead-end', 'first', 'k');
  expect(routed(topology, 'first', 'k')).toEqual([]);
  expect(routed(topology, 'first', 'x')).toEqual(['rest']);
});

test('an exchange that is reached by a binding has its own alternate', () => {
  const topology = topologyWith('rest', 'q');
  topology.declareExchange('behind', 'direct', { alternateExchange: 'amq.fanout' });
  topology.bindExchange('behind', 'amq.topic', '#');
  topology.bindQueue('q', 'amq.topic', '#');
  topology.bindQueue('rest', 'amq.fanout', '');
  expect(routed(topology, 'amq.topic', 'x')).toEqual(['q', 'rest']);
});

test('the default exchange can be an alternate', () => {
  const topology = topologyWith('q');
  topology.declareExchange('first', 'direct', { alternateExchange: '' });
  expect(routed(topology, 'first', 'q')).toEqual(['q']);
});
