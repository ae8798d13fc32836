import { expect, test } from 'vitest';
import { NotFoundError } from '#src/errors.js';
import { Route } from '#src/routing/route-cache.js';
import { names, type Queue, topologyWith } from './routes.js';

const none = () => undefined;

test('a route resolves again only when the topology has changed', () => {
  const topology = topologyWith('a', 'b');
  topology.bindQueue('a', 'amq.topic', '#');
  const route = new Route<Queue>('amq.topic', 'k');
  const first = route.resolve(topology, none);
  expect(names(first)).toEqual(['a']);
  expect(route.version).toBe(topology.version);
  expect(route.resolve(topology, none)).toBe(first);

  topology.bindQueue('b', 'amq.topic', 'k');
  expect(names(route.resolve(topology, none))).toEqual(['a', 'b']);
  topology.removeQueue('a');
  expect(names(route.resolve(topology, none))).toEqual(['b']);
});

test('a route that depends on headers is never kept', () => {
  const topology = topologyWith('a', 'b');
  topology.bindQueue('a', 'amq.headers', '', { kind: 'a' });
  topology.bindQueue('b', 'amq.headers', '', { kind: 'b' });
  const route = new Route<Queue>('amq.headers', '');
  for (const kind of ['a', 'b', 'a']) {
    expect(names(route.resolve(topology, () => ({ headers: { kind } })))).toEqual([kind]);
    expect(route.version).not.toBe(topology.version);
  }
});

test('an exchange that is gone is an error at the next resolve, and the old queues are let go', () => {
  const topology = topologyWith('q');
  topology.declareExchange('e', 'fanout');
  topology.bindQueue('q', 'e', '');
  const route = new Route<Queue>('e', '');
  route.resolve(topology, none);
  topology.deleteExchange('e');
  expect(() => route.resolve(topology, none)).toThrow(NotFoundError);
  expect(route.queues).toEqual([]);
});

test('declaring an exchange can open a way, along alternate exchanges', () => {
  const topology = topologyWith('q');
  topology.declareExchange('first', 'direct', { alternateExchange: 'missing' });
  topology.bindQueue('q', 'amq.fanout', '');
  const route = new Route<Queue>('first', 'k');
  expect(route.resolve(topology, none)).toEqual([]);
  topology.declareExchange('missing', 'direct', { alternateExchange: 'amq.fanout' });
  expect(names(route.resolve(topology, none))).toEqual(['q']);
});
