import { expect, it } from 'vitest';
import { type Carry, carrying, MESSAGES } from '#bench/micro/carry.js';
import { digestOf, MESSAGE_INT32S, read, write } from '#bench/micro/message.js';

/** Whether a step that carries by `carry` passes its check twice in a row. */
function passes(carry: Carry): boolean {
  const step = carrying(carry);
  for (let sample = 0; sample < 2; sample++) {
    step.prepare?.();
    if (!step.check(step.run())) return false;
  }
  return true;
}

it('accepts a queue that carries every message in order', () => {
  expect(passes(first => digestOf(first, MESSAGES))).toBe(true);
});

it('refuses one that carries the messages of the sample before', () => {
  let before = 0;
  expect(
    passes(first => {
      const digest = digestOf(before, MESSAGES);
      before = first;
      return digest;
    }),
  ).toBe(false);
});

it('refuses one that hands out the last message first', () => {
  const stack: Int32Array[] = [];
  expect(
    passes(first => {
      for (let i = 0; i < MESSAGES; i++) {
        const message = new Int32Array(MESSAGE_INT32S);
        write(message, 0, first + i);
        stack.push(message);
      }
      let digest = 0;
      while (stack.length > 0) digest = read(digest, stack.pop()!, 0);
      return digest;
    }),
  ).toBe(false);
});
