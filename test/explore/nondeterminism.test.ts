import { afterEach, describe, expect, it } from 'vitest';
import { explore, NondeterministicThreadError } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

const counts = (words: Int32Array) => {
  for (let i = 0; i < 3; i++) Atomics.add(words, 7, 1);
};

function errorOf(thread: (words: Int32Array) => unknown): NondeterministicThreadError {
  try {
    explore(scenarioOf({ changing: thread, counts }));
  } catch (error) {
    expect(error).toBeInstanceOf(NondeterministicThreadError);
    return error as NondeterministicThreadError;
  }
  return expect.unreachable('the thread was taken for a deterministic one');
}

/** What a variable outside of the thread, changed by each run of it, makes of it. */
function byRun(body: (words: Int32Array, run: number) => unknown) {
  let run = 0;
  return (words: Int32Array) => body(words, run++);
}

describe('a thread that changes from run to run', () => {
  const random = Math.random;
  afterEach(() => {
    Math.random = random;
  });

  it('by Math.random', () => {
    let next = 0;
    // Alternating, so that the test does not depend on luck.
    Math.random = () => (next++ % 2 === 0 ? 0.1 : 0.9);
    const error = errorOf(words => {
      Atomics.load(words, 7);
      Atomics.store(words, 0, Math.random() < 0.5 ? 1 : 2);
      Atomics.load(words, 7);
    });
    expect(error).toMatchObject({ code: 'ERR_EXPLORE_NONDETERMINISTIC', thread: 'changing', access: 1 });
  });

  it('in the place of an access', () => {
    const error = errorOf(
      byRun((words, run) => {
        Atomics.store(words, run % 2, 1);
        Atomics.load(words, 7);
      }),
    );
    expect(error).toMatchObject({ thread: 'changing', access: 0 });
  });

  it('in the kind of an access', () => {
    const error = errorOf(
      byRun((words, run) => {
        if (run % 2 === 0) Atomics.load(words, 7);
        else Atomics.add(words, 7, 0);
        Atomics.load(words, 7);
      }),
    );
    expect(error.message).toMatch(/it was (load|add).*now it is (load|add)/);
  });

  it('in the new value of a compareExchange', () => {
    const error = errorOf(
      byRun((words, run) => {
        Atomics.compareExchange(words, 7, 0, 10 + (run % 2));
        Atomics.load(words, 7);
      }),
    );
    expect(error).toMatchObject({ thread: 'changing', access: 0 });
  });

  it('in its last access, after which it is never run again', () => {
    const error = errorOf(byRun((words, run) => Atomics.store(words, 7, run)));
    expect(error).toMatchObject({ thread: 'changing', access: 0 });
  });

  it('by ending early', () => {
    const error = errorOf(
      byRun((words, run) => {
        if (run % 2 === 1) return;
        Atomics.load(words, 7);
        Atomics.load(words, 7);
      }),
    );
    expect(error.message).toContain('the end of the thread');
    expect(error.message).toContain("Thread 'changing'");
  });

  it('by throwing', () => {
    const error = errorOf(
      byRun((words, run) => {
        if (run === 1) throw new RangeError('tired');
        Atomics.load(words, 7);
        Atomics.load(words, 7);
      }),
    );
    expect(error.message).toContain('RangeError: tired');
  });
});

describe('a thread that changes from execution to execution', () => {
  it('by ending at once, the next time', () => {
    let done = false;
    const error = errorOf(words => {
      if (done) return;
      Atomics.load(words, 7);
      Atomics.load(words, 7);
      done = true;
    });
    expect(error).toMatchObject({ thread: 'changing' });
    expect(error.message).toContain('now it is the end of the thread');
  });
});

it('a check() that remembers other executions is reported with what it said first', () => {
  let calls = 0;
  const scenario = scenarioOf(
    { counts, changing: counts },
    {
      check() {
        if (++calls === 3) throw new Error('the third time');
      },
    },
  );
  expect(explore(scenario).violation).toMatchObject({ kind: 'failure' });
});

it('a thread may use objects that it makes itself', () => {
  const { violation, complete } = explore(
    scenarioOf({
      a: words => {
        const seen: number[] = [];
        for (let i = 0; i < 3; i++) seen.push(Atomics.add(words, 7, 1));
        return seen.length;
      },
      counts,
    }),
  );
  expect(violation).toBeUndefined();
  expect(complete).toBe(true);
});
