import { describe, expect, it } from 'vitest';
import { explore, type Result } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

/** Changes of thread in a schedule. */
function switches({ violation }: Result): number {
  const threads = violation!.steps.map(step => step.thread);
  return threads.filter((thread, i) => i > 0 && thread !== threads[i - 1]).length;
}

const noise = (words: Int32Array) => {
  for (let i = 0; i < 3; i++) Atomics.add(words, 7, 1);
};

describe('the schedule of a violation', () => {
  it('of a lost update has two switches: one increment within the other', () => {
    const increment = (words: Int32Array) => {
      noise(words);
      Atomics.store(words, 0, Atomics.load(words, 0) + 1);
      noise(words);
    };
    const scenario = scenarioOf(
      { a: increment, b: increment },
      {
        check({ shared }) {
          if (shared[0] !== 2) throw new Error('lost');
        },
      },
    );
    for (const search of ['reduced', 'random'] as const) {
      const result = explore(scenario, { search, seed: 1 });
      expect(result.violation?.kind).toBe('failure');
      expect(switches(result)).toBe(2);
    }
  });

  it('has no step that comes after the fault, or that it does not need', () => {
    const scenario = scenarioOf({
      setter: words => {
        Atomics.store(words, 0, 1);
        noise(words);
        Atomics.store(words, 0, 0);
      },
      reader: words => {
        if (Atomics.load(words, 0) === 1) throw new Error('seen');
      },
      other: noise,
    });
    const result = explore(scenario);
    expect(result.violation?.steps.map(step => step.kind)).toEqual(['store', 'load']);
  });

  it('keeps to the kind of what was found first', () => {
    const scenario = scenarioOf({
      sleeper: words => Atomics.wait(words, 0, 0),
      racer: words => {
        noise(words);
        words[1] = 1;
      },
      other: words => words[1],
    });
    const result = explore(scenario);
    expect(explore(scenario, { replay: result.violation!.replay }).violation?.kind).toBe(
      result.violation?.kind,
    );
  });

  it('is not looked for with shorten: false', () => {
    const scenario = scenarioOf({ a: noise, b: noise }, { check: () => expect.unreachable('always') });
    const { violation, executions } = explore(scenario, { shorten: false });
    expect(executions).toBe(1);
    expect(violation?.steps).toHaveLength(6);
  });
});

it('looking for a shorter one is no part of the figures', () => {
  const increment = (words: Int32Array) => Atomics.store(words, 0, Atomics.load(words, 0) + 1);
  const scenario = scenarioOf(
    { a: increment, b: increment },
    {
      check({ shared }) {
        if (shared[0] !== 2) throw new Error('lost');
      },
    },
  );
  const [short, first] = [true, false].map(shorten => explore(scenario, { shorten }));
  expect(short!.executions).toBe(first!.executions);
  expect(short!.steps).toBe(first!.steps);
  expect([...short!.outcomes]).toEqual([...first!.outcomes]);
  const ended = [...short!.outcomes.values()].reduce((sum, count) => sum + count, 0);
  expect(ended).toBe(short!.executions);
});
