import { MessageChannel } from 'node:worker_threads';
import { runThreads } from '../threads/start.js';

/** The rival of `routed-1p1c`: publisher, router and consumer joined by MessagePorts, one message a call. */
export async function portsRouted(bytes: number, messages: number): Promise<number> {
  const toRouter = new MessageChannel();
  const toConsumer = new MessageChannel();
  const inFlight = new SharedArrayBuffer(4);
  const warmUp = Math.floor(messages / 4);
  const results = await runThreads<number | undefined>([
    {
      file: 'port-consumer',
      data: { input: toConsumer.port2, inFlight, messages, warmUp },
      ports: [toConsumer.port2],
    },
    {
      file: 'port-router',
      data: { input: toRouter.port2, output: toConsumer.port1 },
      ports: [toRouter.port2, toConsumer.port1],
    },
    {
      file: 'port-publisher',
      data: { output: toRouter.port1, inFlight, messages, bytes },
      ports: [toRouter.port1],
    },
  ]);
  return results[0]!;
}
