import { describe, expect, it } from 'vitest';
import { explore, joinThread } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

type Body = (words: Int32Array) => unknown;

const plainRead: Body = words => words[0];
const plainWrite: Body = words => {
  words[0] = 1;
};
const load: Body = words => Atomics.load(words, 0);
const store: Body = words => Atomics.store(words, 0, 1);
const add: Body = words => Atomics.add(words, 0, 1);
const failingExchange: Body = words => Atomics.compareExchange(words, 0, 7, 8);
const waitForOther: Body = words => Atomics.wait(words, 0, 7);

// ECMAScript, Memory Model, Data Races: one writes, not both are atomic, and nothing orders them.
describe('two accesses of one word that nothing orders', () => {
  it.each([
    ['plain read and plain write', plainRead, plainWrite],
    ['two plain writes', plainWrite, plainWrite],
    ['plain read and store', plainRead, store],
    ['plain read and add', plainRead, add],
    ['plain write and load', plainWrite, load],
    ['plain write and store', plainWrite, store],
    ['plain write and a compareExchange that fails', plainWrite, failingExchange],
    ['plain write and a wait that does not sleep', plainWrite, waitForOther],
  ])('race: %s, in both orders', (_, first, second) => {
    for (const threads of [
      { a: first, b: second },
      { a: second, b: first },
    ]) {
      const { violation, complete } = explore(scenarioOf(threads));
      expect(violation?.kind).toBe('race');
      expect(violation?.steps).toHaveLength(2);
      expect(complete).toBe(false);
    }
  });

  it.each([
    ['two plain reads', plainRead, plainRead],
    ['plain read and load', plainRead, load],
    ['plain read and a compareExchange that fails', plainRead, failingExchange],
    ['two atomic writes', store, add],
  ])('do not race: %s', (_, first, second) => {
    const { violation, complete } = explore(scenarioOf({ a: first, b: second }));
    expect(violation).toBeUndefined();
    expect(complete).toBe(true);
  });

  it('do not race at different words', () => {
    const { violation } = explore(scenarioOf({ a: plainWrite, b: words => words[1] }));
    expect(violation).toBeUndefined();
  });
});

describe('a race', () => {
  it('tells both accesses, their threads and the place', () => {
    const { violation } = explore(
      scenarioOf({
        writer: words => {
          words[3] = 1;
        },
        reader: words => words[3],
      }),
    );
    expect(violation?.message).toMatch(/the read of reader \(step 2\).*the write of writer \(step 1\)/);
    expect(violation?.message).toContain('byte 12 of buffer 0');
  });

  it('is found though another schedule is without one', () => {
    const { violation } = explore(
      scenarioOf({
        writer: words => {
          words[0] = 1;
          Atomics.store(words, 1, 1);
        },
        hasty: words => {
          Atomics.load(words, 1);
          return words[0];
        },
      }),
    );
    expect(violation?.kind).toBe('race');
  });
});

describe('setup and check', () => {
  it('race with nobody', () => {
    const { violation } = explore(
      scenarioOf(
        { a: plainWrite, b: words => words[1] },
        {
          setup() {
            const words = new Int32Array(new SharedArrayBuffer(8));
            words.fill(5);
            return words;
          },
          check({ shared, results }) {
            expect([shared[0], shared[1], results['b']]).toEqual([1, 5, 5]);
          },
        },
      ),
    );
    expect(violation).toBeUndefined();
  });
});

it('a thread that joined another one does not race with what that did', () => {
  const join: Body = words => {
    joinThread('a');
    return words[0];
  };
  expect(explore(scenarioOf({ a: plainWrite, b: join })).violation).toBeUndefined();
  expect(explore(scenarioOf({ a: plainWrite, b: join, c: plainRead })).violation?.kind).toBe('race');
});
