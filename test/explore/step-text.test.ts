import { expect, test } from 'vitest';
import type { Step, StepKind } from '#explore/scenario.js';
import { stepText, stepTexts } from '#explore/step-text.js';
import { VIOLATION } from './violation.js';

function step(kind: StepKind, given: Step['arguments'], result?: unknown): Step {
  return { thread: 0, kind, buffer: 0, byteOffset: 8, ...(given && { arguments: given }), result };
}

test.each([
  [step('read', [], 5), 'read b0+8 → 5'],
  [step('write', [5]), 'write b0+8 = 5'],
  [step('load', [], 5n), 'load b0+8 → 5n'],
  [step('store', [-1], -1), 'store b0+8 = -1'],
  [step('add', [1], 4), 'add b0+8 1: was 4'],
  [step('exchange', [0], 4), 'exchange b0+8 0: was 4'],
  [step('compareExchange', [0, 8], 0), 'compareExchange b0+8 0 → 8: was 0 (stored)'],
  [step('compareExchange', [0, 8], 3), 'compareExchange b0+8 0 → 8: was 3 (not stored)'],
  [step('wait', [0, Number.POSITIVE_INFINITY]), 'wait b0+8 while 0: sleeps'],
  [step('wait', [0, 50], 'asleep'), 'wait b0+8 while 0, at most 50 ms: sleeps'],
  [step('wait', [0], 'not-equal'), 'wait b0+8 while 0: does not sleep (not-equal)'],
  [step('notify', [1], 0), 'notify b0+8 1: 0 woken'],
  [step('notify', [Number.POSITIVE_INFINITY], 2), 'notify b0+8 all: 2 woken'],
  [step('timeout', []), 'wait b0+8 times out'],
  [{ thread: 0, kind: 'timeout' } as const, 'wait times out'],
  [step('death', []), 'dies'],
  [step('join', ['writer'], true), 'join writer: died'],
  [step('join', ['writer'], false), 'join writer: ended'],
  [step('invoke', ['push']), 'invoke push'],
])('%o', (given, text) => {
  expect(stepText(given)).toBe(text);
});

test('the begin and the end of a call tell which call', () => {
  const texts = stepTexts(VIOLATION);
  expect([texts[0], texts[2], texts[7]]).toEqual([
    'invoke enqueue(7n)',
    'invoke dequeue()',
    'return dequeue → undefined',
  ]);
});

test('whatever a call was given stays on one line', () => {
  const given = { text: 'x'.repeat(1000), nested: { lines: ['a\nb', new Uint8Array(100)] } };
  const call = { thread: 'a', name: 'send', arguments: [given], invoked: 0, returned: 1 };
  const text = stepText({ thread: 0, kind: 'invoke' }, call);
  expect(text).toMatch(/^invoke send\(\{.*\}\)$/);
  expect(text.length).toBeLessThan(300);
});
