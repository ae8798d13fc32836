import { describe, expect, test } from 'vitest';
import { explore } from '#explore/index.js';
import { loadCode } from '#proof/code-under-test.js';
import { POLLING_ROUNDS } from '#proof/polling.js';
import { lockFreeEntries } from '#proof/scenarios/rings/lock-free.js';
import { lockedEntries } from '#proof/scenarios/rings/locked.js';
import { mutexEntries } from '#proof/scenarios/rings/mutex.js';
import { spinningLockEntries } from '#proof/scenarios/rings/spinning-locks.js';

// The scenarios of the locks and both rings that take well below a second each; `npm run explore` runs all.

const code = await loadCode();
const entries = [...mutexEntries, ...spinningLockEntries, ...lockedEntries, ...lockFreeEntries];

describe('every interleaving is right', () => {
  test.each([
    // name, executions and outcomes at least
    ['mutex/2-threads-2-times', 1500, 6],
    ['mutex/looking-first', 300, 6],
    ['mutex/slices', 5000, 6],
    ['mutex/owner', 250, 3],
    ['mutex/holder-dies', 3000, 2],
    ['mutex/dead-holder-is-asked-about', 5000, 2],
    ['mutex/recovered-twice', 1500, 2],
    ['spin/2-threads-2-times', 350, 6],
    ['spin/3-threads', 2000, 6],
    ['ticket/2-threads-2-times', 70, 6],
    ['ticket/3-threads', 150, 6],
    ['ticket/in-line', 800, 1],
    ['mcs/2-threads-2-times', 4500, 6],
    ['mcs/3-threads', 1500, 6],
    ['mcs/in-line', 12_000, 1],
    ['locked-spin/2-writers-2-records', 700, 6],
    ['locked-ticket/2-writers-2-records', 150, 6],
    ['locked-mcs/closing', 1400, 2],
    ['locked/2-writers-2-records', 1500, 6],
    ['locked/1-writer-2-records-reader', 1000, 1],
    ['locked/2-readers', 50, 2],
    ['locked/full', 500, 1],
    ['locked/parking-reader', 20, 1],
    ['locked/parking-reader-in-slot-33', 20, 1],
    ['locked/2-parking-readers-at-once', 1000, 2],
    ['locked/closing', 600, 2],
    ['locked/released', 50, 1],

    ['locked/reader-dies', 50, 6],
    ['locked/reader-dies-beside-another', 10_000, 6],
    ['locked/reader-dies-and-another-recovers-the-lock', 5000, 5],
    ['locked/waker-dies', 500, 3],
    ['lock-free/2-writers-2-frames', 150, 6],
    ['lock-free/3-writers-1-frame', 300, 6],
    ['lock-free/2-writers-1-frame-reader', 80, 2],
    ['lock-free/sole-writer', 20, 1],
    ['lock-free/2-readers', 20, 2],
    ['lock-free/full', 20, 1],
    ['lock-free/parking-reader', 10, 1],
    ['lock-free/closing', 200, 2],
    ['lock-free/many-held', 20, 1],
    ['lock-free/released', 50, 1],
    ['lock-free/2-readers-2-writers', 5000, 2],
    ['lock-free/waker-dies', 500, 3],
    ['lock-free/writer-dies', 2000, 9],
    ['lock-free/reader-dies', 40, 6],
    ['lock-free/reader-dies-with-two', 50, 8],
    ['lock-free/two-readers-die', 400, 7],
    ['lock-free/sole-writer-dies', 500, 3],
  ])('%s', (name, executions, outcomes) => {
    const entry = entries.find(each => each.name === name)!;
    const result = explore(entry.make(code), { rounds: POLLING_ROUNDS, ...entry.search });
    expect(result.violation).toBeUndefined();
    expect(result.complete).toBe(true);
    expect(result.executions).toBeGreaterThanOrEqual(executions);
    expect(result.outcomes.size).toBeGreaterThanOrEqual(outcomes);
  });
});

test('each scenario has a name of its own', () => {
  expect(new Set(entries.map(entry => entry.name)).size).toBe(entries.length);
});
