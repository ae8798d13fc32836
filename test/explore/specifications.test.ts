import { describe, expect, test } from 'vitest';
import { InvalidScenarioError } from '#explore/errors.js';
import { isLinearizable } from '#explore/linearizability.js';
import { fifoQueue, mutex, register } from '#explore/specifications.js';
import { call, unfinished } from './history.js';

describe('fifoQueue', () => {
  const first = call('a', 'enqueue', [1], true, [0, 1]);

  test('an element is dequeued once, then the queue is empty', () => {
    const dequeues = [call('b', 'dequeue', [], 1, [2, 3]), call('b', 'dequeue', [], undefined, [4, 5])];
    expect(isLinearizable([first, ...dequeues], fifoQueue())).toBe(true);
    expect(isLinearizable([first, dequeues[0]!, call('b', 'dequeue', [], 1, [4, 5])], fifoQueue())).toBe(
      false,
    );
  });

  test('elements are compared by their content', () => {
    const history = [
      call('a', 'enqueue', [{ body: [1, 2n] }], true, [0, 1]),
      call('b', 'dequeue', [], { body: [1, 2n] }, [2, 3]),
    ];
    expect(isLinearizable(history, fifoQueue())).toBe(true);
  });

  test('it refuses an element when it is full, and only then', () => {
    const refused = call('a', 'enqueue', [2], false, [2, 3]);
    expect(isLinearizable([first, refused], fifoQueue({ capacity: 1 }))).toBe(true);
    expect(isLinearizable([first, refused], fifoQueue({ capacity: 2 }))).toBe(false);
    expect(isLinearizable([first, refused], fifoQueue())).toBe(false);
    const accepted = call('a', 'enqueue', [2], true, [2, 3]);
    expect(isLinearizable([first, accepted], fifoQueue({ capacity: 1 }))).toBe(false);
  });

  test('an enqueue that answers neither true nor false is not explained', () => {
    expect(isLinearizable([call('a', 'enqueue', [1], undefined, [0, 1])], fifoQueue())).toBe(false);
  });

  test.each([
    ['an enqueue is in flight', call('b', 'enqueue', [2], true, [2, 9]), true],
    ['the thread of an enqueue died in it', unfinished('b', 'enqueue', [2], 2), true],
    ['the enqueue in flight was refused', call('b', 'enqueue', [2], false, [2, 9]), false],
    ['the enqueue had ended', call('b', 'enqueue', [2], true, [2, 3]), false],
    ['the enqueue had not begun', call('b', 'enqueue', [2], true, [6, 9]), false],
  ])('emptyWhileEnqueueing, if %s', (_, other, excused) => {
    const history = [first, other, call('c', 'dequeue', [], undefined, [4, 5])];
    const capacity = other.result === false ? 1 : 2;
    expect(isLinearizable(history, fifoQueue({ capacity, emptyWhileEnqueueing: true }))).toBe(excused);
    expect(isLinearizable(history, fifoQueue({ capacity }))).toBe(false);
  });

  test.each([
    ['a dequeue is in flight', call('b', 'dequeue', [], 1, [2, 9]), true],
    ['the thread of a dequeue died in it', unfinished('b', 'dequeue', [], 2), true],
    ['the dequeue had ended', call('b', 'dequeue', [], 1, [2, 3]), false],
  ])('fullWhileDequeueing, if %s', (_, other, excused) => {
    // Of two places one is free, before and after the dequeue.
    const history = [first, other, call('c', 'enqueue', [2], false, [4, 5])];
    expect(isLinearizable(history, fifoQueue({ capacity: 2, fullWhileDequeueing: true }))).toBe(excused);
    expect(isLinearizable(history, fifoQueue({ capacity: 2 }))).toBe(false);
  });

  test('a dequeue that found nothing does not excuse a refusal', () => {
    const history = [call('b', 'dequeue', [], undefined, [0, 9]), call('a', 'enqueue', [1], false, [1, 2])];
    expect(isLinearizable(history, fifoQueue({ capacity: 1, fullWhileDequeueing: true }))).toBe(false);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%d is no capacity', capacity => {
    expect(() => fifoQueue({ capacity })).toThrow(InvalidScenarioError);
  });

  test('without a capacity there is no full queue to relax', () => {
    expect(() => fifoQueue({ fullWhileDequeueing: true })).toThrow(InvalidScenarioError);
  });
});

