import { expect, test } from 'vitest';
import {
  AccessRefusedError,
  InvalidArgumentError,
  NotFoundError,
  PreconditionFailedError,
} from '#src/errors.js';
import type { ExchangeOptions } from '#src/routing/declaration.js';
import { exchangeNames, topologyWith } from './routes.js';

// RabbitMQ, "AMQP 0-9-1 Model Explained"; amq.rabbitmq.trace belongs to a plugin.
test('the exchanges that AMQP and RabbitMQ predeclare are there', () => {
  const listed = [...topologyWith().exchanges()].map(({ name, type, durable }) => [name, type, durable]);
  expect(listed).toEqual([
    ['', 'direct', true],
    ['amq.direct', 'direct', true],
    ['amq.fanout', 'fanout', true],
    ['amq.headers', 'headers', true],
    ['amq.match', 'headers', true],
    ['amq.topic', 'topic', true],
  ]);
});

// RabbitMQ: assert_equivalence in rabbit_exchange.
const DECLARED: ExchangeOptions = { durable: true, alternateExchange: 'other', arguments: { a: 1 } };
test.each<[string, ExchangeOptions]>([
  ['direct', DECLARED],
  ['direct', { durable: true, arguments: { 'alternate-exchange': 'other' } }],
  ['direct', { ...DECLARED, autoDelete: false, internal: false, arguments: { b: 2 } }],
])('declaring again as %s, %o does nothing', (type, options) => {
  const topology = topologyWith();
  topology.declareExchange('e', 'direct', DECLARED);
  const version = topology.version;
  topology.declareExchange('e', type, options);
  expect(topology.version).toBe(version);
});

test.each<[string, ExchangeOptions, RegExp]>([
  ['fanout', DECLARED, /type 'direct'.*'fanout'/],
  ['direct', { ...DECLARED, durable: false }, /durable true.*false/],
  ['direct', { ...DECLARED, autoDelete: true }, /autoDelete false.*true/],
  ['direct', { ...DECLARED, internal: true }, /internal false.*true/],
  ['direct', { ...DECLARED, alternateExchange: undefined }, /alternateExchange 'other'.*not set/],
  ['direct', { ...DECLARED, alternateExchange: 'another' }, /alternateExchange 'other'.*'another'/],
])('declaring again as %s, %o is refused', (type, options, message) => {
  const topology = topologyWith();
  topology.declareExchange('e', 'direct', DECLARED);
  expect(() => topology.declareExchange('e', type, options)).toThrow(PreconditionFailedError);
  expect(() => topology.declareExchange('e', type, options)).toThrow(message);
});

test('an unknown type is refused with a list of the known ones', () => {
  const declare = () => topologyWith().declareExchange('e', 'x-random');
  expect(declare).toThrow(InvalidArgumentError);
  expect(declare).toThrow(/'x-random'.*direct, fanout, headers, topic, x-consistent-hash, x-delayed-message/);
});

test.each<[string, ExchangeOptions, new (message: string) => Error]>([
  ['', {}, AccessRefusedError],
  ['amq.mine', {}, AccessRefusedError],
  ['amq.', {}, AccessRefusedError],
  ['x'.repeat(256), {}, InvalidArgumentError],
  ['é'.repeat(128), {}, InvalidArgumentError],
  ['e', { arguments: { 'alternate-exchange': 1 } }, PreconditionFailedError],
  ['e', { alternateExchange: 'a', arguments: { 'alternate-exchange': 'b' } }, InvalidArgumentError],
])('declaring "%s" with %o is refused', (name, options, error) => {
  const topology = topologyWith();
  expect(() => topology.declareExchange(name, 'direct', options)).toThrow(error);
  expect(exchangeNames(topology)).toEqual([]);
});

test('names may have 255 bytes, and predeclared exchanges may be declared as they are', () => {
  const topology = topologyWith();
  topology.declareExchange(`${'é'.repeat(127)}e`, 'direct');
  topology.declareExchange('amq.topic', 'topic', { durable: true });
  expect(() => topology.declareExchange('amq.topic', 'topic')).toThrow(PreconditionFailedError);
});

test('checkExchange finds what exists and throws for what does not', () => {
  const topology = topologyWith();
  topology.declareExchange('e', 'direct');
  topology.checkExchange('e');
  topology.checkExchange('amq.topic');
  expect(() => topology.checkExchange('f')).toThrow(NotFoundError);
  expect(() => topology.checkExchange('')).toThrow(AccessRefusedError);
});

test('a queue name is taken once', () => {
  const topology = topologyWith();
  const queue = { name: 'q' };
  topology.addQueue(queue);
  topology.addQueue(queue);
  expect(topology.queue('q')).toBe(queue);
  expect(() => topology.addQueue({ name: 'q' })).toThrow(PreconditionFailedError);
  topology.removeQueue('q');
  expect(topology.queue('q')).toBeUndefined();
  topology.removeQueue('q');
});
