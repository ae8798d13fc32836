import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findMutants } from '#proof/mutants/find-mutants.js';
import type { Verdict } from '#proof/mutants/run-mutant.js';
import { type MutantPool, runMutants, summarize } from '#proof/mutants/run-mutants.js';
import { traps } from './fixtures/bell-traps.mjs';

const MUTANTS = findMutants(['memory/bell.js']);
const named = (...ids: string[]) =>
  ids.map(id => MUTANTS.find(mutant => mutant.id === `memory/bell.js:${id}`)!);

test('threads run the mutants; one that hangs is ended, counts as caught, and the rest goes on', async () => {
  const filename = fileURLToPath(new URL('fixtures/bell-mutants.mjs', import.meta.url));
  const pool = new Piscina<unknown, Verdict>({ filename, minThreads: 1, maxThreads: 1 });
  const mutants = named('announce:1:drop', 'ring:1:drop-false', '#answer:2:drop');
  const heard: string[] = [];
  try {
    const verdicts = await runMutants(pool, mutants, traps, {
      grace: 1_000,
      onVerdict: ({ id }) => heard.push(id),
    });
    expect(verdicts).toMatchObject([
      { caught: true, scenario: 'announced, then rung', violation: 'no end' },
      { caught: true, scenario: 'announced, then rung', violation: 'failure' },
      { caught: false, unanswered: [] },
    ]);
    expect(verdicts.map(({ id }) => id)).toEqual(mutants.map(({ id }) => id));
    expect(heard).toEqual(mutants.map(({ id }) => id));
  } finally {
    await pool.destroy();
  }
});

describe('time', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Runs one mutant in a pool that begins one trap after the other at these milliseconds, and then never ends. */
  async function hang(
    ...begins: number[]
  ): Promise<{ ended: number; outcome: PromiseSettledResult<Verdict[]> }> {
    let ended = 0;
    const pool: MutantPool = {
      maxThreads: 1,
      run: ({ progress }, { signal }) => {
        const started = Date.now();
        for (const [index, at] of begins.entries()) {
          setTimeout(() => Atomics.store(progress, 0, index + 1), at);
        }
        void vi.advanceTimersByTimeAsync(100_000);
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            ended = Date.now() - started;
            reject(signal.reason);
          });
        });
      },
    };
    const [outcome] = await Promise.allSettled([
      runMutants(pool, MUTANTS.slice(0, 1), traps, { grace: 100 }),
    ]);
    return { ended, outcome };
  }

  // Each of the traps has 500 ms, and the grace.
  test('a trap may take its own time and the grace, however long those before it took', async () => {
    const { ended, outcome } = await hang(1_000, 1_590);
    expect(ended).toBeGreaterThanOrEqual(1_590 + 600);
    expect(ended).toBeLessThanOrEqual(1_590 + 800);
    expect(outcome).toMatchObject({ value: [{ violation: 'no end', scenario: 'retracted in setup' }] });
  });

  test('a mutant that cannot be loaded in time is no verdict', async () => {
    const { outcome } = await hang();
    expect(outcome.status).toBe('rejected');
  });
});

test('as many at a time as the pool has threads; the copies are removed, even if a thread fails', async () => {
  const folders = new Set<string>();
  let running = 0;
  let most = 0;
  const pool: MutantPool = {
    maxThreads: 3,
    async run({ id, folder }) {
      running++;
      most = Math.max(most, running);
      expect(existsSync(folder)).toBe(true);
      folders.add(folder);
      await new Promise(setImmediate);
      running--;
      if (id === MUTANTS.at(-1)!.id) throw new Error('the thread failed');
      return { id, caught: false, unanswered: [] };
    },
  };
  await expect(runMutants(pool, MUTANTS, traps)).rejects.toThrow('the thread failed');
  expect(most).toBe(3);
  expect([...folders].map(existsSync)).toEqual([false]);
});

test('verdicts and comments together: caught, equivalent, survived, and what is wrong with the comments', () => {
  const caught = (id: string): Verdict => ({
    id,
    caught: true,
    scenario: 's',
    violation: 'race',
    message: '',
    executions: 1,
  });
  const missed = (id: string): Verdict => ({ id, caught: false, unanswered: [] });
  const summary = summarize([caught('a'), missed('b'), caught('c'), missed('d')], {
    reasons: new Map([
      ['b', 'nobody looks'],
      ['c', 'so they say'],
    ]),
    faults: ['bell.ts:1 …'],
  });
  expect(summary.caught.map(({ id }) => id)).toEqual(['a', 'c']);
  expect(summary.equivalent).toEqual([{ id: 'b', reason: 'nobody looks' }]);
  expect(summary.survived.map(({ id }) => id)).toEqual(['d']);
  expect(summary.faults).toEqual(['bell.ts:1 …', expect.stringMatching(/^A comment calls c equivalent/)]);
});
