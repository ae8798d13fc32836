import { describe, expect, it } from 'vitest';
import { explore, InvalidScheduleError } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

const increment = (words: Int32Array) => Atomics.store(words, 0, Atomics.load(words, 0) + 1);
const lostUpdate = scenarioOf(
  { a: increment, b: increment },
  {
    check({ shared }) {
      if (shared[0] !== 2) throw new Error(`${shared[0]} of 2`);
    },
  },
);

describe('the replay string of a violation', () => {
  it('gives the same violation, by one execution', () => {
    const { violation } = explore(lostUpdate);
    const again = explore(lostUpdate, { replay: violation!.replay });
    expect(again.violation).toMatchObject({ kind: 'failure', steps: violation!.steps });
    expect(again).toMatchObject({ executions: 1, steps: 4, complete: false });
  });

  it.each([
    ['race', scenarioOf({ a: words => words[0], b: words => words.fill(1) })],
    ['deadlock', scenarioOf({ a: words => Atomics.wait(words, 0, 0), b: words => Atomics.notify(words, 0) })],
    [
      'livelock',
      scenarioOf({
        a: words => {
          while (Atomics.load(words, 0) === 0);
        },
        b: increment,
        c: words => Atomics.store(words, 0, 0),
      }),
    ],
  ])('does so for a %s', (kind, scenario) => {
    const { violation } = explore(scenario);
    expect(violation?.kind).toBe(kind);
    expect(explore(scenario, { replay: violation!.replay }).violation).toEqual(violation);
  });

  it('of a schedule without a violation gives none', () => {
    const { violation, outcomes } = explore(lostUpdate, { replay: '0x2.1x2' });
    expect(violation).toBeUndefined();
    expect(outcomes.size).toBe(1);
  });

  it('that ends early goes on with the thread that went last', () => {
    expect(explore(lostUpdate, { replay: '1' }).violation).toBeUndefined();
    expect(explore(lostUpdate, { replay: '0.1' }).violation?.replay).toBe('0.1x2.0');
  });

  it('asks for no label of reachable, which one execution cannot all reach', () => {
    expect(explore({ ...lostUpdate, reachable: ['x'] }, { replay: '0x2.1x2' }).violation).toBeUndefined();
  });
});

describe('a string that does not fit', () => {
  it.each([
    ['is no schedule', 'zero'],
    ['has a thread that has ended', '0x3.1x2'],
    ['has a thread that does not exist', '0.2'],
    ['has a thread far beyond', '0.32'],
    ['has more steps than there are', '0x2.1x2.0'],
    ['kills a thread that does not exist', '0x2.1x2!5@0'],
    ['kills a thread after its end', '0x2.1x2!0@9'],
  ])('is an InvalidScheduleError: %s', (_, replay) => {
    expect(() => explore(lostUpdate, { replay })).toThrow(InvalidScheduleError);
  });
});
