import { describe, expect, it } from 'vitest';
import { explore } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

describe('a buffer that a thread makes', () => {
  it('is as large as it asks for in each execution', () => {
    const { outcomes } = explore(
      scenarioOf({
        a: words => new SharedArrayBuffer(4 * (1 + Atomics.load(words, 0))).byteLength,
        b: words => Atomics.store(words, 0, 1),
      }),
    );
    expect([...outcomes.keys()].sort()).toEqual(['{"a":4,"b":1}', '{"a":8,"b":1}']);
  });

  it('is the same one, with what was written, when the thread goes on after another one', () => {
    const { outcomes, executions } = explore(
      scenarioOf({
        a: words => {
          const own = new Int32Array(new SharedArrayBuffer(8));
          own[1] = Atomics.add(words, 0, 1) + 10;
          Atomics.add(words, 0, 1);
          return own[1];
        },
        b: words => Atomics.add(words, 0, 1),
      }),
    );
    expect(executions).toBe(3);
    expect([...outcomes.keys()].sort()).toEqual(['{"a":10,"b":1}', '{"a":10,"b":2}', '{"a":11,"b":0}']);
  });

  it('holds zeros at the beginning of each execution', () => {
    const first = (words: Int32Array) => {
      const own = new Int32Array(new SharedArrayBuffer(4));
      const before = own[0];
      own[0] = 1 + Atomics.add(words, 0, 1);
      return before;
    };
    const { outcomes, executions } = explore(scenarioOf({ a: first, b: first }));
    expect(executions).toBe(2);
    expect([...outcomes.keys()]).toEqual(['{"a":0,"b":0}']);
  });
});
