import { expect, test } from 'vitest';
import { routed, topologyWith } from './routes.js';

// RabbitMQ's own table, t1 to t26: test_topic_matching in the tests of rabbit_exchange_type_topic.
const PATTERNS = (
  'a.b.c a.*.c a.#.b a.b.b.c # #.# #.b *.* a.* *.b.c a.# a.#.# b.b.c a.b.b a.b b.c (empty) *.*.* vodka.martini ' +
  'a.b.c *.# #.*.# *.#.# #.#.# * #.b.#'
)
  .split(' ')
  .map(pattern => (pattern === '(empty)' ? '' : pattern));
const MATCHES: [key: string, patterns: number[]][] = [
  ['a.b.c', [1, 2, 5, 6, 10, 11, 12, 18, 20, 21, 22, 23, 24, 26]],
  ['a.b', [3, 5, 6, 7, 8, 9, 11, 12, 15, 21, 22, 23, 24, 26]],
  ['a.b.b', [3, 5, 6, 7, 11, 12, 14, 18, 21, 22, 23, 24, 26]],
  ['', [5, 6, 17, 24]],
  ['b.c.c', [5, 6, 18, 21, 22, 23, 24, 26]],
  ['a.a.a.a.a', [5, 6, 11, 12, 21, 22, 23, 24]],
  ['vodka.gin', [5, 6, 8, 21, 22, 23, 24]],
  ['vodka.martini', [5, 6, 8, 19, 21, 22, 23, 24]],
  ['b.b.c', [5, 6, 10, 13, 18, 21, 22, 23, 24, 26]],
  ['nothing.here.at.all', [5, 6, 21, 22, 23, 24]],
  ['oneword', [5, 6, 21, 22, 23, 24, 25]],
];

function queueOf(pattern: number): string {
  return `t${pattern}`;
}

function allBound() {
  const topology = topologyWith(...PATTERNS.map((_, i) => queueOf(i + 1)));
  PATTERNS.forEach((pattern, i) => {
    topology.bindQueue(queueOf(i + 1), 'amq.topic', pattern);
  });
  return topology;
}

test.each(MATCHES)('key "%s"', (key, patterns) => {
  expect(routed(allBound(), 'amq.topic', key)).toEqual(patterns.map(queueOf).sort());
});

test('after unbinding some patterns, the others still match', () => {
  // RabbitMQ's table removes the same ones.
  const removed = [1, 5, 11, 19, 21];
  const topology = allBound();
  for (const pattern of removed) topology.unbindQueue(queueOf(pattern), 'amq.topic', PATTERNS[pattern - 1]!);
  for (const [key, patterns] of MATCHES) {
    const left = patterns.filter(pattern => !removed.includes(pattern));
    expect(routed(topology, 'amq.topic', key)).toEqual(left.map(queueOf).sort());
  }
});

// Empty words: split_topic_key in rabbit_exchange_type_topic; the empty key has no word, "." has two empty ones.
test.each([
  ['*', '', false],
  ['#', '', true],
  ['*.*', '.', true],
  ['*', '.', false],
  ['a.*', 'a.', true],
  ['a.', 'a.', true],
  ['a.', 'a', false],
  ['a', 'a.', false],
  ['a..b', 'a..b', true],
  ['a.*.b', 'a..b', true],
  ['a.b', 'a..b', false],
  ['a.#.b', 'a..b', true],
  ['a.#.b', 'a.b', true],
  ['.#', '', false],
  ['.#', '.', true],
])('pattern "%s", key "%s": %s', (pattern, key, matches) => {
  const topology = topologyWith('q');
  topology.bindQueue('q', 'amq.topic', pattern);
  expect(routed(topology, 'amq.topic', key)).toEqual(matches ? ['q'] : []);
});

test('wildcards in a routing key are words like any other', () => {
  const topology = topologyWith('star', 'hash', 'literal');
  topology.bindQueue('star', 'amq.topic', 'a.*');
  topology.bindQueue('hash', 'amq.topic', 'a.#');
  topology.bindQueue('literal', 'amq.topic', 'a.b');
  expect(routed(topology, 'amq.topic', 'a.*')).toEqual(['hash', 'star']);
  expect(routed(topology, 'amq.topic', '#')).toEqual([]);
});

test('a hostile pattern costs no exponential time', () => {
  const topology = topologyWith('q');
  topology.bindQueue('q', 'amq.topic', Array(60).fill('#.a').join('.'));
  const start = performance.now();
  expect(routed(topology, 'amq.topic', `${Array(120).fill('a').join('.')}.b`)).toEqual([]);
  expect(performance.now() - start).toBeLessThan(1000);
});
