import { describe, expect, it } from 'vitest';
import { explore } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

const sleep = (words: Int32Array) => Atomics.wait(words, 0, 0);
const setQuietly = (words: Int32Array) => Atomics.store(words, 0, 1);

describe('a deadlock', () => {
  it('is a wait that nobody ends, and names the thread', () => {
    const { violation } = explore(scenarioOf({ sleeper: sleep, other: () => {} }));
    expect(violation).toMatchObject({ kind: 'deadlock', replay: '0' });
    expect(violation?.message).toContain('sleeper');
    expect(violation?.steps).toMatchObject([{ thread: 0, kind: 'wait', buffer: 0, byteOffset: 0 }]);
  });

  it('is a store without a notify, where it comes after the thread fell asleep', () => {
    const { violation } = explore(scenarioOf({ sleeper: sleep, writer: setQuietly }));
    expect(violation).toMatchObject({ kind: 'deadlock', replay: '0.1' });
  });

  it('is two threads that wait for each other', () => {
    const lock = (first: number, second: number) => (words: Int32Array) => {
      for (const word of [first, second]) {
        while (Atomics.compareExchange(words, word, 0, 1) !== 0) Atomics.wait(words, word, 1);
      }
      for (const word of [second, first]) {
        Atomics.store(words, word, 0);
        Atomics.notify(words, word, 1);
      }
    };
    expect(explore(scenarioOf({ a: lock(0, 1), b: lock(1, 0) })).violation?.kind).toBe('deadlock');
    expect(explore(scenarioOf({ a: lock(0, 1), b: lock(0, 1) })).violation).toBeUndefined();
  });

  it('is none if the notify comes after the store', () => {
    const wake = (words: Int32Array) => {
      Atomics.store(words, 0, 1);
      Atomics.notify(words, 0);
    };
    const { violation, complete } = explore(scenarioOf({ sleeper: sleep, wake }));
    expect(violation).toBeUndefined();
    expect(complete).toBe(true);
  });
});
