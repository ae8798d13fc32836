import { describe, expect, it } from 'vitest';
import { digestOf, MESSAGE_BYTES, MESSAGE_INT32S, read, write } from '#bench/micro/message.js';

const COUNT = 3;

function messages(): Int32Array {
  const words = new Int32Array(COUNT * MESSAGE_INT32S);
  for (let i = 0; i < COUNT; i++) write(words, i * MESSAGE_INT32S, 7 + i);
  return words;
}

function digest(words: Int32Array, order = [...Array(COUNT).keys()]): number {
  return order.reduce((sum, i) => read(sum, words, i * MESSAGE_INT32S), 0);
}

describe('the digest of messages', () => {
  it('is the same for the same messages', () => {
    expect(digest(messages())).toBe(digestOf(7, COUNT));
  });

  it('is another if any bit of any message is another', () => {
    const words = messages();
    for (let bit = 0; bit < COUNT * MESSAGE_BYTES * 8; bit++) {
      words[bit >>> 5]! ^= 1 << (bit & 31);
      expect(digest(words)).not.toBe(digestOf(7, COUNT));
      words[bit >>> 5]! ^= 1 << (bit & 31);
    }
  });

  it.each([
    ['one is missing', [0, 1]],
    ['one comes twice', [0, 1, 1]],
    ['two change places', [1, 0, 2]],
  ])('is another if %s', (_, order) => {
    expect(digest(messages(), order)).not.toBe(digestOf(7, COUNT));
  });

  it('is another for the messages that follow', () => {
    expect(digestOf(7 + 64, COUNT)).not.toBe(digestOf(7, COUNT));
  });
});
