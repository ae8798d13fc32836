import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLinearizable } from '#explore/linearizability.js';
import type { Operation, Specification } from '#explore/scenario.js';
import { fifoQueue, register } from '#explore/specifications.js';
import { call, unfinished } from './history.js';

// Herlihy & Wing 1990, figure 1: queue histories that are and are not linearizable.
test('concurrent enqueues may be dequeued in either order', () => {
  const history = [
    call('a', 'enqueue', ['x'], true, [0, 3]),
    call('b', 'enqueue', ['y'], true, [1, 2]),
    call('a', 'dequeue', [], 'y', [4, 7]),
    call('b', 'dequeue', [], 'x', [5, 6]),
  ];
  expect(isLinearizable(history, fifoQueue())).toBe(true);
});

test('enqueues that follow each other are dequeued in their order', () => {
  const history = [
    call('a', 'enqueue', ['x'], true, [0, 1]),
    call('b', 'enqueue', ['y'], true, [2, 3]),
    call('a', 'dequeue', [], 'y', [4, 5]),
  ];
  expect(isLinearizable(history, fifoQueue())).toBe(false);
});

test('a dequeue may answer what is enqueued while it runs', () => {
  const history = [call('a', 'enqueue', ['x'], true, [0, 3]), call('b', 'dequeue', [], 'x', [1, 2])];
  expect(isLinearizable(history, fifoQueue())).toBe(true);
});

test('two dequeues never answer the same element', () => {
  const history = [
    call('a', 'enqueue', ['x'], true, [0, 3]),
    call('b', 'enqueue', ['y'], true, [1, 2]),
    call('a', 'dequeue', [], 'y', [4, 7]),
    call('b', 'dequeue', [], 'y', [5, 6]),
  ];
  expect(isLinearizable(history, fifoQueue())).toBe(false);
});

test('a call that never returned may have had its effect, or not', () => {
  const write = unfinished('a', 'write', [1], 0);
  expect(isLinearizable([write, call('b', 'read', [], 1, [1, 2])], register(0))).toBe(true);
  expect(isLinearizable([write, call('b', 'read', [], 0, [1, 2])], register(0))).toBe(true);
  expect(isLinearizable([write, call('b', 'read', [], 2, [1, 2])], register(0))).toBe(false);
});

test('the effect of a call that never returned comes after its invocation, and stays', () => {
  const early = [call('b', 'read', [], 1, [0, 1]), unfinished('a', 'write', [1], 2)];
  expect(isLinearizable(early, register(0))).toBe(false);
  const undone = [
    unfinished('a', 'write', [1], 0),
    call('b', 'read', [], 1, [1, 2]),
    call('b', 'read', [], 0, [3, 4]),
  ];
  expect(isLinearizable(undone, register(0))).toBe(false);
});

test('calls that touch at one step overlap', () => {
  const history = [call('a', 'write', [1], undefined, [0, 2]), call('b', 'read', [], 0, [2, 3])];
  expect(isLinearizable(history, register(0))).toBe(true);
});

test('a specification is told which calls overlap', () => {
  const seen = new Map<string, string[]>();
  const specification: Specification = {
    initial: 0,
    next(state, { name }, concurrent) {
      seen.set(
        name,
        concurrent.map(other => other.name),
      );
      return [state];
    },
  };
  const history = [
    call('a', 'first', [], 0, [0, 3]),
    call('b', 'second', [], 0, [1, 2]),
    unfinished('b', 'dead', [], 4),
    call('a', 'third', [], 0, [5, 6]),
  ];
  expect(isLinearizable(history, specification)).toBe(true);
  expect(Object.fromEntries(seen)).toEqual({
    first: ['second'],
    second: ['first'],
    dead: ['third'],
    third: ['dead'],
  });
});

test('every state that a call may lead to is tried', () => {
  const coin: Specification<string> = {
    initial: 'none',
    next: (state, { name, result }) =>
      name === 'throw' ? ['heads', 'tails'] : result === state ? [state] : [],
  };
  for (const side of ['heads', 'tails']) {
    const history = [call('a', 'throw', [], undefined, [0, 1]), call('a', 'look', [], side, [2, 3])];
    expect(isLinearizable(history, coin)).toBe(true);
  }
});

