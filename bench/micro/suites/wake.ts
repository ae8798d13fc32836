import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { runThreads } from '../../threads/start.js';
import { WAKE_UP_BYTES, type Waiting, type WakeUpData, type WakeUpTimes } from '../../threads/wake-up.js';
import type { Suite } from '../suite.js';

interface Call {
  readonly waiting: Waiting;
  /** Microseconds from an answer to the next call. */
  readonly gap: number;
}

/** Asleep for a moment, and for so long that its core has found nothing else to do either. */
const GAPS = [150, 3000] as const;
/** Microseconds that a call takes beside its gap, about. */
const CALL = 50;
/** Calls at least, a quarter of them to warm up: the 99th percentile of fewer would be the longest of all. */
const LEAST_CALLS = 150;

const STEPS = new Map<string, Call>([
  ['awake, looking all the time', { waiting: 'spin', gap: GAPS[0] }],
  ...(['Atomics.wait', 'Atomics.waitAsync', 'MessagePort'] as const).flatMap(waiting =>
    GAPS.map(gap => [`${waiting}, asleep for ${gap / 1000} ms`, { waiting, gap }] as const),
  ),
]);

/**
 * Two threads, one asleep until the other calls it. A loop of its own, and not tinybench: one call gives two figures
 * from two threads, and most of a round is the gap in which the sleeper falls asleep, which no figure may contain.
 */
export const suite: Suite = {
  title: 'waking another thread',
  unit: 'call',
  steps: [...STEPS.keys()],
  async measure(step, milliseconds) {
    const call = STEPS.get(step)!;
    const calls = Math.max(LEAST_CALLS, Math.round((milliseconds * 1000) / (call.gap + CALL)));
    const [latency, cost] = await makeCalls(call, calls);
    const arrival = { name: `${step}: until it runs`, ...latency };
    // Nobody rings for a thread that looks by itself.
    return call.waiting === 'spin'
      ? [arrival]
      : [arrival, { name: `${step}: what the caller pays`, ...cost }];
  },
};

async function makeCalls(call: Call, calls: number): Promise<[latency: WakeUpTimes, cost: WakeUpTimes]> {
  const { port1, port2 } = new MessageChannel();
  const common = { ...call, buffer: new SharedArrayBuffer(WAKE_UP_BYTES), calls, warmUp: calls >>> 2 };
  const thread = (file: string, port: MessagePort) => ({
    file,
    data: { ...common, port } satisfies WakeUpData,
    ports: [port],
  });
  const [latency, cost] = await runThreads<WakeUpTimes>([
    thread('wake-up-sleeper', port1),
    thread('wake-up-caller', port2),
  ]);
  return [latency!, cost!];
}
