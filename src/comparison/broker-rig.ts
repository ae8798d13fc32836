import { Broker } from '../broker.js';
import { connect } from '../client/session.js';
import type { DispatchName } from '../records/request.js';
import type { BrokerConsumerTask } from './consume.js';
import type { BrokerPublisherTask } from './publish.js';
import { ConsumerThread, failureOf, type Rig, type RigOptions, tallyWork } from './rig.js';
import { EXCHANGE } from './work.js';

const CONSUMER = new URL('../../workers/comparison-consumer.js', import.meta.url);
const PUBLISHER = new URL('../../workers/comparison-publisher.js', import.meta.url);
/** Bytes of a consumer's ring. A ring that several share has as many in all. */
const RING_BYTES = 1 << 20;

/** A design inside the broker: what differs is the queues' dispatch. */
export async function brokerRig(options: RigOptions, dispatch: DispatchName): Promise<Rig> {
  const { work, publishers, flow, latency, fault } = options;
  const threads = publishers + options.consumers * work.queues.length;
  const broker = await Broker.start({ maxSessions: threads + 8 });
  await using session = connect(broker.handle);
  await session.declareExchange(EXCHANGE, 'topic');
  const ringBytes = RING_BYTES * 2 ** Math.ceil(Math.log2(options.consumers));
  for (const queue of work.queues) await session.declareQueue(queue, { dispatch, ringBytes });
  for (const { pattern, queue } of work.bindings) {
    await session.bindQueue(work.queues[queue]!, EXCHANGE, pattern);
  }
  const { handle } = broker;
  const consumers = work.queues.flatMap((name, queue) =>
    Array.from({ length: options.consumers }, () => {
      const task: BrokerConsumerTask = {
        handle,
        queue: name,
        flow,
        latency,
        work: tallyWork(options, queue),
      };
      return new ConsumerThread(CONSUMER, task);
    }),
  );
  let closing = false;
  const routerDied = broker.ended.then(error => {
    if (!closing) throw new Error(`the router died: ${error?.message}`, { cause: error });
    return new Promise<never>(() => {});
  });
  return {
    publisherFile: PUBLISHER,
    publisherTask(publisher) {
      const task: BrokerPublisherTask = { handle, work, flow, publisher, publishers, fault };
      return { task, transferList: [] };
    },
    consumers,
    failed: Promise.race([
      failureOf(consumers.map(({ worker }) => ({ worker, name: 'consumer' }))),
      routerDied,
    ]),
    close() {
      closing = true;
      return broker.close();
    },
    async terminate() {
      closing = true;
      await broker.close();
      await Promise.all(consumers.map(({ worker }) => worker.terminate()));
    },
  };
}
