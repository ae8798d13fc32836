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

/** Limits are about ten times what two cores take, so that they fail for a wrong order of growth, not for noise. */
test('10,000 queues, 10,000 exchanges and 100,000 bindings come and go in time, and leave no memory behind', () => {
  const topology = new Topology<Queue>();
  const types = ['direct', 'topic', 'fanout', 'headers'];
  const before = heapMiB();
  const declared = performance.now();
  for (let i = 0; i < 10_000; i++) {
    topology.addQueue({ name: `q${i}` });
    topology.declareExchange(`e${i}`, types[i % 4]!);
  }
  for (let i = 0; i < 100_000; i++) {
    const exchange =
      i % 2 === 0 ? `e${(i * 7) % 10_000}` : ['amq.topic', 'amq.headers', 'amq.direct'][(i >> 1) % 3]!;
    topology.bindQueue(`q${i % 10_000}`, exchange, `a.b${i}.${i % 3 === 0 ? '*' : 'c'}.#`, {
      'x-match': 'any',
      id: i,
    });
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

test.each(['direct', 'fanout', 'topic', 'headers'])(
  'unbinding one of 10,000 bindings of a %s exchange',
  type => {
    const topology = topologyWith('q', 'last');
    topology.declareExchange('e', type);
    for (let i = 0; i < 10_000; i++) topology.bindQueue('q', 'e', `same.${i % 10}`, { id: i, kind: 'x' });
    topology.bindQueue('last', 'e', 'same.0', { id: -1, kind: 'x' });

    const start = performance.now();
    for (let i = 0; i < 10_000; i++) topology.unbindQueue('q', 'e', `same.${i % 10}`, { id: i, kind: 'x' });
    const perUnbind = (performance.now() - start) / 10_000;
    expect(perUnbind).toBeLessThan(0.1);
    expect(routed(topology, 'e', 'same.0', { id: -1, kind: 'x' })).toEqual(['last']);
  },
);

test('a headers exchange with 10,000 bindings visits only those that share a header', () => {
  const topology = topologyWith('q');
  for (let i = 0; i < 10_000; i++) {
    // Whichever of the two conditions comes first, the rare one must be the one that is looked up.
    const rareLast = { kind: 'order', tenant: i };
    const rareFirst = { tenant: i, kind: 'order' };
    topology.bindQueue('q', 'amq.match', '', i % 2 === 0 ? rareLast : rareFirst);
  }
  const headers = { kind: 'order', tenant: 77, other: 'x' };
  const start = performance.now();
  for (let i = 0; i < 1000; i++)
    expect(topology.route('amq.match', '', () => headers).queues).toHaveLength(1);
  expect((performance.now() - start) / 1000).toBeLessThan(0.05);
});
