import { expect, test } from 'vitest';
import {
  bytes,
  clock,
  duration,
  listed,
  percent,
  range,
  rate,
  significant,
  withInterval,
} from '#src/lab/report/numbers.js';

/** With ordinary spaces. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test.each([
  [0, '0'],
  [0.012345, '0.0123'],
  [0.9996, '1.00'],
  [45.678, '45.7'],
  [1234.5, '1,230'],
  [Number.NaN, '-'],
])('%d with three digits', (value, text) => expect(significant(value)).toBe(text));

test.each([
  [12_345_678, '12.3 million/s'],
  [1_000_000, '1 million/s'],
  [657_432, '657,000/s'],
  [999.6, '1,000/s'],
  [12.5, '12.5/s'],
])('%d messages a second', (value, text) => expect(plain(rate(value))).toBe(text));

test.each([
  [0.0456, '45.6 ns'],
  [45, '45 µs'],
  [999.9, '1 ms'],
  [1234, '1.23 ms'],
  [2e6, '2 s'],
])('%d microseconds', (value, text) => expect(plain(duration(value))).toBe(text));

test.each([
  [0, '0 %'],
  [0.0004, '<0.1 %'],
  [0.0123, '1.2 %'],
  [0.02, '2 %'],
  [0.614, '61 %'],
  [1, '100 %'],
])('a share of %d', (value, text) => expect(plain(percent(value))).toBe(text));

test('a unit that both ends have is said once', () => {
  expect(plain(range(11.9e6, 12.8e6, rate))).toBe('11.9 to 12.8 million/s');
  expect(plain(range(990, 1010, duration))).toBe('990 µs to 1.01 ms');
  expect(plain(withInterval({ estimate: 50, low: 45, high: 60 }, duration))).toBe('50 µs (45 to 60 µs)');
  expect(range(1, 2, significant)).toBe('1.00 to 2.00');
});

test('sizes, times and lists', () => {
  expect([16, 4096, 1 << 19].map(bytes).map(plain)).toEqual(['16 bytes', '4 KiB', '512 KiB']);
  expect([0, 59.6, 200, 3840].map(clock).map(plain)).toEqual(['0 s', '1 min', '3 min 20 s', '1 h 4 min']);
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c']);
});
