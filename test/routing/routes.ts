import type { Headers, RoutingProperties } from '#src/routing/exchange-type.js';
import { Topology } from '#src/routing/topology.js';

export interface Queue {
  readonly name: string;
}

export function topologyWith(...queues: string[]): Topology<Queue> {
  const topology = new Topology<Queue>();
  for (const name of queues) topology.addQueue({ name });
  return topology;
}

/** The names of the queues that a message reaches, sorted. */
export function routed(topology: Topology<Queue>, exchange: string, key = '', headers?: Headers): string[] {
  return routedWith(topology, exchange, key, { headers });
}

/** The same for a message of which more than the headers counts. */
export function routedWith(
  topology: Topology<Queue>,
  exchange: string,
  key: string,
  properties: RoutingProperties,
): string[] {
  return names(topology.route(exchange, key, () => properties).queues);
}

export function names(queues: readonly Queue[]): string[] {
  return queues.map(queue => queue.name).sort();
}

export function exchangeNames(topology: Topology<Queue>): string[] {
  return [...topology.exchanges()].map(exchange => exchange.name).filter(name => !/^(amq\..*)?$/.test(name));
}

/** Bindings that a user made, as text. */
export function bindingTexts(topology: Topology<Queue>): string[] {
  return [...topology.bindings()]
    .filter(binding => binding.source !== '')
    .map(binding => `${binding.source} -${binding.key}-> ${binding.destinationKind} ${binding.destination}`)
    .sort();
}
