import type { Step, Violation } from '#explore/scenario.js';
import { call, unfinished } from './history.js';

function source(line: number, text: string) {
  return { source: { file: 'file:///app/dist/src/memory/mailbox.js', line, text: `    ${text}` } };
}

const STEPS: Step[] = [
  { thread: 0, kind: 'invoke' },
  {
    thread: 0,
    kind: 'store',
    buffer: 0,
    byteOffset: 128,
    arguments: [7],
    ...source(3, 'Atomics.store(words, 32, 7);'),
  },
  { thread: 1, kind: 'invoke' },
  {
    thread: 1,
    kind: 'load',
    buffer: 0,
    byteOffset: 128,
    result: 7,
    ...source(12, 'const tail =\tAtomics.load(words, 32);'),
  },
  { thread: 2, kind: 'wait', buffer: 1, byteOffset: 0, arguments: [0n, Number.POSITIVE_INFINITY] },
  { thread: 0, kind: 'death' },
  { thread: 2, kind: 'join', arguments: ['writer'], result: true },
  { thread: 1, kind: 'return', ...source(14, 'return tail;') },
];

/** Three threads, one of which dies. */
export const VIOLATION: Violation = {
  kind: 'not-linearizable',
  message: 'No order of the calls explains their results.',
  threads: ['writer', 'reader', 'watch'],
  steps: STEPS,
  replay: '0x2.1x2.2.0.2.1!0@1',
  history: [unfinished('writer', 'enqueue', [7n], 0), call('reader', 'dequeue', [], undefined, [2, 7])],
};
