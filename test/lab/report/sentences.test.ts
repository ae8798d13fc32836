import { expect, test } from 'vitest';
import type { Cell } from '#src/lab/cell.js';
import { viewOf } from '#src/lab/report/report-view.js';
import type { Run } from '#src/lab/results.js';
import { results, runsAt, runsWithLatency, unverifiedRun } from '../build-results.js';

const LOCKED: Partial<Cell> = { design: 'shared-locked', lock: 'futex' };
const LOCK_FREE: Partial<Cell> = { design: 'shared-lock-free' };
/** More than there are cores. */
const TWO_EACH: Partial<Cell> = { producers: 2, consumers: 2 };

/** What a section says about some runs, with ordinary spaces. */
function says(id: string, ...runs: Run[][]): string {
  const section = viewOf(results(runs.flat())).sections.find(each => each.id === id);
  return (section?.says.join(' ') ?? 'no such section').replaceAll('\u00a0', ' ');
}

test('faster, where the interval of the ratio excludes 1', () => {
  const text = says(
    'throughput',
    runsAt([20e6, 22e6, 19e6, 21e6, 20e6]),
    runsAt([10e6, 11e6, 9.5e6, 10.5e6, 10e6], LOCKED),
  );
  expect(text).toBe(
    'With 1 producer and 1 consumer, queue-per-consumer is the fastest: 20 million/s, 2.00 (2.00 to 2.00) times as ' +
      'fast as shared-locked (futex), the next one.',
  );
});

test('no difference, where the interval of the ratio has 1 in it', () => {
  const text = says(
    'throughput',
    runsAt([20e6, 22e6, 19e6, 21e6, 20e6]),
    runsAt([19e6, 23e6, 18e6, 22e6, 19.5e6], LOCKED),
    runsAt([2e6, 2e6, 2e6, 2e6, 2e6], LOCK_FREE),
  );
  expect(text).toContain(
    'there is no difference in throughput that these runs can show between queue-per-consumer (20 million/s) and ' +
      'shared-locked (futex) (19.5 million/s).',
  );
});

test('runs are compared within their round', () => {
  // The second is slower by a tenth in each round, and the rounds differ by far more.
  const rounds = [5e6, 40e6, 12e6, 80e6, 25e6];
  const text = says(
    'throughput',
    runsAt(rounds),
    runsAt(
      rounds.map(each => each * 0.9),
      LOCKED,
    ),
  );
  expect(text).toContain('queue-per-consumer is the fastest: 25 million/s, 1.11 (1.11 to 1.11) times');
});

test('with fewer than five runs nobody is called faster', () => {
  const text = says('throughput', runsAt([20e6, 20e6, 20e6]), runsAt([1e6, 1e6, 1e6], LOCKED));
  expect(text).toContain(
    'queue-per-consumer has the best throughput, 20 million/s, but too few runs to compare',
  );
  expect(text).not.toContain('fastest');
});

test('one that lacks a run does not stand in the way of the others', () => {
  const text = says(
    'throughput',
    runsAt([20e6, 20e6, 20e6, 20e6, 20e6]),
    runsAt([15e6, 15e6, 15e6, 15e6], LOCK_FREE),
    runsAt([10e6, 10e6, 10e6, 10e6, 10e6], LOCKED),
  );
  expect(text).toContain(
    'the fastest: 20 million/s, 2.00 (2.00 to 2.00) times as fast as shared-locked (futex)',
  );
});

test('more threads than cores are called oversubscribed', () => {
  expect(says('throughput', runsAt([1e6, 1e6, 1e6, 1e6, 1e6], TWO_EACH))).toMatch(
    /^With 2 producers and 2 consumers \(oversubscribed\), /,
  );
  expect(says('throughput', runsAt([1e6, 1e6, 1e6, 1e6, 1e6]))).not.toContain('oversubscribed');
  // The router is a thread, too.
  expect(says('throughput', runsAt([1e6, 1e6, 1e6, 1e6, 1e6], { routed: true }))).toContain(
    '(oversubscribed)',
  );
});

test('the lower latency is the better one', () => {
  const text = says(
    'latency',
    runsWithLatency([40, 42, 41, 43, 40]),
    runsWithLatency([80, 84, 82, 86, 80], LOCKED),
  );
  expect(text).toContain(
    'queue-per-consumer has the lowest median latency: 41 µs, 0.500 (0.500 to 0.500) times that of shared-locked (futex)',
  );
});

test('figures of unverified runs do not count', () => {
  const text = says(
    'throughput',
    runsAt([10e6, 10e6, 10e6, 10e6, 10e6]),
    [1, 2, 3, 4, 5].map(round => ({ ...unverifiedRun(round, LOCKED), throughput: 99e6 })),
  );
  expect(text).toContain('queue-per-consumer has 10 million/s');
  expect(text).not.toContain('shared-locked');
});

test('how throughput changes along the threads', () => {
  const text = says(
    'throughput',
    runsAt([10e6, 10e6, 10e6, 10e6, 10e6]),
    runsAt([8e6, 8e6, 8e6, 8e6, 8e6], LOCKED),
    runsAt([10e6, 11e6, 9e6, 10e6, 10e6], TWO_EACH),
    runsAt([2e6, 2e6, 2e6, 2e6, 2e6], { ...LOCKED, ...TWO_EACH }),
  );
  expect(text).toContain('In each of the 2 combinations queue-per-consumer is ahead alone in throughput.');
  expect(text).toContain(
    'From 1 → 1 to 2 → 2 (oversubscribed), the throughput of queue-per-consumer shows no change (0.900 to 1.10 times ' +
      'what it was), that of shared-locked (futex) falls to 0.250 (0.250 to 0.250) times what it was.',
  );
});
