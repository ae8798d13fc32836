import type { RecordableHistogram } from 'node:perf_hooks';
import { latencyHistogram } from './latencies.js';

/** What a consumer received. */
export interface Received {
  readonly received: number;
  /** Of each producer: messages, and the sum of their numbers. Both wrap. */
  readonly messages: readonly number[];
  readonly sums: readonly number[];
  /** Messages that came after a later one of the same producer, or twice. */
  readonly disordered: number;
  /** Messages whose last word is not what it was when they were sent. */
  readonly corrupt: number;
}

/** Checks and counts what one consumer receives. */
export class Tally {
  /** Messages received. */
  received = 0;
  /** True: latencies are recorded. */
  measuring = false;
  readonly latencies: RecordableHistogram = latencyHistogram();
  readonly #messages: Int32Array;
  readonly #sums: Int32Array;
  readonly #last: Int32Array;
  #disordered = 0;
  #corrupt = 0;

  constructor(producers: number) {
    this.#messages = new Int32Array(producers);
    this.#sums = new Int32Array(producers);
    this.#last = new Int32Array(producers).fill(-1);
  }

  /**
   * @param sequence number that the producer gave the message, from 0; it wraps
   * @param lastWord of the body
   */
  take(producer: number, sequence: number, lastWord: number): void {
    if (((sequence - this.#last[producer]!) | 0) <= 0) this.#disordered++;
    if (lastWord !== fillerOf(producer, sequence)) this.#corrupt++;
    this.#last[producer] = sequence;
    this.#messages[producer] = this.#messages[producer]! + 1;
    this.#sums[producer] = this.#sums[producer]! + sequence;
    this.received++;
  }

  /** @param late milliseconds from the intended time of sending to the receipt */
  recordLatency(late: number): void {
    this.latencies.record(Math.max(1, Math.round(late * 1e6)));
  }

  get report(): Received {
    return {
      received: this.received,
      messages: [...this.#messages],
      sums: [...this.#sums],
      disordered: this.#disordered,
      corrupt: this.#corrupt,
    };
  }
}

/** What fills a body behind its envelope, so that its last int32 can be checked. A body of the envelope alone has none. */
export function fillerOf(producer: number, sequence: number): number {
  return (sequence ^ (producer << 24)) | 0;
}
