import { expect, test } from 'vitest';
import { PreconditionFailedError } from '#src/errors.js';
import type { Arguments, ArgumentValue } from '#src/routing/arguments.js';
import { routed, topologyWith } from './routes.js';

function matches(bindingArguments: Arguments, headers: Arguments | undefined): boolean {
  const topology = topologyWith('q');
  topology.bindQueue('q', 'amq.headers', '', bindingArguments);
  const matched = routed(topology, 'amq.headers', '', headers).length === 1;
  topology.unbindQueue('q', 'amq.headers', '', bindingArguments);
  expect(routed(topology, 'amq.headers', '', headers)).toEqual([]);
  return matched;
}

// RabbitMQ: headers_match in rabbit_exchange_type_headers; "x-match" in the documentation of exchanges.
const CASES: [Arguments, Arguments | undefined, boolean][] = [
  // all, which is also the default
  [{ a: 1, b: 2 }, { a: 1, b: 2 }, true],
  [{ a: 1, b: 2 }, { a: 1, b: 2, c: 3 }, true],
  [{ a: 1, b: 2 }, { a: 1 }, false],
  [{ 'x-match': 'all', a: 1, b: 2 }, { a: 1, b: 3 }, false],
  [{ 'x-match': 'all', a: 1 }, undefined, false],
  // any
  [{ 'x-match': 'any', a: 1, b: 2 }, { a: 1 }, true],
  [{ 'x-match': 'any', a: 1, b: 2 }, { a: 9, b: 2 }, true],
  [{ 'x-match': 'any', a: 1, b: 2 }, { a: 1, b: 2 }, true],
  [{ 'x-match': 'any', a: 1, b: 2 }, { c: 1 }, false],
  [{ 'x-match': 'any', a: 1 }, undefined, false],
  // no condition: all matches everything, any matches nothing
  [{}, {}, true],
  [{}, undefined, true],
  [{ 'x-match': 'all' }, { a: 1 }, true],
  [{ 'x-match': 'all-with-x' }, undefined, true],
  [{ 'x-match': 'any' }, { a: 1 }, false],
  [{ 'x-match': 'any-with-x' }, { 'x-match': 'any-with-x' }, false],
  // names that begin with x- count only with -with-x; x-match never does
  [{ 'x-a': 1 }, {}, true],
  [{ 'x-match': 'all', 'x-a': 1, b: 2 }, { b: 2 }, true],
  [{ 'x-match': 'any', 'x-a': 1 }, { 'x-a': 1 }, false],
  [{ 'x-match': 'all-with-x', 'x-a': 1, b: 2 }, { b: 2 }, false],
  [{ 'x-match': 'all-with-x', 'x-a': 1, b: 2 }, { 'x-a': 1, b: 2 }, true],
  [{ 'x-match': 'any-with-x', 'x-a': 1, b: 2 }, { 'x-a': 1 }, true],
  [{ X: 1 }, { X: 1 }, true],
  // a void argument asks for presence
  [{ a: null }, { a: 1 }, true],
  [{ a: null }, { a: null }, true],
  [{ a: null }, { b: 1 }, false],
  [{ a: null, b: 1 }, { a: 'x', b: 1 }, true],
  [{ a: null, b: 1 }, { b: 1 }, false],
  [{ 'x-match': 'any', a: null, b: 1 }, { a: 'x' }, true],
  [{ a: 1 }, { a: null }, false],
  // names that every JavaScript object has are no headers
  [{ toString: null }, { a: 1 }, false],
  [{ constructor: null, a: 1 }, { a: 1 }, false],
  // a name whose value is undefined is left out
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: null }, { a: undefined }, false],
];

test.each(CASES)('binding %o, headers %o: %s', (bindingArguments, headers, expected) => {
  expect(matches(bindingArguments, headers)).toBe(expected);
});

