import type { RoutingProperties } from '../../../src/routing/exchange-type.js';
import { Route } from '../../../src/routing/route-cache.js';
import { Topology } from '../../../src/routing/topology.js';
import { type Step, TimedSuite } from '../timed-suite.js';

/** A queue that knows its place, so that a sample can add up where its messages went. */
interface Target {
  readonly name: string;
  readonly index: number;
}

/** Queues, each with one binding to each exchange but the fanout exchange, which has a single one. */
const QUEUES = 100;
const TYPES = ['direct', 'fanout', 'topic', 'headers'] as const;

/** A message's way through the exchanges: to another queue each time, but for the fanout exchange. */
export const suite = new TimedSuite(`the route of one message, 100 bindings an exchange`, 'message', {
  'the route is known': knownRoutes,
  ...Object.fromEntries(TYPES.map(type => [`${type}, the route is not known`, () => unknownRoutes(type)])),
});

const KEYS = Array.from({ length: QUEUES }, (_, i) => `key.${i}.x`);

function topology(): Topology<Target> {
  const topology = new Topology<Target>();
  for (const type of TYPES) topology.declareExchange(type, type);
  for (let index = 0; index < QUEUES; index++) {
    const name = `queue-${index}`;
    topology.addQueue({ name, index });
    topology.bindQueue(name, 'direct', KEYS[index]!);
    topology.bindQueue(name, 'topic', `key.${index}.#`);
    topology.bindQueue(name, 'headers', '', { shard: index });
  }
  topology.bindQueue('queue-0', 'fanout', '');
  return topology;
}

/** The sum of all indices: what a sample must find if each message went to its own queue. */
const ALL = (QUEUES * (QUEUES - 1)) / 2;

function knownRoutes(): Step {
  const exchanges = topology();
  const routes = KEYS.map(key => new Route<Target>('topic', key));
  const noProperties = () => undefined;
  return {
    units: QUEUES,
    run() {
      let sum = 0;
      for (const route of routes)
        for (const queue of route.resolve(exchanges, noProperties)) sum += queue.index;
      return sum;
    },
    check: sum => sum === ALL,
  };
}

function unknownRoutes(type: (typeof TYPES)[number]): Step {
  const exchanges = topology();
  const messages = KEYS.map((key, shard) => {
    const properties: RoutingProperties = { headers: { shard } };
    return { key, readProperties: () => properties };
  });
  return {
    units: QUEUES,
    run() {
      let sum = 0;
      for (const { key, readProperties } of messages) {
        for (const queue of exchanges.route(type, key, readProperties).queues) sum += queue.index;
      }
      return sum;
    },
    check: sum => sum === (type === 'fanout' ? 0 : ALL),
  };
}
