import { expect, test } from 'vitest';
import { AccessRefusedError, NotFoundError, PreconditionFailedError } from '#src/errors.js';
import { bindingTexts, exchangeNames, routed, topologyWith } from './routes.js';

test('deleting an exchange deletes the bindings from it and to it', () => {
  const topology = topologyWith('q');
  for (const name of ['before', 'middle', 'after']) topology.declareExchange(name, 'fanout');
  topology.bindExchange('middle', 'before', '');
  topology.bindExchange('after', 'middle', '');
  topology.bindExchange('middle', 'middle', '');
  topology.bindQueue('q', 'after', '');
  expect(routed(topology, 'before')).toEqual(['q']);

  topology.deleteExchange('middle');
  expect(exchangeNames(topology)).toEqual(['before', 'after']);
  expect(bindingTexts(topology)).toEqual(['after --> queue q']);
  expect(routed(topology, 'before')).toEqual([]);
  expect(() => topology.route('middle', '', () => undefined)).toThrow(NotFoundError);

  // A new exchange of the same name inherits nothing.
  topology.declareExchange('middle', 'fanout');
  expect(routed(topology, 'before')).toEqual([]);
});

// RabbitMQ: ensure_deleted in rabbit_exchange; check_exchange_deletion.
test('deleting what does not exist does nothing; the broker’s own exchanges are refused', () => {
  const topology = topologyWith();
  topology.deleteExchange('none');
  for (const name of ['', 'amq.topic', 'amq.none']) {
    expect(() => topology.deleteExchange(name)).toThrow(AccessRefusedError);
  }
});

test('ifUnused refuses while something is bound to the exchange, not while it is bound itself', () => {
  const topology = topologyWith('q');
  topology.declareExchange('e', 'direct');
  topology.bindExchange('e', 'amq.direct', 'k');
  topology.bindQueue('q', 'e', 'k');
  expect(() => topology.deleteExchange('e', { ifUnused: true })).toThrow(PreconditionFailedError);
  expect(routed(topology, 'amq.direct', 'k')).toEqual(['q']);
  topology.unbindQueue('q', 'e', 'k');
  topology.deleteExchange('e', { ifUnused: true });
  expect(exchangeNames(topology)).toEqual([]);
});

test('removing a queue removes its bindings from every exchange type', () => {
  const topology = topologyWith('q', 'other');
  for (const exchange of ['amq.direct', 'amq.fanout', 'amq.topic', 'amq.headers']) {
    topology.bindQueue('q', exchange, 'k', { a: 1 });
    topology.bindQueue('other', exchange, 'k', { a: 1 });
  }
  topology.removeQueue('q');
  for (const exchange of ['amq.direct', 'amq.fanout', 'amq.topic', 'amq.headers']) {
    expect(routed(topology, exchange, 'k', { a: 1 })).toEqual(['other']);
  }
  expect(bindingTexts(topology)).toHaveLength(4);
});

// RabbitMQ: maybe_auto_delete in rabbit_binding: it looks at the exchange as a source only.
test('an autoDelete exchange goes with its last binding, not before it had one', () => {
  const topology = topologyWith('a', 'b');
  topology.declareExchange('e', 'fanout', { autoDelete: true });
  topology.bindExchange('e', 'amq.fanout', '');
  topology.unbindExchange('e', 'amq.fanout', '');
  expect(exchangeNames(topology)).toEqual(['e']);

  topology.bindExchange('e', 'amq.fanout', '');
  topology.bindQueue('a', 'e', '');
  topology.bindQueue('b', 'e', '');
  topology.unbindQueue('a', 'e', '');
  expect(exchangeNames(topology)).toEqual(['e']);
  topology.removeQueue('b');
  expect(exchangeNames(topology)).toEqual([]);
  expect(bindingTexts(topology)).toEqual([]);
});

test('autoDelete passes along a chain of any length, and through cycles', () => {
  const topology = topologyWith('q');
  const length = 20_000;
  for (let i = 0; i < length; i++) {
    topology.declareExchange(`e${i}`, 'fanout', { autoDelete: true });
    if (i > 0) topology.bindExchange(`e${i}`, `e${i - 1}`, '');
  }
  topology.bindQueue('q', `e${length - 1}`, '');
  expect(routed(topology, 'e0')).toEqual(['q']);
  topology.removeQueue('q');
  expect(exchangeNames(topology)).toEqual([]);

  for (const name of ['x', 'y']) topology.declareExchange(name, 'fanout', { autoDelete: true });
  topology.bindExchange('x', 'y', '');
  topology.bindExchange('y', 'x', '');
  topology.bindExchange('x', 'x', '');
  topology.deleteExchange('x');
  expect(exchangeNames(topology)).toEqual([]);
  expect(bindingTexts(topology)).toEqual([]);
});
