import { describe, expect, test } from 'vitest';
import { compareResults } from '#src/lab/compare/compare-results.js';
import { cellOf } from '#src/lab/vary.js';
import { results, runsAt, runsWithLatency, unverifiedRun } from '../build-results.js';

const SLOW = [100, 101, 102, 103, 104];
const FAST = [110, 111, 112, 113, 114];

const outcomes = (...sides: [Parameters<typeof results>[0], Parameters<typeof results>[0]]) =>
  compareResults(results(sides[0]), results(sides[1])).comparisons.map(
    ({ quantity, outcome }) => `${quantity.name}: ${outcome}`,
  );

describe('a cell at full speed', () => {
  test('is compared by its throughput: more is faster', () => {
    expect(outcomes(runsAt(SLOW), runsAt(FAST))).toEqual(['throughput: faster']);
    expect(outcomes(runsAt(FAST), runsAt(SLOW))).toEqual(['throughput: slower']);
  });

  test('has medians, B over A, and an interval', () => {
    const { comparisons } = compareResults(results(runsAt(SLOW)), results(runsAt(FAST)));
    expect(comparisons).toHaveLength(1);
    const { a, b, runs, ratio } = comparisons[0]!;
    expect({ a, b, runs }).toEqual({ a: 102, b: 112, runs: { a: 5, b: 5 } });
    expect(ratio).toMatchObject({ estimate: 112 / 102, count: 5 });
    expect(ratio.low).toBeGreaterThan(110 / 104);
    expect(ratio.low).toBeLessThan(ratio.estimate);
    expect(ratio.high).toBeLessThan(114 / 100);
  });

  test('is undecided if the intervals leave it open', () => {
    expect(outcomes(runsAt([100, 105, 110, 115, 120]), runsAt([101, 106, 111, 116, 121]))).toEqual([
      'throughput: undecided',
    ]);
  });

  test('is undecided if either side has fewer than five runs, however far apart they are', () => {
    expect(outcomes(runsAt([1, 1, 1, 1]), runsAt(FAST))).toEqual(['throughput: undecided']);
    expect(outcomes(runsAt(FAST), runsAt([1, 1, 1, 1]))).toEqual(['throughput: undecided']);
  });
});

describe('a cell with a rate', () => {
  test('is compared by two latencies, less is faster, and never by its throughput', () => {
    const names = ['median latency', '99 % latency'];
    expect(outcomes(runsWithLatency(SLOW), runsWithLatency(FAST))).toEqual(
      names.map(name => `${name}: slower`),
    );
    expect(outcomes(runsWithLatency(FAST), runsWithLatency(SLOW))).toEqual(
      names.map(name => `${name}: faster`),
    );
  });
});

describe('cells are matched', () => {
  test('by all of their settings', () => {
    const a = results([...runsAt(SLOW), ...runsAt(FAST, { body: 64 })]);
    const b = results([...runsAt(FAST, { body: 64 }), ...runsAt(FAST)]);
    const { comparisons, onlyInA, onlyInB } = compareResults(a, b);
    expect(comparisons.map(({ cell: { body }, outcome }) => [body, outcome])).toEqual([
      [32, 'faster'],
      [64, 'undecided'],
    ]);
    expect([onlyInA, onlyInB]).toEqual([[], []]);
  });

  test('those that one side has alone are listed, with what the other says about them', () => {
    const late = cellOf({ body: 128 });
    const a = results([...runsAt(SLOW), ...runsAt(SLOW, { body: 64 }), ...runsAt(SLOW, { body: 128 })]);
    const b = results([...runsAt(SLOW), ...runsAt(SLOW, { rate: 1000 })], {
      skipped: [{ cell: late, reason: 'The time was up.' }],
    });
    const { comparisons, onlyInA, onlyInB } = compareResults(a, b);
    expect(comparisons).toHaveLength(1);
    expect(onlyInA).toEqual([{ cell: cellOf({ body: 64 }) }, { cell: late, reason: 'The time was up.' }]);
    expect(onlyInB).toEqual([{ cell: cellOf({ rate: 1000 }) }]);
  });
});

describe('runs that are not verified', () => {
  test('do not count, and are named', () => {
    const lost = unverifiedRun(6);
    const { comparisons, unverified } = compareResults(
      results(runsAt(SLOW)),
      results([...runsAt(FAST), lost]),
    );
    expect(comparisons).toMatchObject([{ b: 112, runs: { a: 5, b: 5 }, outcome: 'faster' }]);
    expect(unverified).toEqual({ a: [], b: [lost] });
  });

  test('leave a cell undecided if there are no others', () => {
    const { comparisons } = compareResults(results([unverifiedRun(1)]), results(runsAt(FAST)));
    expect(comparisons).toMatchObject([{ a: Number.NaN, runs: { a: 0, b: 5 }, outcome: 'undecided' }]);
  });
});

describe('what is tolerated', () => {
  // The throughput of B is 0.877 to 0.883 of that of A, its latency 1.133 to 1.140 times that.
  const throughput = [
    results(runsAt([1000, 1001, 1002, 1003, 1004])),
    results(runsAt([880, 881, 882, 883, 884])),
  ] as const;
  const delays = [
    results(runsWithLatency([880, 881, 882, 883, 884])),
    results(runsWithLatency([1000, 1001, 1002, 1003, 1004])),
  ] as const;

  test.each([
    [0, 1, 2],
    [10, 1, 2],
    [12, 0, 2],
    [14, 0, 0],
  ])('%d percent', (tolerance, slowerThroughputs, slowerLatencies) => {
    const { counts } = compareResults(...throughput, tolerance);
    expect(counts).toEqual({ faster: 0, slower: 1, undecided: 0, intolerable: slowerThroughputs });
    expect(compareResults(...delays, tolerance).counts).toMatchObject({
      slower: 2,
      intolerable: slowerLatencies,
    });
  });

  test('what is faster is never too slow', () => {
    expect(compareResults(throughput[1], throughput[0]).counts).toMatchObject({ faster: 1, intolerable: 0 });
    expect(compareResults(delays[1], delays[0]).counts).toMatchObject({ faster: 2, intolerable: 0 });
  });
});

test('what differs in the machines is named', () => {
  const a = results(runsAt(SLOW));
  const machine = { ...a.machine, cores: 16, node: 'v24.1.0', memoryBytes: 1 };
  expect(compareResults(a, results(runsAt(SLOW), { machine, ringmq: '1.1.0' })).differences).toEqual([
    { fact: 'ringmq', a: '1.0.0', b: '1.1.0' },
    { fact: 'cores', a: '2', b: '16' },
    { fact: 'node', a: 'v20.20.0', b: 'v24.1.0' },
  ]);
  expect(compareResults(a, a).differences).toEqual([]);
});
