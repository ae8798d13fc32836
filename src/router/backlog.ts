import { HEADER_INT32S, paddedInt32s } from '../records/record.js';

/** int32s of a segment: 128 KiB. A million messages of 100 bytes are some 1,200 segments. */
const SEGMENT_INT32S = 32_768;
/** Empty segments kept for the next backlog; more are left to the garbage collector. */
const SPARE_SEGMENTS = 64;

/**
 *     first                                          last
 *     ┌───────────────────────────┐  ┌───────────┐  ┌───────────────────────────┐
 *     │ read │ record │ record │…│─▶│           │─▶│ record │ record │ free    │
 *     └──────▲────────────────────┘  └───────────┘  └─────────────────▲─────────┘
 *           start                                                    end
 */
class Segment {
  readonly words: Int32Array;
  start = 0;
  end = 0;
  next: Segment | undefined;

  constructor(int32s: number) {
    this.words = new Int32Array(int32s);
  }
}

const spare: Segment[] = [];

function newSegment(int32s: number): Segment {
  const segment = int32s <= SEGMENT_INT32S ? spare.pop() : undefined;
  return segment ?? new Segment(Math.max(int32s, SEGMENT_INT32S));
}

/**
 * The messages of a queue that no consumer has taken yet: deliveries, one after the other, in segments of bytes.
 * No object per message, so a million messages cost their bytes, and the garbage collector sees some hundred objects.
 */
export class Backlog {
  /** Messages that wait. */
  length = 0;
  /** Where `reserve` found room. */
  words: Int32Array;
  #first: Segment;
  #last: Segment;
  #int32s = 0;

  constructor() {
    this.#first = new Segment(0);
    this.#last = this.#first;
    this.words = this.#first.words;
  }

  /** Bytes of the records that wait. */
  get bytes(): number {
    return this.#int32s * 4;
  }

  /** Room for a delivery of `words` words at the end; index of its first int32 in `this.words`. */
  reserve(words: number): number {
    const int32s = words * 2;
    let last = this.#last;
    if (last.end + int32s > last.words.length) {
      last = newSegment(int32s);
      this.#last.next = last;
      this.#last = last;
      this.words = last.words;
      if (this.length === 0) this.#dropRead();
    }
    const at = last.end;
    last.end += int32s;
    this.length++;
    this.#int32s += int32s;
    return at;
  }

  /** Puts back at the front what was taken from there: `records`, oldest first, filling `words`. */
  prepend(words: Int32Array, records: number): void {
    if (records === 0) return;
    const segment = new Segment(0);
    Object.assign(segment, { words, end: words.length, next: this.#first });
    this.#first = segment;
    this.length += records;
    this.#int32s += words.length;
  }

  /** The oldest message: its segment's memory and index there. Only while length > 0. */
  get head(): Int32Array {
    return this.#first.words;
  }

  get headAt(): number {
    return this.#first.start;
  }

  /** Removes the oldest message. */
  shift(): void {
    const first = this.#first;
    const int32s = HEADER_INT32S + paddedInt32s(first.words[first.start]!);
    first.start += int32s;
    this.length--;
    this.#int32s -= int32s;
    if (first.start === first.end) this.#dropRead();
  }

  /** Drops segments that were read to the end; the last one starts anew. */
  #dropRead(): void {
    while (this.#first.start === this.#first.end) {
      const read = this.#first;
      read.start = 0;
      read.end = 0;
      if (read.next === undefined) return;
      this.#first = read.next;
      read.next = undefined;
      if (read.words.length === SEGMENT_INT32S && spare.length < SPARE_SEGMENTS) spare.push(read);
    }
  }

  /** Removes everything. */
  clear(): void {
    this.#first = new Segment(0);
    this.#last = this.#first;
    this.words = this.#first.words;
    this.length = 0;
    this.#int32s = 0;
  }
}
