import { expect, test } from 'vitest';
import { compareResults } from '#src/lab/compare/compare-results.js';
import { comparisonJson } from '#src/lab/compare/comparison-json.js';
import { comparisonText } from '#src/lab/compare/comparison-text.js';
import type { Results } from '#src/lab/results.js';
import { cellOf } from '#src/lab/vary.js';
import { results, runsAt, runsWithLatency, unverifiedRun } from '../build-results.js';

const LOCKED = { design: 'shared-locked', lock: 'futex' } as const;

const A = results([
  ...runsAt([1.01e6, 1.02e6, 1.03e6, 1.04e6, 1.05e6]),
  ...runsWithLatency([10.5, 11, 12, 13, 14], LOCKED),
  ...runsAt([1, 2, 3], { body: 64 }),
  ...runsAt([1, 2, 3], { body: 1024 }),
]);
const B = results(
  [
    ...runsAt([960_000, 970_000, 980_000, 990_000, 1_000_000]),
    ...runsWithLatency([8.5, 8.6, 8.2, 8.3, 8], LOCKED),
    unverifiedRun(2, { body: 64 }),
    ...runsAt([1], { body: 2048 }),
  ],
  {
    skipped: [{ cell: cellOf({ body: 1024 }), reason: 'The time was up.' }],
    machine: { ...A.machine, node: 'v24.1.0' },
  },
);

/** Numbers and units are kept together by spaces that do not break. */
function text(a: Results, b: Results, tolerance = 0): string {
  const comparison = compareResults(a, b, tolerance);
  return comparisonText(
    { path: 'a.json', results: a },
    { path: 'b.json', results: b },
    comparison,
  ).replaceAll('\u00a0', ' ');
}

test('the comparison as people see it', () => {
  expect(text(A, B)).toBe(
    `
A: a.json, quick, 5 rounds, 2025-06-01T12:00:00.000Z
B: b.json, quick, 5 rounds, 2025-06-01T12:00:00.000Z

differs         A        B
-------  --------  -------
node     v20.20.0  v24.1.0

All of these: 1p1c, batch 64, ring 524288, work 0 ns, block, queue only

cell                                           median of               A          B  B / A   95 % interval  runs                      B is
----------------------------------------  --------------  --------------  ---------  -----  --------------  ----  ------------------------
queue-per-consumer, 32 bytes, full speed      throughput  1.03 million/s  980,000/s  0.951  0.924 to 0.980  5, 5                    slower
shared-locked (futex), 32 bytes, 1000/s   median latency           12 µs     8.3 µs  0.692  0.593 to 0.790  5, 5                    faster
shared-locked (futex), 32 bytes, 1000/s     99 % latency          120 µs      83 µs  0.692  0.593 to 0.790  5, 5                    faster
queue-per-consumer, 64 bytes, full speed      throughput             2/s          -      -               -  3, 0  undecided (under 5 runs)

Only in A:
  queue-per-consumer, 1p1c, 1024 bytes, batch 64, ring 524288, work 0 ns, block, queue only, full speed: The time was up.

Only in B:
  queue-per-consumer, 1p1c, 2048 bytes, batch 64, ring 524288, work 0 ns, block, queue only, full speed

Not verified, so these runs do not count:
  B, round 2, queue-per-consumer, 1p1c, 64 bytes, batch 64, ring 524288, work 0 ns, block, queue only, full speed: A message is missing.

2 faster, 1 slower, 1 undecided, 1 only in A, 1 only in B`.trimStart(),
  );
});

test('with a tolerance it says what is within, and how many are not', () => {
  const lines = text(A, B, 20).split('\n');
  expect(lines.find(line => line.includes('throughput'))).toMatch(/ slower \(within 20 %\)$/);
  expect(lines.slice(-2)).toEqual([
    '2 faster, 1 slower, 1 undecided, 1 only in A, 1 only in B',
    '0 slower by more than 20 %',
  ]);
});

test('ratios far from 1 have three significant digits', () => {
  const [small, large] = [
    [1, 1.5, 2, 3, 4],
    [1000, 2000, 3000, 4000, 5000],
  ].map(of => results(runsAt(of)));
  expect(text(small!, large!)).toMatch(/ 1,500 +[\d,]+ to [\d,]+ +5, 5 +faster$/m);
  expect(text(large!, small!)).toMatch(/ 0\.000667 +0\.000\d{3} to 0\.00\d+ +5, 5 +slower$/m);
});

test('of equal machines it says so', () => {
  expect(text(A, A)).toContain('\n\nThe machine, Node and RingMQ are the same, as far as the files say.\n\n');
});

test('as JSON it can be read by programs', () => {
  const comparison = compareResults(A, B, 20);
  const sources = [A, B].map((of, index) => ({ path: `${'ab'[index]}.json`, results: of }));
  const json = JSON.parse(comparisonJson(sources[0]!, sources[1]!, comparison));
  expect(json).toMatchObject({
    format: 'ringmq-lab-comparison',
    version: 1,
    a: { path: 'a.json', ringmq: '1.0.0', machine: A.machine },
    b: { path: 'b.json', machine: B.machine },
    tolerancePercent: 20,
    counts: { faster: 2, slower: 1, undecided: 1, intolerable: 0, onlyInA: 1, onlyInB: 1 },
    differences: [{ fact: 'node', a: 'v20.20.0', b: 'v24.1.0' }],
    onlyInA: [{ cell: cellOf({ body: 1024 }), reason: 'The time was up.' }],
    onlyInB: [{ cell: cellOf({ body: 2048 }) }],
    unverified: { a: [], b: [{ cell: cellOf({ body: 64 }), round: 2, faults: ['A message is missing.'] }] },
  });
  expect(json.comparisons).toHaveLength(4);
  expect(json.comparisons[0]).toMatchObject({
    cell: cellOf({}),
    quantity: 'throughput',
    outcome: 'slower',
    a: 1_030_000,
  });
  expect(json.comparisons[3]).toMatchObject({
    b: null,
    ratio: { estimate: null, low: null, high: null, count: 0 },
  });
});
