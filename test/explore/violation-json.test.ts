import { expect, test } from 'vitest';
import type { Operation, Step } from '#explore/scenario.js';
import { violationToJson } from '#explore/violation-json.js';
import { call } from './history.js';
import { VIOLATION } from './violation.js';

test('a violation as JSON', () => {
  const json = violationToJson(VIOLATION);
  expect(json).toMatchObject({
    version: 1,
    kind: 'not-linearizable',
    message: VIOLATION.message,
    threads: ['writer', 'reader', 'watch'],
    replay: VIOLATION.replay,
  });
  expect(json.steps).toHaveLength(VIOLATION.steps.length);
  expect(json.steps[3]).toEqual({
    thread: 1,
    kind: 'load',
    text: 'load b0+128 → 7',
    buffer: 0,
    byteOffset: 128,
    result: 7,
    source: VIOLATION.steps[3]!.source,
  });
});

test('bigints are digits, and no time limit is null', () => {
  expect(violationToJson(VIOLATION).steps[4]!.arguments).toEqual(['0', null]);
});

test('a call that never ended is told from one that answered nothing', () => {
  expect(violationToJson(VIOLATION).history).toEqual([
    { thread: 'writer', name: 'enqueue', arguments: ['7'], invoked: 0, returned: null },
    { thread: 'reader', name: 'dequeue', arguments: [], invoked: 2, returned: 7 },
  ]);
});

test('it is plain JSON: nothing is lost when it is written and read', () => {
  const json = violationToJson(VIOLATION);
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
});

const cycle: { self?: unknown } = {};
cycle.self = cycle;

test.each([
  [undefined, null],
  [null, null],
  [-0.5, -0.5],
  [Number.NaN, null],
  [1n, '1'],
  [{ a: [undefined, 2n], b: undefined }, { a: [null, '2'] }],
  [new Uint8Array([1, 2]), [1, 2]],
  [new BigInt64Array([3n]), ['3']],
  [new Map([[1, new Set([2])]]), [[1, [2]]]],
  [new RangeError('too far'), 'RangeError: too far'],
  [cycle, expect.stringContaining('[Circular')],
])('a call that was given %o', (given, json) => {
  const history: Operation[] = [call('a', 'send', [given], [given], [0, 1])];
  const steps: Step[] = [{ thread: 0, kind: 'return', result: [given] }];
  const sent = violationToJson({ ...VIOLATION, steps, history });
  expect(sent.history[0]).toMatchObject({ arguments: [json], result: given === cycle ? json : [json] });
  expect(sent.steps[0]!.result).toEqual(given === cycle ? json : [json]);
});
