import { digestOf } from './message.js';
import type { Step } from './timed-suite.js';

/** Messages that one sample carries. */
export const MESSAGES = 512;
/** Messages of a batch. */
export const BATCH = 64;

/** Puts MESSAGES messages from number `first` on into a queue and takes them out again. Returns their digest. */
export type Carry = (first: number) => number;

/** Queues of one thread carry the same messages, and each sample's digest is checked. */
export function carrying(carry: Carry): Step {
  let first = 0;
  return {
    units: MESSAGES,
    prepare() {
      first += MESSAGES;
    },
    run: () => carry(first),
    check: digest => digest === digestOf(first, MESSAGES),
  };
}

/** A step for messages one by one, and one for batches: put in together, then taken out together. */
export function singlyAndInBatches(
  name: string,
  queue: (batch: number) => Carry,
): Record<string, () => Step> {
  return {
    [`${name}, singly`]: () => carrying(queue(1)),
    [`${name}, batches of ${BATCH}`]: () => carrying(queue(BATCH)),
  };
}
