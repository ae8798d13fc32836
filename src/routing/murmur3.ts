/**
 * MurmurHash3 for 32 bits, by Austin Appleby (https://github.com/aappleby/smhasher, `MurmurHash3_x86_32`, public
 * domain), of the text in UTF-16LE with seed 0: two characters of a JavaScript string are one block of it, so that
 * nothing is encoded first.
 *
 * @returns an integer from 0 to 2^32 - 1, the same for the same text in every process
 */
export function murmur3(text: string): number {
  const even = text.length & ~1;
  let hash = 0;
  for (let i = 0; i < even; i += 2) {
    hash ^= scramble(text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (even < text.length) hash ^= scramble(text.charCodeAt(even));
  return avalanche(hash ^ (text.length * 2));
}

/** MurmurHash3's last step (`fmix32`): every bit of `value` has its share in every bit of the result. */
export function avalanche(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function scramble(block: number): number {
  const scrambled = Math.imul(block, 0xcc9e2d51);
  return Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
}
