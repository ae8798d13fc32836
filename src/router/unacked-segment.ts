import { NO_WORDS } from './segment-pool.js';

/** int32s of an entry. */
export const ENTRY_INT32S = 2;

/** Is told of every message that is settled. */
export interface SettledVisitor {
  /**
   * @param words memory of the stored message; it may be another message's as soon as this returns
   * @param at index of the message in it
   * @param number the message's delivery tag
   */
  settled(words: Int32Array, at: number, number: number): void;
}

/**
 * A part of a consumer's unacked log: messages from the one end, and an entry for each from the other.
 *
 *     ┌───────────┬───────────┬───────────┬────────────┬─────────┬─────────┬─────────┐
 *     │ message 0 │ message 1 │ message 2 │    free    │ entry 2 │ entry 1 │ entry 0 │
 *     └───────────┴───────────┴───────────▲────────────┴─────────┴─────────┴─────────┘
 *                                        end            entry: {offset of the message, delivery tag}
 *
 * Entries are in ascending order of their tags. All before `oldest` are settled; of the others those whose offset is
 * inverted (~).
 */
export class UnackedSegment {
  words = NO_WORDS;
  /** Messages that are not settled, and their int32s. */
  length = 0;
  int32s = 0;
  /** Delivery tag of the last entry. */
  newest = 0;
  #end = 0;
  #entries = 0;
  #oldest = 0;

  /** Begins anew in `words`. */
  start(words: Int32Array): void {
    this.words = words;
    this.length = 0;
    this.int32s = 0;
    this.#end = 0;
    this.#entries = 0;
    this.#oldest = 0;
  }

  /** Delivery tag of the oldest message that is not settled. Only while length > 0. */
  get oldest(): number {
    return this.#numberOf(this.#oldest);
  }

  /** Whether a message of `int32s` and its entry fit. */
  fits(int32s: number): boolean {
    return this.#end + int32s + ENTRY_INT32S * (this.#entries + 1) <= this.words.length;
  }

  /** Room for a message that fits; index in `words`. */
  add(number: number, int32s: number): number {
    const at = this.#end;
    const entry = this.#entryAt(this.#entries);
    this.words[entry] = at;
    this.words[entry + 1] = number;
    this.#end = at + int32s;
    this.#entries++;
    this.newest = number;
    this.length++;
    this.int32s += int32s;
    return at;
  }

  /** Whether the message with this delivery tag is here and not settled. Only while length > 0. */
  has(number: number): boolean {
    const index = this.#find(number);
    return index < this.#entries && this.#numberOf(index) === number && this.#offsetOf(index) >= 0;
  }

  /** Settles the messages from `first` to `last`, oldest first; returns how many. Only while length > 0. */
  settle(first: number, last: number, visitor: SettledVisitor | undefined): number {
    const from = this.#find(first);
    const to = this.#find((last + 1) | 0);
    const fromOldest = from === this.#oldest;
    if (visitor === undefined && fromOldest && this.length === this.#entries - this.#oldest) {
      return this.#settleOldest(to);
    }
    const before = this.length;
    const words = this.words;
    for (let index = from; index < to; index++) {
      const entry = this.#entryAt(index);
      const at = words[entry]!;
      if (at < 0) continue;
      visitor?.settled(words, at, words[entry + 1]!);
      words[entry] = ~at;
      this.length--;
      this.int32s -= this.#offsetAfter(index) - at;
    }
    if (fromOldest) this.#skipSettled();
    return before - this.length;
  }

  /** All from the oldest up to `to`, where none was settled out of order: nothing to mark, however many they are. */
  #settleOldest(to: number): number {
    const from = this.#oldest;
    const count = to - from;
    if (count === 0) return 0;
    this.int32s -= this.#offsetAfter(to - 1) - this.#offsetOf(from);
    this.length -= count;
    this.#oldest = to;
    return count;
  }

  #skipSettled(): void {
    let index = this.#oldest;
    while (index < this.#entries && this.#offsetOf(index) < 0) index++;
    this.#oldest = index;
  }

  /** Index of the first entry, from the oldest on, whose tag is not below `number`. */
  #find(number: number): number {
    if (((number - this.newest) | 0) > 0) return this.#entries;
    let low = this.#oldest;
    const distance = (number - this.#numberOf(low)) | 0;
    if (distance <= 0) return low;
    // Tags ascend, so it is no further away than this; and just there if none is missing between.
    let high = Math.min(low + distance, this.#entries - 1);
    if (this.#numberOf(high) === number) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((this.#numberOf(middle) - number) | 0) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #entryAt(index: number): number {
    return this.words.length - ENTRY_INT32S * (index + 1);
  }

  #offsetOf(index: number): number {
    return this.words[this.#entryAt(index)]!;
  }

  #numberOf(index: number): number {
    return this.words[this.#entryAt(index) + 1]!;
  }

  /** Where message `index` ends. */
  #offsetAfter(index: number): number {
    if (index + 1 === this.#entries) return this.#end;
    const offset = this.#offsetOf(index + 1);
    return offset < 0 ? ~offset : offset;
  }
}
