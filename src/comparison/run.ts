import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Piscina } from 'piscina';
import { median } from '../statistics/median.js';
import { brokerRig } from './broker-rig.js';
import { type Design, dispatchOf } from './designs.js';
import type { Fault } from './fault.js';
import { Flow } from './flow.js';
import type { SentTally } from './outbox.js';
import { Passes } from './passes.js';
import { portRig } from './port-rig.js';
import type { Rig } from './rig.js';
import type { TallyReport } from './tally.js';
import { faultsOf } from './verify.js';
import { maxBodyBytes, type Work } from './work.js';

export interface RunOptions {
  readonly design: Design;
  readonly publishers: number;
  /** Of each queue. */
  readonly consumers: number;
  /** The work is done again until this time has passed; once at least. */
  readonly seconds: number;
  /** Milliseconds without any message after which the run is given up. */
  readonly patience: number;
  readonly fault?: Fault | undefined;
}

/** What a run measured. */
export interface RunResult {
  /** Seconds of one pass over the work: the median of those measured. */
  readonly seconds: number;
  readonly passes: number;
  readonly latencyMicroseconds: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly cpuSecondsPerMillion: number;
  /** Messages that each binding took in a pass. */
  readonly perBinding: readonly number[];
  /** What is wrong, a sentence each; empty if what came out is exactly what went in. */
  readonly faults: readonly string[];
}

/** Messages of the pass that comes first and is checked but not measured: after it, the code is compiled. */
const WARM_UP_MESSAGES = 100_000;
/** Milliseconds that threads have to end by themselves. */
const END_PATIENCE = 5000;

/**
 * Runs one design in this process: starts its threads, does the work several times, ends the threads and checks
 * everything that came out.
 *
 * @param onProgress called a few times a second, while messages arrive, with a number from 0 to 1
 * @throws if a thread dies or does not end
 */
export async function runDesign(
  options: RunOptions,
  work: Work,
  onProgress: (done: number) => void,
): Promise<RunResult> {
  const { design, publishers } = options;
  const memory = Flow.memory(publishers, work.queues.length, maxBodyBytes(work));
  const flow = new Flow(memory);
  const latency = createHistogram();
  const dispatch = dispatchOf(design);
  const parts = { ...options, work, flow: memory, latency };
  const rig =
    dispatch === undefined
      ? portRig(parts, design === 'message-port-packed')
      : await brokerRig(parts, dispatch);
  const pool = new Piscina({
    filename: rig.publisherFile.href,
    minThreads: publishers,
    maxThreads: publishers,
  });
  try {
    const publishing = Promise.all(
      Array.from({ length: publishers }, (_, publisher): Promise<SentTally> => {
        const { task, transferList } = rig.publisherTask(publisher);
        return pool.run(task, { transferList: transferList as never });
      }),
    );
    const failed = Promise.race([rig.failed, publishing.then(() => new Promise<never>(() => {}))]);
    const guard = <T>(step: Promise<T>): Promise<T> => Promise.race([step, failed]);

    await guard(Promise.all(rig.consumers.map(consumer => consumer.ready)));
    const passes = new Passes(work, publishers, flow, rig.consumers, options.patience);
    const measured = await guard(measure(options, work, passes, flow, latency, onProgress));
    const { sent, received } = await guard(finish(flow, rig, publishing));

    const bindings = work.bindings.map(({ pattern }, index) => ({
      pattern,
      messages: passes.sentPerBinding[index]!,
    }));
    const faults = faultsOf({ sent, received, perBinding: bindings });
    if (!measured.complete) {
      faults.unshift(`no message came for ${options.patience / 1000} s, but some were missing`);
    }
    return { ...figures(measured, work, latency), perBinding: perPass(measured, received), faults };
  } finally {
    await pool.destroy();
    await rig.terminate();
  }
}

interface Measured {
  /** Seconds of each pass that was complete. */
  readonly times: readonly number[];
  /** Of all of them. */
  readonly cpuMicroseconds: number;
  /** Messages of each binding that were sent to warm up. */
  readonly warmUp: readonly number[];
  /** False if messages were missing. */
  readonly complete: boolean;
}

/** Does the work again and again. */
async function measure(
  { publishers, seconds }: RunOptions,
  work: Work,
  passes: Passes,
  flow: Flow,
  latency: RecordableHistogram,
  onProgress: (done: number) => void,
): Promise<Measured> {
  let complete = await passes.run(Math.ceil(WARM_UP_MESSAGES / publishers), () => onProgress(0));
  const warmUp = [...passes.sentPerBinding];
  latency.reset();
  const times: number[] = [];
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  while (complete && (times.length === 0 || elapsed() < seconds)) {
    complete = await passes.run(work.messages, part =>
      onProgress(Math.min(1, elapsed() / seconds, times.length + part)),
    );
    if (complete) times.push(flow.passTime / 1000);
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  return { times, cpuMicroseconds: user + system, warmUp, complete };
}

function figures(
  { times, cpuMicroseconds }: Measured,
  work: Work,
  latency: RecordableHistogram,
): Omit<RunResult, 'perBinding' | 'faults'> {
  const microseconds = (nanoseconds: number) => Math.round(nanoseconds / 100) / 10;
  return {
    seconds: median(times),
    passes: times.length,
    latencyMicroseconds: {
      p50: microseconds(latency.percentile(50)),
      p99: microseconds(latency.percentile(99)),
      max: microseconds(latency.max),
    },
    cpuSecondsPerMillion: cpuMicroseconds / (times.length * work.messages),
  };
}

/** What each binding took in a pass; all passes are alike. */
function perPass({ times, warmUp }: Measured, received: readonly TallyReport[]): number[] {
  return warmUp.map((warm, index) => {
    const all = received.reduce((sum, consumer) => sum + consumer.perBinding[index]!, 0);
    return (all - warm) / Math.max(1, times.length);
  });
}

/** Ends the publishers, then the design, then the consumers, each when the one before is done. */
async function finish(
  flow: Flow,
  rig: Rig,
  publishing: Promise<SentTally[]>,
): Promise<{ sent: SentTally[]; received: TallyReport[] }> {
  flow.stop();
  const sent = await within(publishing, 'the publishers did not end');
  await rig.close();
  const reports = Promise.all(rig.consumers.map(consumer => consumer.ended));
  await Promise.race([reports, delay(END_PATIENCE, undefined, { ref: false })]);
  flow.abort();
  return { sent, received: await within(reports, 'the consumers did not end') };
}

async function within<T>(step: Promise<T>, otherwise: string): Promise<T> {
  const timeout = new AbortController();
  const late = delay(END_PATIENCE, undefined, { signal: timeout.signal }).then(() => {
    throw new Error(`${otherwise} within ${END_PATIENCE / 1000} s`);
  });
  try {
    return await Promise.race([step, late]);
  } finally {
    late.catch(() => {});
    timeout.abort();
  }
}
