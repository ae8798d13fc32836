import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Topology } from '#src/routing/topology.js';
import { type Queue, routed, topologyWith } from './routes.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapMiB(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const TYPES = ['direct', 'topic', 'fanout', 'headers', 'x-consistent-hash', 'x-delayed-message'];

function declare(topology: Topology<Queue>, name: string, type: string): void {
  topology.declareExchange(name, type, { arguments: { 'x-delayed-type': 'direct' } });
}

/** Limits are about ten times what two cores take, so that they fail for a wrong order of growth, not for noise. */
test('10,000 queues, 10,000 exchanges and 100,000 bindings come and go in time, and leave no memory behind', () => {
  const topology = new Topology<Queue>();
  const before = heapMiB();
  const declared = performance.now();
  for (let i = 0; i < 10_000; i++) {
    topology.addQueue({ name: `q${i}` });
    declare(topology, `e${i}`, TYPES[i % TYPES.length]!);
  }
  for (let i = 0; i < 100_000; i++) {
    const own = i % 2 === 0 ? ((i >> 1) * 7) % 10_000 : undefined;
    const exchange =
      own === undefined ? ['amq.topic', 'amq.headers', 'amq.direct'][(i >> 1) % 3]! : `e${own}`;
    const hashed = own !== undefined && TYPES[own % TYPES.length] === 'x-consistent-hash';
    const key = hashed ? `${1 + (i % 9)}` : `a.b${i}.${i % 3 === 0 ? '*' : 'c'}.#`;
    topology.bindQueue(`q${i % 10_000}`, exchange, key, { 'x-match': 'any', id: i });
  }
  expect(performance.now() - declared).toBeLessThan(5000);

  const deleted = performance.now();
  for (let i = 0; i < 10_000; i++) {
    topology.deleteExchange(`e${i}`);
    topology.removeQueue(`q${i}`);
  }
  expect(performance.now() - deleted).toBeLessThan(5000);
  expect([...topology.bindings()]).toEqual([]);
  expect(heapMiB() - before).toBeLessThan(5);
});

test.each(TYPES.flatMap(type => [1, 10_000].map(queues => [type, queues] as const)))(
  'unbinding one of 10,000 bindings of an exchange: %s, to %d queues',
  (type, queues) => {
    const topology = topologyWith('last', ...Array.from({ length: queues }, (_, i) => `q${i}`));
    declare(topology, 'e', type);
    const keyOf = (i: number) => (type === 'x-consistent-hash' ? `${1 + (i % 9)}` : `same.${i % 10}`);
    const bindings = Array.from({ length: 10_000 }, (_, i) => ({
      queue: `q${i % queues}`,
      key: keyOf(i),
      arguments: { id: i, kind: 'x' },
    }));
    for (const binding of bindings) topology.bindQueue(binding.queue, 'e', binding.key, binding.arguments);
    topology.bindQueue('last', 'e', keyOf(0), { id: -1, kind: 'x' });

    const start = performance.now();
    for (const binding of bindings) topology.unbindQueue(binding.queue, 'e', binding.key, binding.arguments);
    const perUnbind = (performance.now() - start) / bindings.length;
    expect(perUnbind).toBeLessThan(0.1);
    expect(routed(topology, 'e', keyOf(0), { id: -1, kind: 'x' })).toEqual(['last']);
  },
);

test('unbinding the largest weight from a hash of 10,000 others', () => {
  const topology = topologyWith('heavy', ...Array.from({ length: 10_000 }, (_, i) => `q${i}`));
  declare(topology, 'e', 'x-consistent-hash');
  topology.bindQueue('heavy', 'e', '100000');
  for (let i = 0; i < 10_000; i++) topology.bindQueue(`q${i}`, 'e', '1');
  const start = performance.now();
  topology.unbindQueue('heavy', 'e', '100000');
  expect(performance.now() - start).toBeLessThan(500);
  expect(routed(topology, 'e', 'k')).not.toEqual(['heavy']);
});

test('a headers exchange with 10,000 bindings visits only those that share a header', () => {
  const topology = topologyWith('q');
  for (let i = 0; i < 10_000; i++) {
    // Whichever of the two conditions comes first, the rare one must be the one that is looked up.
    const rareLast = { kind: 'order', tenant: i };
    const rareFirst = { tenant: i, kind: 'order' };
    topology.bindQueue('q', 'amq.match', '', i % 2 === 0 ? rareLast : rareFirst);
  }
  const properties = { headers: { kind: 'order', tenant: 77, other: 'x' } };
  let found = 0;
  const start = performance.now();
  for (let i = 0; i < 1000; i++) found += topology.route('amq.match', '', () => properties).queues.length;
  expect((performance.now() - start) / 1000).toBeLessThan(0.05);
  expect(found).toBe(1000);
});
