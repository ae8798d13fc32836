import { copyInt32s } from '../records/record.js';
import { isSparse, NO_WORDS, type SegmentPool } from './segment-pool.js';
import { storedInt32s } from './stored-message.js';
import { ENTRY_INT32S, type SettledVisitor, UnackedSegment } from './unacked-segment.js';

/**
 * What one consumer was sent and did not settle: stored messages in ascending order of their delivery tags, in
 * segments.
 *
 *     segments   │ 3 · 5 6 │  │ 7 8 · · │  │ · 12 13 free │◀── reserve
 *
 * Tags are int32s that wrap; the oldest and the newest are less than 2^31 apart. A segment goes back to the pool when
 * all its messages are settled. When the others have become sparse, because single messages stay while many pass,
 * what is left moves together: the memory is at most eight times that of the messages (and at least 512 bytes).
 */
export class UnackedLog {
  /** Messages that are not settled. */
  length = 0;
  readonly #pool: SegmentPool;
  /** In order; none is empty, but the only one may be: then it has no memory. */
  #segments = [new UnackedSegment()];
  #last = this.#segments[0]!;
  #int32s = 0;
  /** int32s of all segments. */
  #allocated = 0;

  constructor(pool: SegmentPool) {
    this.#pool = pool;
  }

  /** Bytes of the stored messages that are not settled. */
  get bytes(): number {
    return this.#int32s * 4;
  }

  /** Where `reserve` found room. */
  get words(): Int32Array {
    return this.#last.words;
  }

  /** Delivery tag of the oldest message that is not settled. */
  get oldest(): number | undefined {
    return this.length > 0 ? this.#segments[0]!.oldest : undefined;
  }

  /**
   * Room for a message at the end; index in `words`. The caller writes it there at once.
   *
   * @param number its delivery tag, above all before
   */
  reserve(number: number, int32s: number): number {
    const at = this.#place(number, int32s);
    this.length++;
    this.#int32s += int32s;
    return at;
  }

  #place(number: number, int32s: number): number {
    if (!this.#last.fits(int32s)) this.#extend(int32s + ENTRY_INT32S);
    return this.#last.add(number, int32s);
  }

  #extend(int32s: number): void {
    if (this.#last.length > 0) {
      this.#last = new UnackedSegment();
      this.#segments.push(this.#last);
    }
    const words = this.#pool.acquire(int32s, this.#held);
    this.#allocated += words.length;
    this.#last.start(words);
  }

  /** int32s of the messages that are not settled, and their entries. */
  get #held(): number {
    return this.#int32s + this.length * ENTRY_INT32S;
  }

  has(number: number): boolean {
    if (this.length === 0) return false;
    const index = this.#find(number);
    return index < this.#segments.length && this.#segments[index]!.has(number);
  }

  /**
   * Settles all messages from `first` to `last` that are not settled yet, oldest first; returns how many.
   *
   * @param visitor is told of each; must leave this log alone
   */
  settle(first: number, last: number, visitor?: SettledVisitor): number {
    const before = this.length;
    if (before === 0) return 0;
    const segments = this.#segments;
    let firstEmptied = 0;
    let emptied = 0;
    for (let index = this.#find(first); index < segments.length; index++) {
      const segment = segments[index]!;
      const int32s = segment.int32s;
      this.length -= segment.settle(first, last, visitor);
      this.#int32s -= int32s - segment.int32s;
      if (segment.length === 0) {
        if (emptied === 0) firstEmptied = index;
        emptied++;
        this.#release(segment);
      }
      if (((segment.newest - last) | 0) >= 0) break;
    }
    if (emptied > 0) this.#drop(firstEmptied, emptied);
    if (isSparse(this.#allocated, this.#held)) this.#compact();
    return before - this.length;
  }

  /** Index of the first segment with a tag that is not below `number`. */
  #find(number: number): number {
    const segments = this.#segments;
    // Most consumers settle the oldest first.
    if (((number - segments[0]!.newest) | 0) <= 0) return 0;
    let low = 1;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((segments[middle]!.newest - number) | 0) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #release(segment: UnackedSegment): void {
    this.#allocated -= segment.words.length;
    this.#pool.release(segment.words);
    segment.start(NO_WORDS);
  }

  /** Drops empty segments, all but one. */
  #drop(index: number, count: number): void {
    const segments = this.#segments;
    if (count === segments.length) segments.length = 1;
    else segments.splice(index, count);
    this.#last = segments[segments.length - 1]!;
  }

  /** Moves what is left together. It copies at most an eighth of what it releases. */
  #compact(): void {
    const sparse = this.#segments;
    this.#last = new UnackedSegment();
    this.#segments = [this.#last];
    for (const segment of sparse) {
      segment.settle(segment.oldest, segment.newest, this.#mover);
      this.#release(segment);
    }
  }

  readonly #mover: SettledVisitor = {
    settled: (words, at, number) => {
      const int32s = storedInt32s(words, at);
      const to = this.#place(number, int32s);
      copyInt32s(words, at, this.#last.words, to, int32s);
    },
  };

  /** Settles everything, oldest first; returns how many. */
  settleAll(visitor?: SettledVisitor): number {
    return this.length > 0 ? this.settle(this.#segments[0]!.oldest, this.#last.newest, visitor) : 0;
  }
}
