import { expect, test } from 'vitest';
import { consumerShares } from '#src/lab/report/consumer-shares.js';
import type { Run, ThreadRecord } from '#src/lab/results.js';
import { runsAt } from '../build-results.js';

function runWith(messages: readonly number[]): Run {
  const thread = (role: ThreadRecord['role'], count: number) => ({ role, messages: count }) as ThreadRecord;
  return {
    ...runsAt([1])[0]!,
    threads: [thread('producer', 1000), ...messages.map(count => thread('consumer', count))],
  };
}

test('consumers by rank, as multiples of an even share, medians over the runs', () => {
  expect(consumerShares([runWith([30, 10]), runWith([5, 35]), runWith([20, 20])])).toEqual([1.5, 0.5]);
});

test('runs in which nothing was received do not count', () => {
  expect(consumerShares([runWith([0, 0]), runWith([1, 1])])).toEqual([1, 1]);
  expect(consumerShares([runWith([0, 0])])).toEqual([]);
  expect(consumerShares([])).toEqual([]);
});
