import { readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result, Scenario, Violation } from '#explore/scenario.js';
import { type CodeUnderTest, loadCode, SHIPPED_CODE } from '#proof/code-under-test.js';
import { findMutants } from '#proof/mutants/find-mutants.js';
import { makeCopiesFolder, mutatedCopy } from '#proof/mutants/mutated-copy.js';
import { type Explore, type MutantTrap, mutantRunner } from '#proof/mutants/run-mutant.js';
import { explore, traps } from './fixtures/bell-traps.mjs';

const MUTANTS = findMutants(['memory/bell.js']);
const DROPPED_ANNOUNCE = MUTANTS.find(({ id }) => id === 'memory/bell.js:announce:1:drop')!;
const NOTIFY_DROPPED = 'memory/bell.js:#answer:2:drop';

let folder: string;
beforeAll(() => {
  folder = makeCopiesFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

function announced({ Bell }: CodeUnderTest): number | undefined {
  const words = new Int32Array(1);
  new Bell(words, 0).announce();
  return words[0];
}

describe('a mutated copy', () => {
  test('runs beside the shipped code, which stays as it is', async () => {
    const mutated = await loadCode(mutatedCopy(DROPPED_ANNOUNCE, folder));
    const shipped = await loadCode();
    expect([announced(mutated), announced(shipped)]).toEqual([shipped.AWAKE, shipped.PARKED]);
    // Its other modules use the mutated one.
    const memory = mutated.MailboxMemory.attach(mutated.MailboxMemory.standalone(64, 1), 0);
    expect(memory.bell).toBeInstanceOf(mutated.Bell);
    expect(memory.bell).not.toBeInstanceOf(shipped.Bell);
  });

  test('each is new, and lies in dist/, where imports of packages resolve', () => {
    const before = readdirSync(folder).length;
    mutatedCopy(DROPPED_ANNOUNCE, folder);
    expect(readdirSync(folder)).toHaveLength(before + 1);
    expect(dirname(folder)).toBe(dirname(fileURLToPath(SHIPPED_CODE)));
  });
});

describe('a mutant', () => {
  const run = (id: string, traps: readonly MutantTrap[], explore: Explore, progress = new Int32Array(1)) =>
    mutantRunner(MUTANTS, traps, explore)({ id, folder, progress });

  test('is caught by the first trap that finds a violation', async () => {
    expect(await run('memory/bell.js:ring:1:drop-false', traps, explore)).toEqual({
      id: 'memory/bell.js:ring:1:drop-false',
      caught: true,
      scenario: 'announced, then rung',
      violation: 'failure',
      message: 'Error: nobody was woken',
      executions: 1,
      replay: '0',
    });
  });

  test('is caught if setup() throws', async () => {
    const progress = new Int32Array(1);
    expect(await run('memory/bell.js:retract:1:drop', traps, explore, progress)).toMatchObject({
      caught: true,
      scenario: 'retracted in setup',
      violation: 'exception',
      message: 'Error: still parked',
    });
    expect(progress[0], 'traps begun').toBe(2);
  });

  test('survives if no trap finds anything', async () => {
    expect(await run(NOTIFY_DROPPED, traps, explore)).toEqual({
      id: NOTIFY_DROPPED,
      caught: false,
      unanswered: [],
    });
  });

  const result: Result = {
    name: '',
    search: 'reduced',
    executions: 3,
    steps: 0,
    longest: 0,
    milliseconds: 0,
    complete: true,
    preemptions: 0,
    outcomes: new Map(),
    reached: new Set(),
  };
  const trap = (name: string): MutantTrap => ({
    scenario: () => ({ name, setup() {}, threads: {} }),
    options: { milliseconds: 10 },
  });

  test('is looked at with the options of the trap', async () => {
    const seen: unknown[] = [];
    await run(NOTIFY_DROPPED, [trap('a')], ({ name }, options) => {
      seen.push(name, options);
      return result;
    });
    expect(seen).toEqual(['a', { milliseconds: 10 }]);
  });

  test('is not caught by an unfinished search, nor by a scenario that the explorer cannot run', async () => {
    const unsure = ({ name }: Scenario): Result => {
      if (name === 'long') return { ...result, complete: false };
      throw Object.assign(new Error('another access'), { code: 'ERR_EXPLORE_NONDETERMINISTIC' });
    };
    expect(await run(NOTIFY_DROPPED, [trap('long'), trap('wild')], unsure)).toMatchObject({
      caught: false,
      unanswered: ['long: not finished', 'wild: Error: another access'],
    });
  });

  test('may still be caught by the next trap after such a scenario', async () => {
    const violation = { kind: 'deadlock', message: 'm', replay: '1' } as Violation;
    const explorer = ({ name }: Scenario): Result => {
      if (name === 'b') return { ...result, violation };
      throw Object.assign(new Error(), { code: 'ERR_EXPLORE_UNSUPPORTED' });
    };
    expect(await run(NOTIFY_DROPPED, [trap('a'), trap('b')], explorer)).toMatchObject({
      caught: true,
      scenario: 'b',
      violation: 'deadlock',
      executions: 3,
    });
  });

  test('a fault of the explorer is no verdict', async () => {
    const broken = (): Result => {
      throw new TypeError('the explorer is broken');
    };
    await expect(run(NOTIFY_DROPPED, [trap('a')], broken)).rejects.toThrow('the explorer is broken');
  });
});
