import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../../comparison/clock.js';
import { jainIndex } from '../../statistics/jain.js';
import { threadsOf } from '../cell.js';
import type { Run, ThreadRecord } from '../results.js';
import { roundsPerNanosecond } from './busy.js';
import type { ConsumerReport, ConsumerTask } from './consumer-thread.js';
import { makeQueues, SPINS } from './ends.js';
import { latencyOf } from './latencies.js';
import { MachineLoad } from './machine-load.js';
import type { WindowReport } from './observer.js';
import { IDLE_SECONDS, type Order } from './order.js';
import { Phase, Phases } from './phases.js';
import type { ProducerReport, ProducerTask } from './producer-thread.js';
import { makeRoute } from './routes.js';
import { type ThreadUsage, threadUsage, usageBetween } from './thread-usage.js';
import { RunThread } from './threads.js';
import { timelineOf } from './timeline.js';
import { faultsOf } from './verify.js';

const PRODUCER = new URL('../../../workers/lab-producer.js', import.meta.url);
const CONSUMER = new URL('../../../workers/lab-consumer.js', import.meta.url);

/** Length of the trace phase in milliseconds: a thread writes down 4,096 holds at most. */
const TRACE = 20;
/** Milliseconds between two looks whether everything was received. */
const LOOK_EVERY = 2;

/** Does one run in this process: starts its threads, lets messages flow, ends the threads, checks what came out. */
export async function runCell(order: Order): Promise<Run> {
  const { cell } = order;
  const startedAt = new Date().toISOString();
  const load = new MachineLoad();
  const workRounds = cell.work === 0 ? 0 : Math.max(1, Math.round(cell.work * roundsPerNanosecond()));
  const cores = availableParallelism() >= threadsOf(cell);
  const route = cell.routed ? await makeRoute(cell) : undefined;
  const ends = route ?? makeQueues(cell);
  const phases = Phases.memory();
  const progress = new SharedArrayBuffer(4 * cell.consumers);
  const spins = cores && cell.wait === 'block' ? SPINS : 0;
  const consumers = ends.consumers.map(({ end, transfer }, index) => {
    const task: ConsumerTask = { order, index, phases, end, spins, workRounds, progress };
    return new RunThread<ConsumerReport>(CONSUMER, `consumer ${index}`, task, transfer);
  });
  const producers = ends.producers.map(({ end, transfer }, index) => {
    const task: ProducerTask = { order, index, phases, end, spins: cores };
    return new RunThread<ProducerReport>(PRODUCER, `producer ${index}`, task, transfer);
  });
  const threads = [...consumers, ...producers];
  const died = Promise.race(threads.map(thread => thread.died));
  const guarded = <T>(step: Promise<T>) => Promise.race([step, died]);
  try {
    await guarded(Promise.all(threads.map(thread => thread.ready)));
    const window = await guarded(flow(order, new Phases(phases), route?.routerThread));
    const sent = await guarded(Promise.all(producers.map(({ report }) => report)));
    const total = sent.reduce((sum, report) => sum + report.sent, 0);
    if (route?.drops) await guarded(allReceived(new Int32Array(progress), total));
    await guarded(Promise.resolve(ends.close()));
    const received = await guarded(Promise.all(consumers.map(({ report }) => report)));
    return runOf(order, startedAt, load, window, sent, received);
  } finally {
    await Promise.all(threads.map(thread => thread.terminate()));
  }
}

interface Window {
  readonly seconds: number;
  /** Of the router, in the window. */
  readonly router: ThreadUsage | undefined;
}

/** Takes the threads through the phases. */
async function flow(
  { cell, warmUpSeconds, seconds, trace }: Order,
  phases: Phases,
  routerThread: number | undefined,
): Promise<Window> {
  const router = () => (routerThread === undefined ? undefined : threadUsage(routerThread));
  if (cell.rate !== null) await delay(IDLE_SECONDS * 1000);
  phases.begin(Phase.WARM_UP);
  await delay(warmUpSeconds * 1000);
  const routerBefore = router();
  const from = now();
  phases.begin(Phase.WINDOW);
  await delay(seconds * 1000);
  phases.begin(trace ? Phase.TRACE : Phase.STOP);
  const to = now();
  const routerAfter = router();
  if (trace) {
    await delay(TRACE);
    phases.begin(Phase.STOP);
  }
  return {
    seconds: (to - from) / 1000,
    router: routerBefore && routerAfter && usageBetween(routerBefore, routerAfter),
  };
}

async function allReceived(progress: Int32Array, total: number): Promise<void> {
  // The counts wrap.
  while (progress.reduce((sum, _, index) => (sum + Atomics.load(progress, index)) | 0, 0) !== (total | 0)) {
    await delay(LOOK_EVERY);
  }
}

function runOf(
  { cell, round }: Order,
  startedAt: string,
  load: MachineLoad,
  window: Window,
  sent: readonly ProducerReport[],
  received: readonly ConsumerReport[],
): Run {
  const faults = faultsOf(
    sent.map(report => report.sent),
    received.map(report => report.received),
  );
  const perConsumer = received.map(report => report.window.messages);
  const arrived = sum(perConsumer);
  const threads = [
    ...sent.map((report, index) => threadRecord('producer', index, report.window, null)),
    ...received.map((report, index) => threadRecord('consumer', index, report.window, report.idleCpuShare)),
    ...(window.router === undefined ? [] : [routerRecord(window.seconds, window.router)]),
  ];
  return {
    cell,
    round,
    startedAt,
    verified: faults.length === 0,
    faults,
    sent: sum(sent.map(report => report.sent)),
    received: sum(received.map(report => report.received.received)),
    throughput: arrived / window.seconds,
    latency: cell.rate === null ? null : latencyOf(received.map(report => report.latencies)),
    fairness: arrived === 0 ? null : jainIndex(perConsumer),
    threads,
    timeline: timelineOf([...sent, ...received].map(report => report.window.trace)),
    load: load.since(),
  };
}

function threadRecord(
  role: ThreadRecord['role'],
  index: number,
  { messages, seconds, usage, counters, claims, spuriousWakes, lock }: WindowReport,
  idleCpuShare: number | null,
): ThreadRecord {
  return {
    role,
    index,
    messages,
    seconds,
    ...usage,
    idleCpuShare,
    claims: claims && counters !== null ? counters.claims : null,
    failedClaims: claims && counters !== null ? counters.failedClaims : null,
    sleeps: counters?.sleeps ?? null,
    wakes: counters?.wakes ?? null,
    wakesNeeded: counters?.wakesNeeded ?? null,
    spuriousWakes: role === 'consumer' && counters !== null ? spuriousWakes : null,
    lock:
      lock === null
        ? null
        : {
            acquisitions: lock.acquisitions,
            contended: lock.contended,
            timed: lock.timed,
            waitSeconds: lock.waited / 1000,
            // A hold that was timed stands for all.
            holdSeconds: lock.timed === 0 ? 0 : (lock.held / 1000 / lock.timed) * lock.acquisitions,
          },
  };
}

function routerRecord(seconds: number, usage: ThreadUsage): ThreadRecord {
  return {
    role: 'router',
    index: 0,
    messages: 0,
    seconds,
    ...usage,
    idleCpuShare: null,
    claims: null,
    failedClaims: null,
    sleeps: null,
    wakes: null,
    wakesNeeded: null,
    spuriousWakes: null,
    lock: null,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