test('states with equal JSON are searched once', () => {
  let calls = 0;
  const counter: Specification<{ count: number }> = {
    initial: { count: 0 },
    next({ count }, { name }) {
      calls++;
      return name === 'increment' ? [{ count: count + 1 }] : [];
    },
  };
  // 2^12 sets of increments, and 12! orders of them
  const history = Array.from({ length: 12 }, (_, i) => call(`${i}`, 'increment', [], undefined, [i, 100]));
  history.push(call('a', 'never', [], undefined, [101, 102]));
  expect(isLinearizable(history, counter)).toBe(false);
  expect(calls).toBe(12 * 2 ** 11 + 1);
});

test.each([
  ['bigints', 1n, 2n],
  ['a string and a number', '1', 1],
  ['a string and an object that has it as JSON', '[1]', [1]],
  ['a bigint and its digits', [1n], ['1']],
])('different states are told apart: %s', (_, one, other) => {
  // Reached by two sets of calls that are equal: the first order leads to `one`, which explains nothing.
  const specification: Specification = {
    initial: null,
    next(state, { name }) {
      if (name === 'last') return state === other ? [state] : [];
      return [state === null ? (name === 'a' ? one : other) : state];
    },
  };
  const history = [
    call('a', 'a', [], undefined, [0, 5]),
    call('b', 'b', [], undefined, [1, 5]),
    call('c', 'last', [], undefined, [6, 7]),
  ];
  expect(isLinearizable(history, specification)).toBe(true);
});

test('31 calls can be checked, 32 cannot', () => {
  const reads = (count: number) =>
    Array.from({ length: count }, (_, i) => call('a', 'read', [], 0, [2 * i, 2 * i + 1]));
  expect(isLinearizable(reads(31), register(0))).toBe(true);
  expect(isLinearizable([...reads(30), call('a', 'read', [], 1, [60, 61])], register(0))).toBe(false);
  expect(() => isLinearizable(reads(32), register(0))).toThrow(RangeError);
  expect(() => isLinearizable(reads(32), register(0))).toThrow('The history has 32 calls, and at most 31');
});

test('no call at all is linearizable', () => {
  expect(isLinearizable([], register(0))).toBe(true);
});

test('agrees with trying every order of every choice of calls', () => {
  const outcomes = { true: 0, false: 0 };
  fc.assert(
    fc.property(fc.array(queueCall, { maxLength: 5 }), fc.boolean(), (calls, emptyWhileEnqueueing) => {
      const specification = fifoQueue({ capacity: 2, emptyWhileEnqueueing });
      const expected = someOrderExplains(calls, specification);
      outcomes[`${expected}`]++;
      expect(isLinearizable(calls, specification)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
  // A property that only ever sees one outcome would prove nothing.
  expect(outcomes.true).toBeGreaterThan(100);
  expect(outcomes.false).toBeGreaterThan(100);
});

const queueCall = fc
  .record({
    thread: fc.constantFrom('a', 'b'),
    enqueues: fc.boolean(),
    value: fc.integer({ min: 1, max: 2 }),
    accepted: fc.boolean(),
    found: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
    invoked: fc.nat(12),
    length: fc.oneof(
      { weight: 4, arbitrary: fc.nat(6) },
      { weight: 1, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
    ),
  })
  .map(({ thread, enqueues, value, accepted, found, invoked, length }): Operation => {
    const name = enqueues ? 'enqueue' : 'dequeue';
    const given = enqueues ? [value] : [];
    if (length === Number.POSITIVE_INFINITY) return unfinished(thread, name, given, invoked);
    return call(thread, name, given, enqueues ? accepted : found, [invoked, invoked + length]);
  });

/** The definition, word for word: no memory of what was tried. */
function someOrderExplains(history: readonly Operation[], specification: Specification): boolean {
  const precedes = (a: Operation, b: Operation) => a.returned < b.invoked;
  const explains = (order: readonly Operation[]): boolean => {
    let states: readonly unknown[] = [specification.initial];
    for (const call of order) {
      const concurrent = history.filter(
        other => other !== call && !precedes(call, other) && !precedes(other, call),
      );
      states = states.flatMap(state => specification.next(state, call, concurrent));
    }
    return states.length > 0;
  };
  const extend = (order: readonly Operation[], rest: readonly Operation[]): boolean => {
    if (rest.every(call => call.returned === Number.POSITIVE_INFINITY) && explains(order)) return true;
    return rest.some(
      call =>
        !rest.some(other => precedes(other, call)) &&
        extend(
          [...order, call],
          rest.filter(other => other !== call),
        ),
    );
  };
  return extend([], history);
}
