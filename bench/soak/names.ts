import type { DispatchName } from '../../src/index.js';

/** The queues that consumers share, one for each dispatch: exchange `work`, with the queue's number as the key. */
export const WORK_DISPATCHES: readonly DispatchName[] = [
  'queue-per-consumer',
  'shared-locked',
  'shared-locked-batched',
  'shared-lock-free',
];
export const WORK = 'work';
/** A fanout exchange: what is published there goes to the queues that each consumer thread has for itself. */
export const NEWS = 'news';

export function workQueue(work: number): string {
  return `work-${WORK_DISPATCHES[work]}`;
}

/** The exclusive queue of a thread: while it is there, the router has not buried the thread. */
export function ownQueue(thread: number): string {
  return `own-${thread}`;
}

/** The queue that goes with the last consumer, which is this thread's. */
export function autoDeleteQueue(thread: number): string {
  return `auto-${thread}`;
}
