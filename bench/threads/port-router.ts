import { type MessagePort, workerData } from 'node:worker_threads';
import { Route } from '../../src/routing/route-cache.js';
import { Topology } from '../../src/routing/topology.js';
import { atTheGate } from './gate.js';

const { input, output } = workerData as { input: MessagePort; output: MessagePort };

/** The router of a broker that is made of ports: one message a call, the same routing. */
const topology = new Topology<{ name: string; port: MessagePort }>();
topology.declareExchange('bench', 'topic');
topology.addQueue({ name: 'queue-0', port: output });
topology.bindQueue('queue-0', 'bench', '0.#');
const routes = new Map<string, Route<{ name: string; port: MessagePort }>>();

await atTheGate(() => {
  input.on('message', ({ key, body }: { key: string; body: Uint8Array }) => {
    let route = routes.get(key);
    if (route === undefined) {
      route = new Route('bench', key);
      routes.set(key, route);
    }
    for (const queue of route.resolve(topology, () => undefined)) queue.port.postMessage({ key, body });
  });
});
