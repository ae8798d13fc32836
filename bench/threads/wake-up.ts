import { createHistogram } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { CELL } from '../../src/memory/layout.js';
import type { Figure } from '../micro/suite.js';

/** How a thread waits to be called. `spin`: it does not sleep, and looks all the time. */
export type Waiting = 'spin' | 'Atomics.wait' | 'Atomics.waitAsync' | 'MessagePort';

/** What wake-up-sleeper.ts and wake-up-caller.ts are started with. */
export interface WakeUpData {
  waiting: Waiting;
  buffer: SharedArrayBuffer;
  /** Calls, and how many of them come first and are not recorded. */
  calls: number;
  warmUp: number;
  /** Microseconds from an answer to the next call: time to fall asleep. */
  gap: number;
  /** Each thread's end of a channel that carries calls, and nothing else. */
  port: MessagePort;
}

/** The shared int32s, a cell each. */
export const WakeUp = {
  /** Number of the last call. */
  CALLED: 0,
  /** Number of the last call that was answered. */
  ANSWERED: CELL,
  BELL: 2 * CELL,
  /** A float64: when the last call was made, in milliseconds. */
  CALLED_AT: 3 * CELL,
} as const;
export const WAKE_UP_BYTES = 4 * CELL * 4;

export type WakeUpTimes = Omit<Figure, 'name'>;

/** Gathers times in milliseconds. */
export class Stopwatch {
  readonly #histogram = createHistogram();

  record(milliseconds: number): void {
    this.#histogram.record(Math.max(1, Math.round(milliseconds * 1e6)));
  }

  get times(): WakeUpTimes {
    const histogram = this.#histogram;
    return { median: histogram.percentile(50), p99: histogram.percentile(99), samples: histogram.count };
  }
}
