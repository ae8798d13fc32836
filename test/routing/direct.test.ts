import { expect, test } from 'vitest';
import { routed, topologyWith } from './routes.js';

// AMQP 0-9-1, 3.1.3.1; RabbitMQ, "AMQP 0-9-1 Model Explained", "Direct Exchange" and "Default Exchange".
test.each([
  ['red', ['both', 'red']],
  ['blue', ['blue', 'both']],
  ['green', []],
  ['', ['empty']],
  ['Red', []],
  ['*', ['star']],
])('key "%s"', (key, expected) => {
  const topology = topologyWith('red', 'blue', 'both', 'empty', 'star');
  topology.bindQueue('red', 'amq.direct', 'red');
  topology.bindQueue('blue', 'amq.direct', 'blue');
  topology.bindQueue('both', 'amq.direct', 'red');
  topology.bindQueue('both', 'amq.direct', 'blue');
  topology.bindQueue('empty', 'amq.direct', '');
  topology.bindQueue('star', 'amq.direct', '*');
  expect(routed(topology, 'amq.direct', key)).toEqual(expected);
});

test('the default exchange routes to the queue named by the key, until it is removed', () => {
  const topology = topologyWith('a', 'b');
  expect(routed(topology, '', 'a')).toEqual(['a']);
  expect(routed(topology, '', 'c')).toEqual([]);
  topology.removeQueue('a');
  expect(routed(topology, '', 'a')).toEqual([]);
  expect(routed(topology, '', 'b')).toEqual(['b']);
});
