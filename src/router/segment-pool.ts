/** int32s of a whole segment: 128 KiB. A million messages of 100 bytes are some 1,000 segments. */
export const SEGMENT_INT32S = 32_768;
/** int32s of the smallest segment: 512 bytes. There may be ten thousand queues with a message or two. */
export const SMALLEST_INT32S = 128;
/** Segments of each size that are kept for the next who needs one; more are left to the garbage collector. */
const SPARE_SEGMENTS = 64;

/** How much more memory than messages a structure may have before it moves them together. */
const SPARSE_FACTOR = 8;

/** Whole segments that are cut from one piece of memory: to allocate each one alone costs half of its filling. */
const SEGMENTS_A_PIECE = 8;

/** What stands for a segment where there is none. */
export const NO_WORDS: Int32Array = new Int32Array(0);

/**
 * The memory in which the router keeps messages, in segments: 512 bytes, 1 KiB, … 128 KiB, and one of its own for
 * whatever is longer. Queues and consumers take them from one pool, so that the memory alarm has one figure to watch.
 */
export class SegmentPool {
  /** Bytes of all segments in use. */
  bytes = 0;
  /** The rest of a piece of memory, and how many segments were cut from it. It goes when all its segments are gone. */
  #piece = new ArrayBuffer(0);
  #cut = SEGMENTS_A_PIECE;
  /** Whole segments that are kept. */
  readonly #spareSegments: number;
  /** Spare segments, by size class. */
  readonly #spare: Int32Array[][] = Array.from({ length: sizeClass(SEGMENT_INT32S) + 1 }, () => []);

  /**
   * @param reserve bytes that are taken and touched now, and kept. The first touch of a page may cost more than filling
   *   it: 0.1 microseconds, or 3 on a virtual machine.
   */
  constructor(reserve = 0) {
    const segments = Math.ceil(reserve / (SEGMENT_INT32S * 4));
    this.#spareSegments = Math.max(SPARE_SEGMENTS, segments);
    const spare = this.#spare[sizeClass(SEGMENT_INT32S)]!;
    while (spare.length < segments) spare.push(this.#newSegment(SEGMENT_INT32S).fill(0));
  }

  /**
   * A segment of at least `int32s`, and as long as what its owner holds then, up to a whole segment. So an owner's
   * segments grow with what it holds, and few small messages never occupy a large one for long. Its content is
   * arbitrary.
   *
   * @param held int32s that the owner holds without it
   */
  acquire(int32s: number, held = 0): Int32Array {
    const length = Math.max(int32s, Math.min(int32s + held, SEGMENT_INT32S));
    let segment: Int32Array | undefined;
    if (length > SEGMENT_INT32S) {
      segment = new Int32Array(length);
    } else {
      const size = sizeClass(length);
      segment = this.#spare[size]!.pop() ?? this.#newSegment(SMALLEST_INT32S << size);
    }
    this.bytes += segment.length * 4;
    return segment;
  }

  #newSegment(int32s: number): Int32Array {
    if (int32s < SEGMENT_INT32S) return new Int32Array(int32s);
    if (this.#cut === SEGMENTS_A_PIECE) {
      this.#piece = new ArrayBuffer(SEGMENTS_A_PIECE * SEGMENT_INT32S * 4);
      this.#cut = 0;
    }
    return new Int32Array(this.#piece, this.#cut++ * SEGMENT_INT32S * 4, SEGMENT_INT32S);
  }

  /** Takes a segment back; its owner must not touch it any more. */
  release(segment: Int32Array): void {
    const length = segment.length;
    this.bytes -= length * 4;
    if (length > SEGMENT_INT32S) return;
    const spare = this.#spare[sizeClass(length)]!;
    const most = length === SEGMENT_INT32S ? this.#spareSegments : SPARE_SEGMENTS;
    if (spare.length < most) spare.push(segment);
  }
}

/**
 * Whether an owner should move its messages together. In passing messages in order it has a segment that is read and
 * one that is written, each at most twice as long as what it holds, so this is for those who do otherwise.
 *
 * @param allocated int32s of the owner's segments
 * @param held int32s in them that are in use
 */
export function isSparse(allocated: number, held: number): boolean {
  return allocated > SMALLEST_INT32S && allocated > held * SPARSE_FACTOR;
}

/** 0 for the smallest size, one more for each that is twice as long. */
function sizeClass(int32s: number): number {
  return int32s <= SMALLEST_INT32S ? 0 : SMALLEST_BITS - Math.clz32(int32s - 1);
}

const SMALLEST_BITS = Math.clz32(SMALLEST_INT32S) + 1;
