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
/** Routes by the number in a message's first word: the cheapest address that there is, as in the broker. */
const routes = Array.from(
  { length: 4 },
  (_, key) => new Route<{ name: string; port: MessagePort }>('bench', `0.key.${key}`),
);

await atTheGate(() => {
  input.on('message', (message: Uint8Array) => {
    const route = routes[message[0]!]!;
    for (const queue of route.resolve(topology, () => undefined)) queue.port.postMessage(message);
  });
});