describe('mutex', () => {
  test('one thread after the other holds it', () => {
    const history = [
      call('a', 'acquire', [], undefined, [0, 1]),
      call('b', 'acquire', [], undefined, [2, 5]),
      call('a', 'release', [], undefined, [3, 4]),
      call('b', 'release', [], undefined, [6, 7]),
    ];
    expect(isLinearizable(history, mutex())).toBe(true);
  });

  test('never two', () => {
    const history = [
      call('a', 'acquire', [], undefined, [0, 1]),
      call('b', 'acquire', [], undefined, [2, 3]),
      call('a', 'release', [], undefined, [4, 5]),
    ];
    expect(isLinearizable(history, mutex())).toBe(false);
  });

  test('it is released by its holder, once', () => {
    const acquire = call('a', 'acquire', [1], undefined, [0, 1]);
    const release = call('a', 'release', [], undefined, [2, 3]);
    expect(isLinearizable([acquire, release], mutex())).toBe(true);
    expect(isLinearizable([acquire, { ...release, thread: 'b' }], mutex())).toBe(false);
    expect(isLinearizable([acquire, release, { ...release, invoked: 4, returned: 5 }], mutex())).toBe(false);
  });

  test.each([
    ['held it', [call('a', 'acquire', [7], undefined, [0, 1])], true],
    ['died while it acquired it', [unfinished('a', 'acquire', [7], 0)], true],
    ['died while it acquired it, and had not yet', [unfinished('a', 'acquire', [7], 0)], false],
    ['never asked for it', [], false],
  ])('recover() of a thread that %s', (_, before, released) => {
    const after = [call('b', 'recover', [7], released, [2, 3]), call('b', 'acquire', [8], undefined, [4, 5])];
    expect(isLinearizable([...before, ...after], mutex())).toBe(true);
  });

  test('recover() that leaves the mutex of a dead thread as it is', () => {
    const history = [call('a', 'acquire', [7], undefined, [0, 1]), call('b', 'recover', [7], false, [2, 3])];
    expect(isLinearizable(history, mutex())).toBe(false);
  });

  test('recover() that takes the mutex from a living thread', () => {
    const history = [call('a', 'acquire', [7], undefined, [0, 1]), call('b', 'recover', [6], true, [2, 3])];
    expect(isLinearizable(history, mutex())).toBe(false);
  });
});

describe('register', () => {
  test('a read answers what was written last', () => {
    const write = call('a', 'write', [5], undefined, [0, 1]);
    expect(isLinearizable([write, call('b', 'read', [], 5, [2, 3])], register(0))).toBe(true);
    expect(isLinearizable([write, call('b', 'read', [], 0, [2, 3])], register(0))).toBe(false);
  });

  test('of two that compare and set the same value, one succeeds', () => {
    const both = (second: boolean) => [
      call('a', 'compareAndSet', [0, 1], true, [0, 3]),
      call('b', 'compareAndSet', [0, 2], second, [1, 2]),
    ];
    expect(isLinearizable(both(false), register(0))).toBe(true);
    expect(isLinearizable(both(true), register(0))).toBe(false);
  });

  test('a compare-and-set of a dead thread that did not match had no effect', () => {
    const history = (read: number) => [
      unfinished('a', 'compareAndSet', [7, 1], 0),
      call('b', 'read', [], read, [1, 2]),
    ];
    expect(isLinearizable(history(0), register(0))).toBe(true);
    expect(isLinearizable(history(1), register(0))).toBe(false);
  });
});

test.each([
  ['fifoQueue', fifoQueue()],
  ['mutex', mutex()],
  ['register', register(0)],
])('%s says which operations it has', (name, specification) => {
  const check = () => isLinearizable([call('a', 'push', [1], true, [0, 1])], specification);
  expect(check).toThrow(InvalidScenarioError);
  expect(check).toThrow(new RegExp(`^The specification ${name} has .*, but thread 'a' called 'push'\\.`));
});
