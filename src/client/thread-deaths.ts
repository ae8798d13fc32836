import {
  BroadcastChannel,
  getEnvironmentData,
  setEnvironmentData,
  threadId,
  type Worker,
} from 'node:worker_threads';
import type { Arena } from '../memory/arena.js';
import { MAX_LINEAGE } from '../memory/layout.js';
import { endBroker } from '../queues/end-broker.js';
import { holdLifelines, throwLifeline } from './lifeline.js';

/**
 * Who watches over the threads: every thread that loads RingMQ sees the workers that it creates, and when one ends,
 * tells every broker. A thread that ends takes the workers with it that it had created, and nobody sees their `exit`
 * events then; so each session names, beside its own thread, the threads that created it (its lineage). A creator
 * that had not loaded RingMQ is in no lineage: for that case there are lifelines.
 *
 * Loading this module starts the watch. Nothing has to be registered.
 */

const LINEAGE_KEY = 'ringmq.lineage';
const CHANNEL = 'ringmq.thread-deaths';

/** The threads that created this one, oldest first, as far as they had loaded RingMQ. */
export const lineage: readonly number[] = inheritedLineage();

function inheritedLineage(): number[] {
  const inherited = getEnvironmentData(LINEAGE_KEY);
  return Array.isArray(inherited) ? inherited.filter(id => Number.isInteger(id)).slice(-MAX_LINEAGE) : [];
}

// Workers created from now on inherit it: environment data is copied when a Worker is constructed.
setEnvironmentData(LINEAGE_KEY, [...lineage, threadId].slice(-MAX_LINEAGE));

const brokers = new Set<WeakRef<Arena>>();

/** Lets this thread report the deaths that it sees to `broker`, for as long as anybody here holds the broker. */
export function reportDeathsTo(broker: Arena): void {
  brokers.add(new WeakRef(broker));
  throwLifeline(broker.starter);
}

/** Hears of deaths that other threads saw: for the thread that started the broker. Ends with the returned function. */
export function hearOfDeaths(broker: Arena): () => void {
  holdLifelines(threadEnded);
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = event => {
    const { data } = event as MessageEvent;
    if (typeof data === 'number') broker.reportDeath(data);
  };
  (channel as unknown as { unref(): void }).unref();
  return () => channel.close();
}

function threadEnded(thread: number): void {
  for (const reference of brokers) {
    const broker = reference.deref();
    if (broker === undefined) brokers.delete(reference);
    else if (broker.dependsOn(thread)) endBroker(broker);
    else broker.reportDeath(thread);
  }
  // A thread that only passed a handle on knows no broker; the one that started it hears of the death this way.
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(thread);
  channel.close();
}

process.on('worker', (worker: Worker) => {
  // The id must be read now: it is -1 once the worker has ended.
  const thread = worker.threadId;
  worker.once('exit', () => threadEnded(thread));
});
