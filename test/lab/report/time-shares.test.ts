import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lockShares, timeShares, wholePercents } from '#src/lab/report/time-shares.js';
import type { Run, ThreadRecord } from '#src/lab/results.js';
import { runsAt } from '../build-results.js';

const THREAD: ThreadRecord = {
  role: 'consumer',
  index: 0,
  messages: 1,
  seconds: 2,
  cpuSeconds: 1,
  runQueueSeconds: 0.5,
  voluntarySwitches: null,
  involuntarySwitches: null,
  idleCpuShare: null,
  claims: null,
  failedClaims: null,
  sleeps: null,
  wakes: null,
  wakesNeeded: null,
  spuriousWakes: null,
  lock: null,
};

function runWith(...threads: Partial<ThreadRecord>[]): Run {
  return { ...runsAt([1])[0]!, threads: threads.map(thread => ({ ...THREAD, ...thread })) };
}

test('on a core, waiting for one, asleep: of the time of one role, over all runs', () => {
  const runs = [
    runWith({}, { role: 'producer', cpuSeconds: 0 }),
    runWith({ cpuSeconds: 2, runQueueSeconds: 0 }),
  ];
  expect(timeShares(runs, 'consumer')).toEqual([0.75, 0.125, 0.125]);
  expect(timeShares(runs, 'router')).toBeNull();
});

test('what a system does not tell makes no shares', () => {
  expect(timeShares([runWith({ runQueueSeconds: null })], 'consumer')).toBeNull();
  expect(lockShares([runWith({})])).toBeNull();
});

test('with the lock, waiting for it, neither: only threads that take it count', () => {
  const lock = { acquisitions: 1, contended: 1, timed: 1, holdSeconds: 0.5, waitSeconds: 1 };
  expect(lockShares([runWith({ lock }, {})])).toEqual([0.25, 0.5, 0.25]);
});

test('shares add up to 1, and in whole percents to 100, even where kernel and clock disagree', () => {
  const seconds = fc.double({ min: 0, max: 10, noNaN: true });
  fc.assert(
    fc.property(seconds, seconds, fc.double({ min: 0.001, max: 10, noNaN: true }), (cpu, queue, whole) => {
      const shares = timeShares(
        [runWith({ cpuSeconds: cpu, runQueueSeconds: queue, seconds: whole })],
        'consumer',
      )!;
      expect(shares.every(share => share >= 0 && share <= 1)).toBe(true);
      expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 9);
      const percents = wholePercents(shares);
      expect(percents.reduce((sum, percent) => sum + percent)).toBe(100);
      for (const [index, percent] of percents.entries()) {
        expect(Math.abs(percent - shares[index]! * 100)).toBeLessThan(1 + 1e-9);
      }
    }),
  );
});
