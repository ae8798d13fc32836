import { ENVELOPE_BYTES } from './envelope.js';

/** A binding of the comparison's topic exchange. */
export interface WorkBinding {
  readonly pattern: string;
  /** Index of the queue in `queues`. */
  readonly queue: number;
}

/**
 * The work that every design does: messages, their routing keys, and the bindings that sort them into queues. It
 * goes to threads as it is; what is large lies in shared memory.
 *
 * There are fewer different messages than messages: message `i` is number `i modulo keyOf.length` of them.
 */
export interface Work {
  readonly kind: 'generated' | 'access-log' | 'lines';
  /** Messages of one pass. */
  readonly messages: number;
  /** The different contents, one after the other, and where each lies. */
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  /** Index in `keys` of each content's routing key. */
  readonly keyOf: Int32Array;
  readonly keys: readonly string[];
  readonly bindings: readonly WorkBinding[];
  /** Index in `bindings` of the one binding that takes a key. */
  readonly bindingOfKey: Int32Array;
  readonly queues: readonly string[];
  /** True if publishers may change contents, so that no two messages are alike. */
  readonly changing: boolean;
}

/** Name of the topic exchange. */
export const EXCHANGE = 'comparison';

/** Where publisher `publisher`'s part of the messages begins; it ends where the next one's begins. */
export function partStart(messages: number, publisher: number, publishers: number): number {
  return Math.floor((messages * publisher) / publishers);
}

/** How many messages a publisher sends in a pass in which each sends `limit` at most. */
export function partLength(messages: number, publisher: number, publishers: number, limit: number): number {
  const start = partStart(messages, publisher, publishers);
  return Math.min(limit, partStart(messages, publisher + 1, publishers) - start);
}

/** How many messages of such a pass each binding takes. */
export function countPerBinding(work: Work, publishers: number, limit: number): number[] {
  const { keyOf, bindingOfKey } = work;
  const counts = work.bindings.map(() => 0);
  for (let publisher = 0; publisher < publishers; publisher++) {
    let content = partStart(work.messages, publisher, publishers) % keyOf.length;
    for (let left = partLength(work.messages, publisher, publishers, limit); left > 0; left--) {
      const binding = bindingOfKey[keyOf[content]!]!;
      counts[binding] = counts[binding]! + 1;
      if (++content === keyOf.length) content = 0;
    }
  }
  return counts;
}

/** The same by queue. */
export function countPerQueue(work: Work, perBinding: readonly number[]): number[] {
  const counts = work.queues.map(() => 0);
  for (const [index, { queue }] of work.bindings.entries()) {
    counts[queue] = counts[queue]! + perBinding[index]!;
  }
  return counts;
}

/** Mean bytes of a message's body, envelope included. */
export function meanBodyBytes(work: Work): number {
  let total = 0;
  for (const length of work.lengths) total += length;
  return ENVELOPE_BYTES + Math.round(total / work.lengths.length);
}

/** Bytes of the longest body, envelope included. */
export function maxBodyBytes(work: Work): number {
  let longest = 0;
  for (const length of work.lengths) longest = Math.max(longest, length);
  return ENVELOPE_BYTES + longest;
}
