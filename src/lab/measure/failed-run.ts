import type { Run } from '../results.js';
import type { Order } from './order.js';

/** A run of which nothing is known but why it failed. */
export function failedRun({ cell, round }: Order, startedAt: string, fault: string): Run {
  return {
    cell,
    round,
    startedAt,
    verified: false,
    faults: [fault],
    sent: 0,
    received: 0,
    throughput: null,
    latency: null,
    fairness: null,
    threads: [],
    timeline: null,
    load: null,
  };
}
