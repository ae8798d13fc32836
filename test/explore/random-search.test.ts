import { describe, expect, it } from 'vitest';
import { explore, type Result } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

const shuffled = (words: Int32Array) => {
  for (let i = 0; i < 4; i++) Atomics.add(words, 0, 1);
  return Atomics.load(words, 0);
};
const scenario = scenarioOf({ a: shuffled, b: shuffled, c: shuffled });

const summary = ({ executions, steps, outcomes, seed }: Result) => ({
  executions,
  steps,
  outcomes: [...outcomes],
  seed,
});

describe('a random search', () => {
  it('tells its seed, and is the same again with it', () => {
    const first = explore(scenario, { search: 'random', executions: 100 });
    expect(first.seed).toEqual(expect.any(Number));
    const again = explore(scenario, { search: 'random', executions: 100, seed: first.seed! });
    expect(summary(again)).toEqual(summary(first));
  });

  it('differs with another seed', () => {
    const [one, two] = [1, 2].map(seed =>
      summary(explore(scenario, { search: 'random', executions: 50, seed })),
    );
    expect(one!.outcomes).not.toEqual(two!.outcomes);
  });

  it('runs 1,000 executions if nothing else is said, and is never complete', () => {
    expect(explore(scenario, { search: 'random', seed: 1 })).toMatchObject({
      search: 'random',
      executions: 1000,
      complete: false,
    });
  });

  it('comes to most outcomes of a small program', () => {
    const full = explore(scenarioOf({ a: shuffled, b: shuffled }));
    const random = explore(scenarioOf({ a: shuffled, b: shuffled }), { search: 'random', seed: 1 });
    expect(full.outcomes.size).toBeGreaterThan(4);
    expect([...random.outcomes.keys()].sort()).toEqual([...full.outcomes.keys()].sort());
  });

  it('kills threads too', () => {
    const { outcomes } = explore({ ...scenario, mayDie: ['b'] }, { search: 'random', seed: 1 });
    expect([...outcomes.keys()].some(outcome => outcome.endsWith('b died'))).toBe(true);
  });

  it('reports what it finds by a schedule that can be replayed', () => {
    const broken = { ...scenario, check: () => expect.unreachable('every execution is wrong') };
    const { violation, executions } = explore(broken, { search: 'random', seed: 1 });
    expect(executions).toBe(1);
    expect(explore(broken, { replay: violation!.replay }).violation?.steps).toEqual(violation!.steps);
  });
});

it('other searches have no seed', () => {
  expect(explore(scenarioOf({ a: shuffled }))).not.toHaveProperty('seed');
});
