import { copyInt32s } from '../records/record.js';
import { isSparse, NO_WORDS, type SegmentPool } from './segment-pool.js';
import { storedInt32s } from './stored-message.js';

/**
 *     first                                             last
 *     ┌─────────────────────────────┐  ┌───────────┐  ┌─────────────────────────────┐
 *     │ read │ message │ message │ …│─▶│           │─▶│ message │ message │ free    │
 *     └──────▲──────────────────────┘  └───────────┘  └───────────────────▲─────────┘
 *           headAt                                                       end
 */
class Segment {
  words = NO_WORDS;
  end = 0;
  next: Segment | undefined;
}

/**
 * Stored messages, first in, first out, one after the other in segments. No object per message, so a million messages
 * cost their bytes, and the garbage collector sees some thousand objects. Without messages it has no segment.
 */
export class MessageFifo {
  length = 0;
  /** Of the messages in it. */
  int32s = 0;
  /** Index of the oldest message in `head`. Only while length > 0. */
  headAt = 0;
  readonly #pool: SegmentPool;
  #first = new Segment();
  #last = this.#first;
  /** int32s of all segments. */
  #allocated = 0;

  constructor(pool: SegmentPool) {
    this.#pool = pool;
  }

  /** Memory of the oldest message. Only while length > 0. */
  get head(): Int32Array {
    return this.#first.words;
  }

  /** Where `reserve` found room. */
  get words(): Int32Array {
    return this.#last.words;
  }

  /** Room for a message at the end; index in `words`. */
  reserve(int32s: number): number {
    let last = this.#last;
    if (last.end + int32s > last.words.length) last = this.#extend(int32s);
    const at = last.end;
    last.end = at + int32s;
    this.length++;
    this.int32s += int32s;
    return at;
  }

  #extend(int32s: number): Segment {
    if (this.length > 0) {
      const added = new Segment();
      this.#last.next = added;
      this.#last = added;
    }
    const last = this.#last;
    last.words = this.#pool.acquire(int32s, this.int32s);
    this.#allocated += last.words.length;
    return last;
  }

  /** Removes the oldest message; returns its int32s. */
  shift(): number {
    const first = this.#first;
    const int32s = storedInt32s(first.words, this.headAt);
    this.headAt += int32s;
    this.length--;
    this.int32s -= int32s;
    if (this.headAt === first.end) this.#dropFirst();
    else if (isSparse(this.#allocated, this.int32s)) this.#compact();
    return int32s;
  }

  #dropFirst(): void {
    const first = this.#first;
    this.#pool.release(first.words);
    this.#allocated -= first.words.length;
    this.headAt = 0;
    if (first.next === undefined) {
      first.words = NO_WORDS;
      first.end = 0;
    } else {
      this.#first = first.next;
    }
  }

  /** Moves the messages into one segment. They are few, or the first and the last segment would not be sparse. */
  #compact(): void {
    const words = this.#pool.acquire(this.int32s);
    let end = 0;
    let from = this.headAt;
    for (let segment: Segment | undefined = this.#first; segment !== undefined; segment = segment.next) {
      copyInt32s(segment.words, from, words, end, segment.end - from);
      end += segment.end - from;
      from = 0;
      this.#pool.release(segment.words);
    }
    this.#start(words, end);
  }

  /** Removes everything, in O(segments). */
  clear(): void {
    if (this.length === 0) return;
    for (let segment: Segment | undefined = this.#first; segment !== undefined; segment = segment.next) {
      this.#pool.release(segment.words);
    }
    this.length = 0;
    this.int32s = 0;
    this.#start(NO_WORDS, 0);
  }

  /** Begins anew, with one segment. */
  #start(words: Int32Array, end: number): void {
    const segment = new Segment();
    segment.words = words;
    segment.end = end;
    this.#first = segment;
    this.#last = segment;
    this.headAt = 0;
    this.#allocated = words.length;
  }
}
