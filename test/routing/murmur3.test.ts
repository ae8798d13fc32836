import { expect, test } from 'vitest';
import { murmur3 } from '#src/routing/murmur3.js';

// The published values of MurmurHash3_x86_32 with seed 0 are for bytes, so the text is what these bytes are in UTF-16.
test.each([
  ['', 0],
  ['ab', 0x9bbfd75f],
  ['test', 0xba6bd213],
  ['abcd', 0x43ed676a],
  ['abcdef', 0x6181c085],
  ['abcdefgh', 0x49ddccc4],
])('the bytes of "%s"', (bytes, hash) => {
  expect(murmur3(Buffer.from(bytes).toString('utf16le'))).toBe(hash);
});

test('every character counts, and its place', () => {
  const texts = ['a', 'b', 'aa', 'ab', 'ba', 'aab', 'aba', 'baa', '\u0100', '\u0001', '\0', '\0\0', ''];
  expect(new Set(texts.map(murmur3)).size).toBe(texts.length);
});
