import { connect } from '../../client/session.js';
import { Flow } from '../../comparison/flow.js';
import { ADDRESS_SHIFT, RecordType } from '../../records/record.js';
import { BrokerOutbox, ROUTE } from './broker-outbox.js';
import { openWriters, type TimedLocks } from './ends.js';
import { LockClock } from './lock-clock.js';
import { Observer, type WindowReport } from './observer.js';
import type { Outbox } from './outbox.js';
import { Phases } from './phases.js';
import { produceAtFullSpeed, produceAtRate } from './produce.js';
import { RecordOutbox } from './record-outbox.js';
import { runThread, type ThreadTask } from './threads.js';
import { WebLock } from './web-lock.js';

export interface ProducerTask extends ThreadTask {
  /** True if every thread of the run has a core. */
  readonly spins: boolean;
}

/** What a producer says in the end. */
export interface ProducerReport {
  readonly sent: number;
  readonly window: WindowReport;
}

/** Tag of a record that a router of ports is to route by its first and only key. */
const ROUTED_TAG = RecordType.PUBLISH | (0 << ADDRESS_SHIFT);

/** A producer's thread. */
export function runProducer(task: ProducerTask): Promise<void> {
  return runThread<ProducerReport>(async () => {
    const { order, index, end, spins } = task;
    const { cell } = order;
    const phases = new Phases(task.phases);
    const timed: TimedLocks = { clock: new LockClock(), locks: [] };
    let outbox: Outbox;
    let leave = async () => {};
    if (end.kind === 'broker') {
      const session = connect(end.handle);
      leave = () => session.close();
      outbox = new BrokerOutbox(await session.publisher(ROUTE), new Flow(end.flow), index, cell.body);
    } else {
      const lock = cell.lock === 'web-locks' ? new WebLock(timed.clock) : undefined;
      const tag = cell.routed ? ROUTED_TAG : index;
      outbox = new RecordOutbox(openWriters(end, cell, timed), index, cell.body, tag, lock);
    }
    const observer = new Observer(phases, {
      counters: outbox.counters,
      claims: cell.design === 'queue-per-consumer' || cell.design === 'shared-lock-free',
      clock: timed.clock,
      locked: cell.lock !== null && !cell.routed,
      locks: timed.locks,
    });
    return async () => {
      phases.awaitStart();
      const sent =
        cell.rate === null
          ? await produceAtFullSpeed(cell, outbox, observer)
          : await produceAtRate(cell, index, spins, phases, outbox, observer);
      outbox.close();
      await leave();
      return { sent, window: observer.report(sent) };
    };
  });
}
