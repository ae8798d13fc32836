import { describe, expect, it } from 'vitest';
import { explore } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

const sleep = (words: Int32Array) => Atomics.wait(words, 0, 0);
const spin = (words: Int32Array) => {
  while (Atomics.load(words, 0) === 0);
};
const setQuietly = (words: Int32Array) => Atomics.store(words, 0, 1);

describe('a livelock', () => {
  it('is a loop that waits for what nobody writes', () => {
    const { violation } = explore(scenarioOf({ spinner: spin, other: () => {} }), { rounds: 2 });
    expect(violation?.kind).toBe('livelock');
    expect(violation?.message).toContain('spinner');
    expect(violation!.steps).toHaveLength(2);
  });

  it('is a loop over several words', () => {
    const spinner = (words: Int32Array) => {
      while (Atomics.load(words, 0) === 0 && Atomics.load(words, 1) === 0 && words[2] === 0);
    };
    expect(explore(scenarioOf({ spinner })).violation?.kind).toBe('livelock');
  });

  it('is a compareExchange that always fails, too', () => {
    const spinner = (words: Int32Array) => {
      while (Atomics.compareExchange(words, 0, 1, 2) !== 1);
    };
    expect(explore(scenarioOf({ spinner })).violation?.kind).toBe('livelock');
  });

  it('is more steps than allowed', () => {
    const endless = (words: Int32Array) => {
      for (;;) Atomics.add(words, 0, 1);
    };
    const { violation, longest } = explore(scenarioOf({ endless }), { steps: 40 });
    expect(violation?.kind).toBe('livelock');
    expect(violation?.message).toContain('40 steps');
    expect(longest).toBe(40);
  });

  it('is a loop of plain reads, too', () => {
    const spinner = (words: Int32Array) => {
      while (words[0] === 0);
    };
    expect(explore(scenarioOf({ spinner })).violation?.kind).toBe('livelock');
    const writer = (words: Int32Array) => words.fill(1);
    expect(explore(scenarioOf({ spinner, writer })).violation?.kind).toBe('race');
  });

  it('is not code that reads the same plain words more than once', () => {
    const reader = (words: Int32Array) => [
      words.indexOf(5),
      words.includes(5),
      words.lastIndexOf(5),
      words.join(),
    ];
    expect(explore(scenarioOf({ reader })).violation).toBeUndefined();
  });

  it('is none if the loop ends when another thread writes', () => {
    const { violation, outcomes } = explore(scenarioOf({ spin, setQuietly }));
    expect(violation).toBeUndefined();
    expect(outcomes.size).toBe(1);
  });
});

describe('maySleep', () => {
  it('makes outcomes of threads that sleep or spin', () => {
    const { violation, outcomes } = explore(scenarioOf({ sleep, setQuietly, spin }, { maySleep: true }));
    expect(violation).toBeUndefined();
    expect([...outcomes.keys()].sort()).toEqual([
      '{"sleep":"not-equal","setQuietly":1,"spin":null}',
      '{"sleep":null,"setQuietly":1,"spin":null}, sleep sleeps',
    ]);
  });

  it('does not excuse a thread that takes too many steps', () => {
    const endless = (words: Int32Array) => {
      for (;;) Atomics.add(words, 0, 1);
    };
    const { violation } = explore(scenarioOf({ endless }, { maySleep: true }), { steps: 40 });
    expect(violation?.kind).toBe('livelock');
  });
});

describe('rounds', () => {
  /** Looks six times, and then does without. */
  const impatient = (words: Int32Array) => {
    for (let i = 0; i < 6; i++) if (Atomics.load(words, 0) === 1) return 'seen';
    return 'gave up';
  };

  it('must be as many as a bounded loop makes, or more', () => {
    const scenario = scenarioOf({ impatient });
    expect(explore(scenario).violation?.kind).toBe('livelock');
    expect(explore(scenario).violation?.message).toContain('`rounds`');
    const { violation, outcomes } = explore(scenario, { rounds: 6 });
    expect(violation).toBeUndefined();
    expect([...outcomes.keys()]).toEqual(['{"impatient":"gave up"}']);
  });
});
