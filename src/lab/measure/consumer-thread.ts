import type { RecordableHistogram } from 'node:perf_hooks';
import { connect } from '../../client/session.js';
import { now } from '../../comparison/clock.js';
import { Flow } from '../../comparison/flow.js';
import { BrokerInbox } from './consume-broker.js';
import { consumeRecords } from './consume-records.js';
import { openReader, type TimedLocks } from './ends.js';
import { LockClock } from './lock-clock.js';
import { Observer, type WindowReport } from './observer.js';
import { Phases } from './phases.js';
import { type Received, Tally } from './tally.js';
import { threadUsage, usageBetween } from './thread-usage.js';
import { runThread, type ThreadTask } from './threads.js';
import { WebLock } from './web-lock.js';

export interface ConsumerTask extends ThreadTask {
  /** Looks before it sleeps. */
  readonly spins: number;
  /** Rounds of busy() for each message. */
  readonly workRounds: number;
  /** Where consumers of the broker say how many messages they received: an int32 each. */
  readonly progress: SharedArrayBuffer;
}

/** What a consumer says in the end. */
export interface ConsumerReport {
  readonly received: Received;
  readonly window: WindowReport;
  readonly latencies: RecordableHistogram;
  /** Processor time for each second before the first message came. */
  readonly idleCpuShare: number | null;
}

/** A consumer's thread. */
export function runConsumer(task: ConsumerTask): Promise<void> {
  return runThread<ConsumerReport>(async () => {
    const { order, index, end, spins, workRounds } = task;
    const { cell } = order;
    const tally = new Tally(cell.producers);
    const timed: TimedLocks = { clock: new LockClock(), locks: [] };
    const observe = (counters: ConstructorParameters<typeof Observer>[1]['counters']) => {
      const observer = new Observer(new Phases(task.phases), {
        counters,
        claims: cell.design === 'shared-lock-free',
        clock: timed.clock,
        locked: cell.lock !== null && !cell.routed,
        locks: timed.locks,
      });
      observer.onWindow = open => {
        tally.measuring = open;
      };
      return observer;
    };
    const idle = new IdleTime();
    let observer: Observer;
    let consume: () => Promise<void>;
    if (end.kind === 'broker') {
      observer = observe([]);
      const progress = new Int32Array(task.progress, index * 4, 1);
      const inbox = new BrokerInbox(
        cell,
        connect(end.handle),
        new Flow(end.flow),
        tally,
        observer,
        workRounds,
        progress,
        () => idle.end(),
      );
      const receive = await inbox.open();
      consume = () => inbox.run(receive);
    } else {
      const reader = openReader(end, cell, timed, spins);
      observer = observe([reader.counters]);
      const lock = cell.lock === 'web-locks' ? new WebLock(timed.clock) : undefined;
      // At the end the first one takes what is left of a locked ring: where threads outnumber cores, a lock with an order
      // would make many take so long that nobody could wait for it.
      const stays = cell.lock === null || index === 0;
      consume = () =>
        consumeRecords(cell, reader, tally, observer, workRounds, lock, stays, () => idle.end());
    }
    return async () => {
      idle.begin();
      await consume();
      const { report: received, latencies } = tally;
      return {
        received,
        window: observer.report(tally.received),
        latencies,
        // At full speed producers start at once, and the time is too short to say anything.
        idleCpuShare: cell.rate === null ? null : idle.cpuShare,
      };
    };
  });
}

/** The time before the first message, and what it costs to wait. */
class IdleTime {
  #from = 0;
  #usage = threadUsage();
  cpuShare: number | null = null;

  begin(): void {
    this.#from = now();
    this.#usage = threadUsage();
  }

  end(): void {
    const { cpuSeconds } = usageBetween(this.#usage, threadUsage());
    this.cpuShare = cpuSeconds === null ? null : cpuSeconds / ((now() - this.#from) / 1000);
  }
}
