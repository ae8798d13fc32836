import { ENVELOPE_BYTES } from './envelope.js';
import type { Work } from './work.js';

/**
 * The routing keys of generated messages, in turn, and the binding that takes each. All bindings are of one queue.
 * Seven, so that each has its turn among every 64th message.
 */
const KEYS: readonly (readonly [key: string, pattern: string])[] = [
  ['order.created.eu', 'order.created.*'],
  ['order.paid.eu', '*.paid.#'],
  ['order.created.us', 'order.created.*'],
  ['order.shipped.asia', 'order.shipped.*'],
  ['payment.failed.us.card', 'payment.#'],
  ['invoice.paid.us', '*.paid.#'],
  ['stock.low.eu.berlin', '#.berlin'],
];

/**
 * Messages of `bodyBytes` bytes on a handful of routing keys.
 *
 * @param bodyBytes at least ENVELOPE_BYTES
 */
export function generatedWork(messages: number, bodyBytes: number): Work {
  const content = bodyBytes - ENVELOPE_BYTES;
  const bytes = new Uint8Array(new SharedArrayBuffer(KEYS.length * content));
  fillPseudoRandom(bytes);
  const patterns = [...new Set(KEYS.map(([, pattern]) => pattern))];
  return {
    kind: 'generated',
    messages,
    bytes,
    starts: Int32Array.from(KEYS, (_, index) => index * content),
    lengths: Int32Array.from(KEYS, () => content),
    keyOf: Int32Array.from(KEYS, (_, index) => index),
    keys: KEYS.map(([key]) => key),
    bindings: patterns.map(pattern => ({ pattern, queue: 0 })),
    bindingOfKey: Int32Array.from(KEYS, ([, pattern]) => patterns.indexOf(pattern)),
    queues: ['work'],
    changing: true,
  };
}

/** The same bytes every time (xorshift). */
function fillPseudoRandom(bytes: Uint8Array): void {
  let state = 0x2545f491;
  for (let at = 0; at < bytes.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
}