const DAY = 86_400_000;
// RabbitMQ: match in rabbit_exchange_type_headers compares values without their types, which nested ones keep.
const EQUAL: [ArgumentValue, ArgumentValue][] = [
  [1, 1n],
  [1.5, 1.5],
  [0, -0],
  [2n ** 60n, 2 ** 60],
  [2n ** 63n - 1n, 2n ** 63n - 1n],
  ['', ''],
  ['\0', '\0'],
  [true, true],
  [new Date(DAY), new Date(DAY + 999)],
  [Uint8Array.of(1, 2), Buffer.from([1, 2])],
  [Uint8Array.of(0xff), Buffer.from([0xff])],
  ['añb', Buffer.from('añb')],
  ['\0', Uint8Array.of(0)],
  ['\ufeff', Buffer.from('\ufeff')],
  ['', new Uint8Array()],
  [
    [1, 'a', [null]],
    [1n, 'a', [null]],
  ],
  [
    { a: 1, b: { c: 'x' } },
    { b: { c: 'x' }, a: 1 },
  ],
  [
    { scale: 2, digits: 125 },
    { scale: 2, digits: 125 },
  ],
];
const DIFFERENT: [ArgumentValue, ArgumentValue][] = [
  [1, '1'],
  [1, true],
  [0, false],
  ['', false],
  ['true', true],
  [1, 2],
  [1, 1.5],
  [2n ** 53n + 1n, 2 ** 53],
  ['a', 'A'],
  ['abc', Buffer.from('ab')],
  [['abc'], [Buffer.from('abc')]],
  ['\ufffd', Uint8Array.of(0xff)],
  [1, Buffer.from('1')],
  [new Date(DAY), DAY / 1000],
  [new Date(DAY), new Date(DAY + 1000)],
  [Uint8Array.of(1, 2), Uint8Array.of(12)],
  [
    [1, 2],
    [2, 1],
  ],
  [[1], 1],
  [{ a: 1 }, { a: '1' }],
  [{ a: 1 }, { a: 1, b: 1 }],
  [[], {}],
  ['\0t', true],
  ['\0[]', []],
  [['a', 'b'], ['as1:b']],
];

test.each(EQUAL)('%o equals %o', (a, b) => {
  expect(matches({ h: a }, { h: b })).toBe(true);
  expect(matches({ h: a, other: 1 }, { h: b, other: 1 })).toBe(true);
  expect(matches({ h: b }, { h: a })).toBe(true);
});

test.each(DIFFERENT)('%o differs from %o', (a, b) => {
  expect(matches({ h: a }, { h: b })).toBe(false);
  expect(matches({ h: a, other: 1 }, { h: b, other: 1 })).toBe(false);
  expect(matches({ h: b }, { h: a })).toBe(false);
});

// RabbitMQ: validate_binding in rabbit_exchange_type_headers.
test.each<ArgumentValue>(['most', 'ALL', '', 1, null, true])(
  'x-match %o is refused, and nothing is bound',
  value => {
    const topology = topologyWith('q');
    const version = topology.version;
    expect(() => topology.bindQueue('q', 'amq.match', '', { 'x-match': value })).toThrow(
      PreconditionFailedError,
    );
    expect(topology.version).toBe(version);
    expect([...topology.bindings()].filter(binding => binding.source === 'amq.match')).toEqual([]);
  },
);

test('properties are read once, and only if a headers exchange with conditions is on the way', () => {
  const topology = topologyWith('q');
  topology.declareExchange('front', 'fanout');
  topology.bindExchange('amq.headers', 'front', '');
  topology.bindExchange('amq.match', 'front', '');
  let reads = 0;
  const route = () =>
    topology.route('front', '', () => {
      reads++;
      return { headers: { a: 1 } };
    });

  topology.bindQueue('q', 'amq.headers', '', {});
  expect(route()).toEqual({ queues: [{ name: 'q' }], delayed: [], propertyDependent: false });
  expect(reads).toBe(0);

  topology.bindQueue('q', 'amq.headers', '', { a: 2 });
  topology.bindQueue('q', 'amq.match', '', { a: 2 });
  expect(route()).toEqual({ queues: [{ name: 'q' }], delayed: [], propertyDependent: true });
  expect(reads).toBe(1);
});
