import { describe, expect, it } from 'vitest';
import { explore, joinThread } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

const threeStores = (words: Int32Array) => {
  for (let i = 0; i < 3; i++) Atomics.store(words, i, 1);
  return 'done';
};

/** What each ending looked like: who died, what the words held, and the results. */
function endings(
  threads: Record<string, (words: Int32Array) => unknown>,
  mayDie: readonly string[],
  maySleep = false,
) {
  const seen = new Set<string>();
  const { violation } = explore(
    scenarioOf(threads, {
      mayDie,
      maySleep,
      check({ shared, results, died }) {
        seen.add(`${died ?? 'nobody'}: ${[...shared.slice(0, 3)].join('')} ${JSON.stringify(results)}`);
      },
    }),
  );
  expect(violation).toBeUndefined();
  return [...seen].sort();
}

describe('a thread that may die', () => {
  it('dies before each of its accesses, and after the last; and does not die', () => {
    expect(endings({ a: threeStores }, ['a'])).toEqual([
      'a: 000 {}',
      'a: 100 {}',
      'a: 110 {}',
      'a: 111 {}',
      'nobody: 111 {"a":"done"}',
    ]);
  });

  it('dies alone: no execution has two deaths', () => {
    const one = (at: number) => (words: Int32Array) => Atomics.store(words, at, 1);
    const seen = endings({ a: one(0), b: one(1) }, ['a', 'b']);
    expect(seen).toContain('a: 010 {"b":1}');
    expect(seen).toContain('b: 100 {"a":1}');
    expect(seen).not.toContainEqual(expect.stringContaining(': 000'));
  });

  it('dies in its sleep, and is no deadlock then', () => {
    const seen = endings(
      {
        sleeper: words => Atomics.wait(words, 0, 0),
        watch: () => joinThread('sleeper'),
      },
      ['sleeper'],
      true,
    );
    expect(seen).toContain('sleeper: 000 {"watch":true}');
  });

  it('is no longer woken: the notify goes to the next one', () => {
    const { outcomes } = explore(
      scenarioOf(
        {
          first: words => {
            Atomics.store(words, 1, 1);
            return Atomics.wait(words, 0, 0);
          },
          second: words => {
            while (Atomics.load(words, 1) === 0);
            return Atomics.wait(words, 0, 0);
          },
          waker: words => {
            joinThread('first');
            return Atomics.notify(words, 0, 1);
          },
        },
        { mayDie: ['first'], maySleep: true },
      ),
    );
    expect([...outcomes.keys()]).toContain('{"first":null,"second":"ok","waker":1}, first died');
  });

  it('runs none of its code after its death, finally included', () => {
    const seen = endings(
      {
        a: words => {
          try {
            Atomics.store(words, 0, 1);
          } finally {
            Atomics.store(words, 1, 1);
          }
        },
      },
      ['a'],
    );
    expect(seen).toEqual(['a: 000 {}', 'a: 100 {}', 'a: 110 {}', 'nobody: 110 {}']);
  });
});

describe('joinThread', () => {
  const watch = () => joinThread('a');

  it('tells whether the thread was terminated', () => {
    const seen = endings({ a: threeStores, watch }, ['a']);
    expect(seen).toContain('a: 110 {"watch":true}');
    expect(seen).toContain('nobody: 111 {"a":"done","watch":false}');
    expect(seen).not.toContainEqual(expect.stringMatching(/^nobody.*true|^a:.*false/));
  });

  it('orders what the dead thread did before what comes then', () => {
    const plainWrites = (words: Int32Array) => {
      words[0] = 1;
      words[1] = 1;
    };
    const reader = (words: Int32Array) => [joinThread('a'), words[0], words[1]];
    expect(endings({ a: plainWrites, reader }, ['a']).length).toBeGreaterThan(0);
  });
});

describe('a violation that needs a death', () => {
  const scenario = scenarioOf(
    {
      locker: words => {
        Atomics.store(words, 0, 1);
        Atomics.store(words, 0, 0);
        Atomics.notify(words, 0);
      },
      waiter: words => {
        while (Atomics.load(words, 0) === 1) Atomics.wait(words, 0, 1);
      },
    },
    { mayDie: ['locker'] },
  );

  it('shows the death as a step, and says it in the replay string', () => {
    const { violation } = explore(scenario);
    expect(violation?.kind).toBe('deadlock');
    expect(violation?.steps.map(step => step.kind)).toContain('death');
    expect(violation?.replay).toMatch(/!0@\d+$/);
    expect(explore(scenario, { replay: violation!.replay }).violation).toEqual(violation);
  });

  it('is none without it', () => {
    expect(explore({ ...scenario, mayDie: [] }).violation).toBeUndefined();
  });
});
