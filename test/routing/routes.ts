import type { Headers } from '#src/routing/exchange-type.js';
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
  return names(topology.route(exchange, key, () => headers).queues);
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
