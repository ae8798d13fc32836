import { expect, test } from 'vitest';
import { routed, topologyWith } from './routes.js';

// AMQP 0-9-1, 3.1.3.2: the routing key does not matter.
test.each(['', 'x', 'never.bound'])('key "%s" reaches every bound queue once', key => {
  const topology = topologyWith('a', 'b', 'unbound');
  topology.bindQueue('a', 'amq.fanout', 'x');
  topology.bindQueue('a', 'amq.fanout', 'y');
  topology.bindQueue('b', 'amq.fanout', '');
  expect(routed(topology, 'amq.fanout', key)).toEqual(['a', 'b']);
});

test('a queue bound twice stays until both bindings are gone', () => {
  const topology = topologyWith('a', 'b');
  topology.bindQueue('a', 'amq.fanout', 'x');
  topology.bindQueue('b', 'amq.fanout', 'x');
  topology.bindQueue('a', 'amq.fanout', 'y');
  topology.unbindQueue('a', 'amq.fanout', 'x');
  expect(routed(topology, 'amq.fanout')).toEqual(['a', 'b']);
  topology.unbindQueue('a', 'amq.fanout', 'y');
  expect(routed(topology, 'amq.fanout')).toEqual(['b']);
});
