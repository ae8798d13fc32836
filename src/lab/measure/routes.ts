import { readdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { Broker } from '../../broker.js';
import { connect } from '../../client/session.js';
import { Flow } from '../../comparison/flow.js';
import type { PortRouterTask } from '../../comparison/port-route.js';
import { createMessagePortQueue } from '../../queues/message-port.js';
import type { DispatchName } from '../../records/request.js';
import type { Cell } from '../cell.js';
import { ROUTE } from './broker-outbox.js';
import { brokerRing } from './consume-broker.js';
import { type Ends, portIn, portQueueOptions, portsOut } from './ends.js';

/** The way of a cell that is routed: ends for its threads, and a router between them. */
export interface Route extends Ends {
  /** The operating system's number of the router's thread, where it could be found. */
  readonly routerThread: number | undefined;
  /** True: the consumers must have received everything before close(), which drops what waits in the router. */
  readonly drops: boolean;
  close(): Promise<void>;
}

const PORT_ROUTER = new URL('../../../workers/comparison-port-router.js', import.meta.url);

export function makeRoute(cell: Cell): Promise<Route> {
  return cell.design === 'message-port' ? routeOfPorts(cell) : routeOfBroker(cell, dispatchOf(cell));
}

function dispatchOf({ design, batch }: Cell): DispatchName {
  if (design === 'message-port') throw new Error('The broker has no message ports');
  return design === 'shared-locked' && batch > 1 ? 'shared-locked-batched' : design;
}

async function routeOfBroker(cell: Cell, dispatch: DispatchName): Promise<Route> {
  const { producers, consumers, body, ring } = cell;
  const { value: broker, thread } = await startedThread(() =>
    Broker.start({ maxSessions: producers + consumers + 8 }),
  );
  await using session = connect(broker.handle);
  await session.declareExchange(ROUTE, 'topic');
  const ringBytes = dispatch === 'queue-per-consumer' ? undefined : brokerRing(ring, 1);
  await session.declareQueue(ROUTE, { dispatch, ...(ringBytes === undefined ? {} : { ringBytes }) });
  await session.bindQueue(ROUTE, ROUTE, '#');
  const flow = Flow.memory(producers, 1, body);
  const end = { end: { kind: 'broker' as const, handle: broker.handle, flow }, transfer: [] };
  return {
    producers: Array.from({ length: producers }, () => end),
    consumers: Array.from({ length: consumers }, () => end),
    routerThread: thread,
    drops: true,
    close: () => broker.close(),
  };
}

async function routeOfPorts(cell: Cell): Promise<Route> {
  const inbox = createMessagePortQueue(portQueueOptions(cell, cell.producers, 1));
  const channels = Array.from({ length: cell.consumers }, () =>
    createMessagePortQueue(portQueueOptions(cell, 1, cell.consumers)),
  );
  const outlets = channels.map(({ writers }) => writers[0]!);
  const task: PortRouterTask = {
    keys: [ROUTE],
    bindings: [{ pattern: '#', queue: 0 }],
    queues: [ROUTE],
    inbox: inbox.reader,
    outlets: [outlets],
  };
  const consumers = channels.map(({ reader }) => portIn(reader, inbox.reader.control));
  const { value: router, thread } = await startedThread(
    () =>
      new Promise<Worker>((resolve, reject) => {
        const worker = new Worker(PORT_ROUTER, {
          workerData: task,
          transferList: [...inbox.reader.ports, ...outlets.map(({ port }) => port)],
          name: 'port router',
        });
        worker.once('online', () => resolve(worker));
        worker.once('error', reject);
      }),
  );
  return {
    producers: inbox.writers.map(handle => portsOut([handle])),
    consumers,
    routerThread: thread,
    drops: false,
    async close() {
      await new Promise(resolve => router.once('exit', resolve)); // it ends when the producers have closed their ports
    },
  };
}

/** Does `start`, and finds the one thread that it started; undefined where the system does not say, or there were more. */
async function startedThread<T>(start: () => Promise<T>): Promise<{ value: T; thread: number | undefined }> {
  const before = new Set(threadNumbers());
  const value = await start();
  const started = threadNumbers().filter(thread => !before.has(thread));
  return { value, thread: started.length === 1 ? Number(started[0]) : undefined };
}

function threadNumbers(): string[] {
  try {
    return readdirSync('/proc/self/task');
  } catch {
    return [];
  }
}
