import { describe, expect, test } from 'vitest';
import { copyInt32s, paddedInt32s, wordAligned } from '#src/records/record.js';

test('lengths are rounded up to whole words', () => {
  const lengths = [0, 1, 7, 8, 9, 15, 16, 2047, 2048];
  expect(lengths.map(wordAligned)).toEqual([0, 8, 8, 8, 16, 16, 16, 2048, 2048]);
  expect(lengths.map(paddedInt32s)).toEqual([0, 2, 2, 2, 4, 4, 4, 512, 512]);
});

describe('copyInt32s', () => {
  test.each([0, 2, 64, 190, 192, 194, 1000])(
    'copies %i int32s, whatever bits they hold, and nothing else',
    count => {
      const source = Int32Array.from({ length: 1100 }, (_, i) => Math.imul(i, 0x9e3779b1));
      source[5] = 0x7ff00001; // a signalling NaN, seen as a float64
      const target = new Int32Array(1100).fill(-1);
      copyInt32s(source, 3, target, 7, count);
      expect([...target.subarray(7, 7 + count)]).toEqual([...source.subarray(3, 3 + count)]);
      expect(target.subarray(0, 7).every(word => word === -1)).toBe(true);
      expect(target.subarray(7 + count).every(word => word === -1)).toBe(true);
    },
  );
});
