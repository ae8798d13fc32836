import { HEADER_INT32S } from '../records/record.js';
import type { AddressedRoute } from './delivery.js';
import type { MessageQueue } from './message-queue.js';

/** Entries of the table, a power of two. */
const ENTRIES = 256;

interface Entry {
  /** The address, and not the route itself: that one may be another address's by now. */
  readonly exchange: string;
  readonly key: string;
  readonly version: number;
  /** The encoded properties: `bytes` of them count. */
  readonly words: Int32Array;
  readonly bytes: number;
  readonly queues: readonly MessageQueue[];
}

/**
 * The queues of messages whose properties decide where they go: equal properties, byte by byte, lead from an address to
 * the same queues as long as the topology stands. A table that forgets: what is not there is decoded and matched again.
 *
 * Properties are remembered when they come for the second time in a row: those with a message id or a timestamp differ
 * in every message, and cost a hash and no more.
 */
export class PropertyRoutes {
  readonly #entries: (Entry | undefined)[] = new Array(ENTRIES).fill(undefined);
  /** Hashes that were not found, by entry. */
  readonly #missed = new Int32Array(ENTRIES);
  /** Where find() looked last. */
  #hash = 0;

  /**
   * The queues, if they are known.
   *
   * @param content index of a content with properties that are not in pages
   */
  find(
    route: AddressedRoute,
    version: number,
    words: Int32Array,
    content: number,
  ): readonly MessageQueue[] | undefined {
    const bytes = words[content]!;
    const start = content + HEADER_INT32S;
    this.#hash = hash(words, start, bytes);
    const entry = this.#entries[this.#hash & (ENTRIES - 1)];
    return entry !== undefined &&
      entry.exchange === route.exchange &&
      entry.key === route.key &&
      entry.version === version &&
      entry.bytes === bytes &&
      isEqual(entry.words, words, start, bytes)
      ? entry.queues
      : undefined;
  }

  /** Remembers the queues of the properties that find() did not find just now. */
  remember(
    route: AddressedRoute,
    version: number,
    words: Int32Array,
    content: number,
    queues: readonly MessageQueue[],
  ): void {
    const index = this.#hash & (ENTRIES - 1);
    if (this.#missed[index] !== this.#hash) {
      this.#missed[index] = this.#hash;
      return;
    }
    const bytes = words[content]!;
    const start = content + HEADER_INT32S;
    const copy = words.slice(start, start + ((bytes + 3) >>> 2));
    const { exchange, key } = route;
    this.#entries[index] = { exchange, key, version, words: copy, bytes, queues };
  }
}

/** FNV-1a over int32s instead of bytes, with its high bits folded down. */
function hash(words: Int32Array, start: number, bytes: number): number {
  let hash = 0x811c9dc5 ^ bytes;
  const whole = start + (bytes >>> 2);
  for (let i = start; i < whole; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  hash = Math.imul(hash ^ last(words, whole, bytes), 0x01000193);
  return hash ^ (hash >>> 15);
}

function isEqual(known: Int32Array, words: Int32Array, start: number, bytes: number): boolean {
  const whole = bytes >>> 2;
  for (let i = 0; i < whole; i++) if (known[i] !== words[start + i]) return false;
  return last(known, whole, bytes) === last(words, start + whole, bytes);
}

/** The bytes that fill no int32: what lies behind them is anything. */
function last(words: Int32Array, at: number, bytes: number): number {
  const rest = bytes & 3;
  return rest === 0 ? 0 : words[at]! & ((1 << (rest * 8)) - 1);
}
