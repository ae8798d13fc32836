import { describe, expect, test } from 'vitest';
import { isSparse, SEGMENT_INT32S, SegmentPool } from '#src/router/segment-pool.js';

describe('a segment pool', () => {
  test.each([
    [1, 128],
    [128, 128],
    [129, 256],
    [256, 256],
    [1000, 1024],
    [16_385, 32_768],
    [32_768, 32_768],
    [32_769, 32_769], // one of its own
    [300_001, 300_001],
  ])('gives for %i int32s a segment of %i', (int32s, length) => {
    const pool = new SegmentPool();
    const segment = pool.acquire(int32s);
    expect(segment.length).toBe(length);
    expect(pool.bytes).toBe(length * 4);
    pool.release(segment);
    expect(pool.bytes).toBe(0);
  });

  test.each([
    [10, 100, 128],
    [10, 1000, 1024],
    [10, 1_000_000, 32_768],
    [20_000, 20_000, 32_768],
    [40_000, 1_000_000, 40_000],
  ])('gives for %i int32s to an owner of %i a segment of %i', (int32s, held, length) => {
    expect(new SegmentPool().acquire(int32s, held).length).toBe(length);
  });

  test('keeps 64 spare segments of a size, and none that is longer than a whole one', () => {
    const pool = new SegmentPool();
    const segments = Array.from({ length: 70 }, () => pool.acquire(SEGMENT_INT32S));
    for (const segment of segments) pool.release(segment);
    const again = new Set(Array.from({ length: 70 }, () => pool.acquire(SEGMENT_INT32S)));
    expect(again.size).toBe(70);
    expect(segments.filter(segment => again.has(segment))).toHaveLength(64);

    const long = pool.acquire(SEGMENT_INT32S + 1);
    pool.release(long);
    expect(pool.acquire(SEGMENT_INT32S + 1)).not.toBe(long);
  });
});

test('what is reserved is kept, and is not in use before somebody has it', () => {
  const pool = new SegmentPool(100 * SEGMENT_INT32S * 4 - 1);
  expect(pool.bytes).toBe(0);
  const reserved = Array.from({ length: 100 }, () => pool.acquire(SEGMENT_INT32S));
  expect(pool.bytes).toBe(100 * SEGMENT_INT32S * 4);
  for (const segment of reserved) pool.release(segment);
  expect(new Set(Array.from({ length: 100 }, () => pool.acquire(SEGMENT_INT32S)))).toEqual(new Set(reserved));
});

test.each([
  [128, 1, false],
  [256, 32, false],
  [256, 31, true],
  [32_768, 5000, false],
  [32_768, 4000, true],
])('%i int32s of segments with %i in use are sparse: %s', (allocated, held, sparse) => {
  expect(isSparse(allocated, held)).toBe(sparse);
});
