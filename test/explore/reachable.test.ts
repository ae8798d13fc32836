import { describe, expect, it } from 'vitest';
import { explore, operation, reachable } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

const writer = (words: Int32Array) => Atomics.store(words, 0, 1);
const reader = (words: Int32Array) => {
  if (Atomics.load(words, 0) === 1) reachable('read after the write');
  else reachable('read before the write');
};

describe('reachable', () => {
  it('labels that some execution came to are no violation', () => {
    const result = explore(
      scenarioOf({ writer, reader }, { reachable: ['read before the write', 'read after the write'] }),
    );
    expect(result.violation).toBeUndefined();
    expect([...result.reached].sort()).toEqual(['read after the write', 'read before the write']);
  });

  it('a label that none came to is one, without a schedule', () => {
    const { violation, complete } = explore(
      scenarioOf({ writer, reader }, { reachable: ['read after the write', 'third case'] }),
    );
    expect(violation).toMatchObject({
      kind: 'unreachable',
      steps: [],
      replay: '',
      threads: ['writer', 'reader'],
    });
    expect(violation?.message).toContain("reachable('third case')");
    expect(violation?.message).not.toContain('read after');
    expect(complete).toBe(true);
  });

  it('may be missing for the want of preemptions', () => {
    const looksTwice = (words: Int32Array) => {
      const before = Atomics.load(words, 0);
      if (Atomics.load(words, 0) !== before) reachable('changed in between');
    };
    const scenario = scenarioOf({ writer, looksTwice }, { reachable: ['changed in between'] });
    expect(explore(scenario, { preemptions: 0 }).violation?.kind).toBe('unreachable');
    expect(explore(scenario).violation).toBeUndefined();
  });

  it('another violation comes first', () => {
    const { violation } = explore(
      scenarioOf({ a: words => Atomics.wait(words, 0, 0) }, { reachable: ['nowhere'] }),
    );
    expect(violation?.kind).toBe('deadlock');
  });
});

describe('outside of an exploration', () => {
  it('reachable does nothing, and operation calls', () => {
    expect(reachable('anywhere')).toBeUndefined();
    expect(operation('add', [1, 2], () => 3)).toBe(3);
  });
});
