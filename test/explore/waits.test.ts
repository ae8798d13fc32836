import { describe, expect, it } from 'vitest';
import { explore, joinThread } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

const sleep = (words: Int32Array) => Atomics.wait(words, 0, 0);

/** Runs one schedule: the threads in the order of `replay`. */
function results(threads: Record<string, (words: Int32Array) => unknown>, replay: string) {
  let seen: Record<string, unknown> = {};
  const scenario = scenarioOf(threads, {
    maySleep: true,
    check: end => {
      seen = end.results;
    },
  });
  explore(scenario, { replay });
  return seen;
}

describe('Atomics.wait', () => {
  it('does not sleep if the word holds another value', () => {
    expect(results({ a: words => Atomics.wait(words, 0, 5) }, '0')).toEqual({ a: 'not-equal' });
  });

  it('answers ok after a notify, whatever the word holds then', () => {
    const threads = { sleep, notify: (words: Int32Array) => Atomics.notify(words, 0) };
    expect(results(threads, '0.1')).toEqual({ sleep: 'ok', notify: 1 });
  });

  it('does not notice a notify that came before it', () => {
    const threads = { sleep, notify: (words: Int32Array) => Atomics.notify(words, 0) };
    expect(results(threads, '1.0')).toEqual({ sleep: undefined, notify: 0 });
  });

  it('compares in the type of the view', () => {
    expect(results({ a: words => Atomics.wait(words, 0, 2 ** 32) }, '0')).toEqual({ a: undefined });
    const wide = {
      name: 'wide',
      setup: () => new BigInt64Array(new SharedArrayBuffer(8)),
      threads: { a: (words: BigInt64Array) => Atomics.wait(words, 0, 2n ** 64n) },
    };
    expect(explore(wide).violation?.kind).toBe('deadlock');
  });

  it.each([[undefined], [Number.NaN], [Number.POSITIVE_INFINITY]])('has no time limit with %s', limit => {
    const { violation } = explore(scenarioOf({ a: words => Atomics.wait(words, 0, 0, limit) }));
    expect(violation?.kind).toBe('deadlock');
  });

  it('and notify are for Int32Array and BigInt64Array, as the real ones', () => {
    for (const access of [
      (words: Int32Array) => Atomics.wait(words, 0, 0),
      (words: Int32Array) => Atomics.notify(words, 0),
    ]) {
      const result = explore({
        name: 'type',
        setup: () => new Uint32Array(new SharedArrayBuffer(4)) as unknown as Int32Array,
        threads: { a: access },
      });
      expect(result.violation?.kind).toBe('failure');
      expect(result.violation?.message).toContain('TypeError');
    }
  });
});

describe('Atomics.notify', () => {
  const three = { a: sleep, b: sleep, c: sleep };

  it.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 3],
    [undefined, 3],
    [Number.POSITIVE_INFINITY, 3],
    [-1, 0],
    [1.9, 1],
    [Number.NaN, 0],
  ])('of %s wakes %i of three', (count, woken) => {
    const seen = results({ ...three, notify: words => Atomics.notify(words, 0, count) }, '0.1.2.3');
    expect(seen['notify']).toBe(woken);
    expect([seen['a'], seen['b'], seen['c']].filter(answer => answer === 'ok')).toHaveLength(woken);
  });

  it('wakes first whoever slept first', () => {
    const threads = { ...three, notify: (words: Int32Array) => Atomics.notify(words, 0, 2) };
    expect(results(threads, '2.0.1.3')).toEqual({ a: 'ok', b: undefined, c: 'ok', notify: 2 });
    expect(results(threads, '1.2.0.3')).toEqual({ a: undefined, b: 'ok', c: 'ok', notify: 2 });
  });

  it('wakes those who sleep at that word', () => {
    const elsewhere = (words: Int32Array) => Atomics.wait(words, 1, 0);
    const threads = { sleep, elsewhere, notify: (words: Int32Array) => Atomics.notify(words, 1) };
    expect(results(threads, '0.1.2')).toEqual({ sleep: undefined, elsewhere: 'ok', notify: 1 });
  });

  it('reaches a sleeper through another view of the word', () => {
    const notify = (words: Int32Array) => Atomics.notify(new Int32Array(words.buffer, 0, 1), 0);
    expect(results({ sleep, notify }, '0.1')).toEqual({ sleep: 'ok', notify: 1 });
  });

  it('in every order with a wait, gives every result that it has', () => {
    const notify = (words: Int32Array) => Atomics.notify(words, 0);
    const { outcomes } = explore(scenarioOf({ sleep, notify }, { maySleep: true }));
    expect([...outcomes.keys()].sort()).toEqual([
      '{"sleep":"ok","notify":1}',
      '{"sleep":null,"notify":0}, sleep sleeps',
    ]);
  });
});

it('in setup or check a wait is an error, because nobody would end it', () => {
  const wait = (words: Int32Array) => {
    Atomics.wait(words, 0, 0);
  };
  const scenario = scenarioOf({ a: () => {} }, { check: ({ shared }) => wait(shared) });
  expect(explore(scenario).violation?.message).toContain('setup() and check() are alone');
});

it('joinThread waits for the end, and tells that the thread was not terminated', () => {
  const scenario = scenarioOf({
    worker: words => Atomics.store(words, 0, 1),
    main: words => [joinThread('worker'), Atomics.load(words, 0)],
  });
  expect([...explore(scenario).outcomes.keys()]).toEqual(['{"worker":1,"main":[false,1]}']);
});
