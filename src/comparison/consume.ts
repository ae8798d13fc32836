import type { RecordableHistogram } from 'node:perf_hooks';
import { connect } from '../client/session.js';
import { BrokerClosedError } from '../errors.js';
import { Flow, type FlowMemory } from './flow.js';
import { Tally, type TallyReport, type TallyWork } from './tally.js';

/** What every consumer thread is told. */
export interface ConsumerTask {
  readonly work: TallyWork;
  readonly flow: FlowMemory;
  /** Shared by all consumers; takes nanoseconds. */
  readonly latency: RecordableHistogram;
}

export interface BrokerConsumerTask extends ConsumerTask {
  readonly handle: SharedArrayBuffer;
  /** Name of the queue. */
  readonly queue: string;
}

/** What a consumer thread says. */
export type ConsumerNews =
  | { readonly news: 'ready' }
  /** Its queue has received every message of the pass. */
  | { readonly news: 'done' }
  | { readonly news: 'ended'; readonly report: TallyReport };

/** The thread of a consumer, for the designs inside the broker: receives in place, blocking, until the broker closes. */
export async function consumeFromBroker(
  task: BrokerConsumerTask,
  tell: (news: ConsumerNews) => void,
): Promise<void> {
  const flow = new Flow(task.flow);
  const tally = new Tally(task.work, task.latency);
  const { queue } = task.work;
  const session = connect(task.handle);
  const consumer = await session.consume(task.queue, { noAck: true, inPlace: true });
  tell({ news: 'ready' });
  let uncounted = 0;
  const count = () => {
    if (uncounted > 0 && flow.receive(uncounted, queue)) tell({ news: 'done' });
    uncounted = 0;
  };
  try {
    for (;;) {
      let message = consumer.tryReceive();
      if (message === undefined) {
        count();
        message = consumer.receive();
        if (message === undefined) break;
      }
      tally.takeMessage(message);
      if (++uncounted === flow.batch) count();
    }
  } catch (error) {
    if (!(error instanceof BrokerClosedError)) throw error; // that is the end
  }
  count();
  tell({ news: 'ended', report: tally.report() });
}
