import { describe, expect, it } from 'vitest';
import { type Ending, explore } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

describe('the outcomes of a search', () => {
  it('are the results of all threads, with how many executions ended so', () => {
    const add = (words: Int32Array) => Atomics.add(words, 0, 1);
    const { outcomes } = explore(scenarioOf({ a: add, b: add }));
    expect(Object.fromEntries(outcomes)).toEqual({ '{"a":0,"b":1}': 1, '{"a":1,"b":0}': 1 });
  });

  it('show store buffering in its three outcomes, and not in the fourth', () => {
    // Both loads answer 0 on real processors if the stores are not sequentially consistent. JavaScript's are.
    const { outcomes } = explore(
      scenarioOf({
        a: words => {
          Atomics.store(words, 0, 1);
          return Atomics.load(words, 1);
        },
        b: words => {
          Atomics.store(words, 1, 1);
          return Atomics.load(words, 0);
        },
      }),
    );
    expect([...outcomes.keys()].sort()).toEqual(['{"a":0,"b":1}', '{"a":1,"b":0}', '{"a":1,"b":1}']);
  });

  it('write bigints and nothing as text', () => {
    const { outcomes } = explore(scenarioOf({ big: () => 5n, nothing: () => {} }));
    expect([...outcomes.keys()]).toEqual(['{"big":"5n","nothing":null}']);
  });
});

describe('each execution', () => {
  it('begins with the memory as setup left it, whatever threads and check wrote', () => {
    const seen = new Set<unknown>();
    const add = (words: Int32Array) => Atomics.add(words, 0, 1);
    const { violation, executions } = explore(
      scenarioOf(
        { a: add, b: add },
        {
          setup() {
            const words = new Int32Array(new SharedArrayBuffer(8));
            words[0] = 10;
            return words;
          },
          check({ shared }) {
            seen.add(shared[0]);
            shared[0] = 99;
          },
        },
      ),
    );
    expect(violation).toBeUndefined();
    expect(executions).toBe(2);
    expect([...seen]).toEqual([12]);
  });

  it('ends with what check() is given', () => {
    const ends: Ending<Int32Array>[] = [];
    explore(scenarioOf({ a: words => Atomics.store(words, 0, 1) }, { check: end => void ends.push(end) }));
    expect(ends).toEqual([{ shared: expect.anything(), results: { a: 1 }, history: [] }]);
  });
});

describe('a failure', () => {
  it('is a thread that throws, with its stack', () => {
    const { violation } = explore(
      scenarioOf({
        thrower: words => {
          if (Atomics.load(words, 0) === 1) throw new RangeError('one is too many');
        },
        writer: words => Atomics.store(words, 0, 1),
      }),
    );
    expect(violation?.kind).toBe('failure');
    expect(violation?.message).toMatch(/^thrower threw RangeError: one is too many\n.*outcomes\.test\.ts/s);
  });

  it('is a check that throws', () => {
    const { violation } = explore(
      scenarioOf(
        { a: words => Atomics.store(words, 0, 1) },
        { check: ({ shared }) => expect(shared[0]).toBe(2) },
      ),
    );
    expect(violation?.kind).toBe('failure');
    expect(violation?.message).toContain('check() threw');
  });

  it('has the line of each access', () => {
    const { violation } = explore(
      scenarioOf({
        a: words => {
          Atomics.store(words, 0, 1);
          throw new Error('enough');
        },
      }),
    );
    expect(violation?.steps[0]?.source).toMatchObject({ text: 'Atomics.store(words, 0, 1);' });
    expect(violation?.steps[0]?.source?.file).toMatch(/outcomes\.test\.ts$/);
  });
});
