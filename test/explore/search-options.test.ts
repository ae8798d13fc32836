import { describe, expect, it } from 'vitest';
import { explore, type SearchOptions } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

const adds = (count: number) => (words: Int32Array) => {
  for (let i = 0; i < count; i++) Atomics.add(words, 0, 1);
};

/** 6 steps in all, 6! / 3! / 3! = 20 interleavings. */
const twenty = scenarioOf({ a: adds(3), b: adds(3) });

describe('search', () => {
  it('full runs every interleaving', () => {
    const { executions, steps, longest, complete, search } = explore(twenty, { search: 'full' });
    expect({ executions, steps, longest, complete, search }).toEqual({
      executions: 20,
      steps: 120,
      longest: 6,
      complete: true,
      search: 'full',
    });
  });

  it('reduced, the default, runs one of those that differ in the order of independent steps', () => {
    const apart = (at: number) => (words: Int32Array) => {
      for (let i = 0; i < 3; i++) Atomics.add(words, at, 1);
    };
    const result = explore(scenarioOf({ a: apart(0), b: apart(1) }));
    expect(result).toMatchObject({ search: 'reduced', executions: 1, complete: true });
  });

  it('reduced runs all where every step depends on every other', () => {
    expect(explore(twenty).executions).toBe(20);
  });
});

describe('a limit', () => {
  it.each<[string, SearchOptions, number]>([
    ['executions', { executions: 7 }, 7],
    ['executions, of a full search', { executions: 7, search: 'full' }, 7],
    ['executions, of a random search', { executions: 7, search: 'random' }, 7],
    ['milliseconds', { milliseconds: 0 }, 0],
  ])('of %s ends the search unfinished', (_, options, executions) => {
    const result = explore(twenty, options);
    expect(result.executions).toBeLessThanOrEqual(executions);
    expect(result.complete).toBe(false);
    expect(result.violation).toBeUndefined();
  });

  it('that is not reached changes nothing', () => {
    expect(explore(twenty, { executions: 20 })).toMatchObject({ executions: 20, complete: true });
  });
});

describe('preemptions', () => {
  const runs = (preemptions: number) => explore(twenty, { preemptions, search: 'full' });

  it('count switches away from a thread that could go on', () => {
    // aaabbb and bbbaaa; with one more, a is left after its first or second step, or b.
    expect(runs(0).executions).toBe(2);
    expect(runs(1).executions).toBe(2 + 4);
    expect(runs(5).executions).toBe(20);
  });

  it('make a search complete within the bound, and the result tells it', () => {
    expect(runs(1)).toMatchObject({ complete: true, preemptions: 1 });
    expect(explore(twenty).preemptions).toBe(Number.POSITIVE_INFINITY);
  });

  it('do not count switches away from a thread that sleeps', () => {
    const sleeper = (words: Int32Array) => Atomics.wait(words, 0, 0);
    const waker = (words: Int32Array) => Atomics.notify(words, 0);
    const { outcomes } = explore(scenarioOf({ sleeper, waker }, { maySleep: true }), { preemptions: 0 });
    expect([...outcomes.keys()]).toContain('{"sleeper":"ok","waker":1}');
  });

  it('that are too few miss a violation', () => {
    const lostUpdate = (words: Int32Array) => Atomics.store(words, 0, Atomics.load(words, 0) + 1);
    const scenario = scenarioOf(
      { a: lostUpdate, b: lostUpdate },
      { check: ({ shared }) => expect(shared[0]).toBe(2) },
    );
    expect(explore(scenario, { preemptions: 0 }).violation).toBeUndefined();
    expect(explore(scenario, { preemptions: 1 }).violation?.kind).toBe('failure');
  });
});
