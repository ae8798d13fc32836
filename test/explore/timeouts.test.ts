import { describe, expect, it } from 'vitest';
import { explore } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

const timed = (words: Int32Array) => Atomics.wait(words, 0, 0, 100);
const notify = (words: Int32Array) => Atomics.notify(words, 0);

describe('a wait with a time limit', () => {
  it('may time out, may be notified, or may miss the notify and time out', () => {
    const { violation, outcomes } = explore(scenarioOf({ timed, notify }));
    expect(violation).toBeUndefined();
    expect([...outcomes.keys()].sort()).toEqual([
      '{"timed":"ok","notify":1}',
      '{"timed":"timed-out","notify":0}',
    ]);
  });

  it('times out by a step of its own', () => {
    const { violation } = explore(
      scenarioOf({ timed }, { check: () => expect.unreachable('to see the schedule') }),
    );
    expect(violation?.steps).toMatchObject([
      { kind: 'wait', arguments: [0, 100], result: 'asleep' },
      { kind: 'timeout' },
    ]);
  });

  it('leaves the list of sleepers when it times out: a notify wakes the next one', () => {
    const { outcomes } = explore(
      scenarioOf(
        {
          timed,
          untimed: words => Atomics.wait(words, 0, 0),
          notify: words => {
            while (Atomics.load(words, 1) === 0);
            return Atomics.notify(words, 0, 1);
          },
          start: words => Atomics.store(words, 1, 1),
        },
        { maySleep: true },
      ),
    );
    expect(outcomes.has('{"timed":"timed-out","untimed":"ok","notify":1,"start":1}')).toBe(true);
    expect(outcomes.has('{"timed":"ok","untimed":"ok","notify":1,"start":1}')).toBe(false);
  });
});

describe('timeouts', () => {
  const twice = (words: Int32Array) => [timed(words), timed(words)];
  const outcomesWith = (timeouts: number) => [
    ...explore(scenarioOf({ twice }, { maySleep: true }), { timeouts }).outcomes.keys(),
  ];

  it('are so many in each thread while others could go on', () => {
    const waits = (words: Int32Array) => [timed(words), timed(words), Atomics.load(words, 1)];
    const set = (words: Int32Array) => Atomics.store(words, 1, 1);
    const outcomes = (timeouts: number) => [
      ...explore(scenarioOf({ waits, set }), { timeouts }).outcomes.keys(),
    ];
    const early = '{"waits":["timed-out","timed-out",0],"set":1}';
    const late = '{"waits":["timed-out","timed-out",1],"set":1}';
    expect(outcomes(2).sort()).toEqual([early, late]);
    // The second wait ends when set has ended, and no earlier.
    expect(outcomes(1)).toEqual([late]);
  });

  it('come beyond that number where no thread could go on otherwise', () => {
    expect(outcomesWith(1)).toEqual(['{"twice":["timed-out","timed-out"]}']);
    expect(outcomesWith(2)).toEqual(['{"twice":["timed-out","timed-out"]}']);
  });

  it('of 0 never come: what only a time limit would end is a deadlock', () => {
    expect(outcomesWith(0)).toEqual(['{"twice":null}, twice sleeps']);
    expect(explore(scenarioOf({ twice }), { timeouts: 0 }).violation?.kind).toBe('deadlock');
  });

  it('are two by default, also where a loop looks again after each', () => {
    const polls = (words: Int32Array) => {
      while (Atomics.load(words, 0) === 0) Atomics.wait(words, 0, 0, 10);
    };
    const { violation } = explore(scenarioOf({ polls, set: words => Atomics.store(words, 0, 1) }));
    expect(violation).toBeUndefined();
  });

  it('that are used up are no deadlock: in truth the wait would end', () => {
    const counts = (words: Int32Array) => {
      while (Atomics.load(words, 0) === 0) {
        Atomics.add(words, 1, 1);
        Atomics.wait(words, 0, 0, 10);
      }
    };
    const { violation } = explore(scenarioOf({ counts, set: words => Atomics.store(words, 0, 1) }));
    expect(violation).toBeUndefined();
  });
});
