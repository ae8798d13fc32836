import { expect, it } from 'vitest';
import { summarize } from '#bench/micro/summary.js';
import { renderSuite } from '#bench/micro/table.js';

const FIGURES = [
  { name: 'fast', median: 1.23456, p99: 2, samples: 1000 },
  { name: 'slow', median: 9000, p99: 12_345, samples: 20 },
  { name: 'fast', median: 3, p99: 7, samples: 1000 },
  { name: 'slow', median: 8000, p99: 10_000, samples: 20 },
  { name: 'fast', median: 2, p99: 5, samples: 1000 },
];
const SUITE = { title: 'a title', unit: 'frame', steps: [], measure: async () => [] };

it('takes the medians of the runs, and their smallest and largest', () => {
  const { rows } = summarize('suite', SUITE, FIGURES);
  expect(rows).toEqual([
    { name: 'fast', median: 2, min: 1.23456, max: 3, p99: 5, samples: 3000, medians: [1.23456, 3, 2] },
    { name: 'slow', median: 8500, min: 8000, max: 9000, p99: 11_172.5, samples: 40, medians: [9000, 8000] },
  ]);
});

it('shows three digits that count', () => {
  expect(renderSuite(summarize('suite', SUITE, FIGURES))).toBe(
    [
      '| step | ns per frame, fastest run | median | slowest | p99 | samples |',
      '| --- | --- | --- | --- | --- | --- |',
      '| fast | 1.23 | 2.00 | 3.00 | 5.00 | 3,000 |',
      '| slow | 8,000 | 8,500 | 9,000 | 11,200 | 40 |',
    ].join('\n'),
  );
});
