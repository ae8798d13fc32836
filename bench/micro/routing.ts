import { Bench } from 'tinybench';
import { Route } from '../../src/routing/route-cache.js';
import { Topology } from '../../src/routing/topology.js';

/** A message's way through the exchanges, known and unknown. */
export function routing(): Bench {
  const bench = new Bench({ name: 'routing one message', time: 300 });
  const topology = new Topology<{ name: string }>();
  for (const type of ['direct', 'fanout', 'topic', 'headers']) topology.declareExchange(type, type);
  for (let i = 0; i < 100; i++) {
    const name = `queue-${i}`;
    topology.addQueue({ name });
    topology.bindQueue(name, 'direct', `key.${i}.x`);
    topology.bindQueue(name, 'topic', `key.${i}.#`);
    topology.bindQueue(name, 'headers', '', { shard: i });
  }
  topology.bindQueue('queue-0', 'fanout', '');

  const headers = { shard: 7 };
  const warm = new Route<{ name: string }>('topic', 'key.7.x');
  bench.add('topic, the route is known', () => {
    warm.resolve(topology, () => undefined);
  });
  for (const type of ['direct', 'fanout', 'topic', 'headers']) {
    bench.add(`${type}, the route is not known`, () => {
      topology.route(type, 'key.7.x', () => ({ headers }));
    });
  }
  return bench;
}
