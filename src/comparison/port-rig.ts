import { Worker } from 'node:worker_threads';
import { createMessagePortQueue } from '../queues/message-port.js';
import type { PortConsumerTask } from './port-consume.js';
import type { PortPublisherTask } from './port-publish.js';
import type { PortRouterTask } from './port-route.js';
import { ConsumerThread, failureOf, type Rig, type RigOptions, tallyWork } from './rig.js';
import { maxBodyBytes } from './work.js';

const CONSUMER = new URL('../../workers/comparison-port-consumer.js', import.meta.url);
const PUBLISHER = new URL('../../workers/comparison-port-publisher.js', import.meta.url);
const ROUTER = new URL('../../workers/comparison-port-router.js', import.meta.url);
/** Words under way in each channel at most: as many as a consumer's ring holds in the broker. */
const CHANNEL_WORDS = 1 << 17;

/** A design made of ports: publishers, a router thread and consumers, with a channel between every two that talk. */
export function portRig(options: RigOptions, packed: boolean): Rig {
  const { work, publishers, flow, latency, fault } = options;
  const capacity = Math.max(CHANNEL_WORDS, maxBodyBytes(work)); // a record may take half of it
  const inbox = createMessagePortQueue({ writers: publishers, capacity, packed });
  const channels = work.queues.map(() =>
    Array.from({ length: options.consumers }, () => createMessagePortQueue({ writers: 1, capacity, packed })),
  );
  const consumers = channels.flatMap((channelsOfQueue, queue) =>
    channelsOfQueue.map(({ reader }) => {
      const { control: routerControl } = inbox.reader;
      const task: PortConsumerTask = {
        port: reader,
        routerControl,
        flow,
        latency,
        work: tallyWork(options, queue),
      };
      return new ConsumerThread(CONSUMER, task, [...reader.ports]);
    }),
  );
  const outlets = channels.map(channelsOfQueue => channelsOfQueue.map(({ writers }) => writers[0]!));
  const { keys, bindings, queues } = work;
  const routerTask: PortRouterTask = { keys, bindings, queues, inbox: inbox.reader, outlets };
  const router = new Worker(ROUTER, {
    workerData: routerTask,
    transferList: [...inbox.reader.ports, ...outlets.flat().map(({ port }) => port)],
    name: 'port router',
  });
  const threads = consumers.map(({ worker }) => ({ worker, name: 'consumer' }));
  return {
    publisherFile: PUBLISHER,
    publisherTask(publisher) {
      const port = inbox.writers[publisher]!;
      const task: PortPublisherTask = { port, work, flow, publisher, publishers, fault };
      return { task, transferList: [port.port] };
    },
    consumers,
    failed: failureOf([...threads, { worker: router, name: 'router' }]),
    async close() {}, // the publishers closed their ports; that goes on from thread to thread
    async terminate() {
      await Promise.all([router, ...consumers.map(({ worker }) => worker)].map(worker => worker.terminate()));
    },
  };
}
