import { expect, test } from 'vitest';
import { fitUsl, uslRefusal } from '#src/statistics/usl.js';

const measured = (...counts: number[]) => counts.map(threads => ({ threads, throughput: 1000 * threads }));

test.each([
  ['none', [], 8, 'it needs 6 different thread counts within the core count of 8, and there were 0'],
  [
    'a thread count twice',
    measured(1, 2, 3, 4, 5, 5),
    8,
    'it needs 6 different thread counts within the core count of 8, and there were 5',
  ],
  [
    'more threads than cores',
    measured(1, 2, 3, 4, 5, 6, 7, 8),
    2,
    'it needs 6 different thread counts within the core count of 2, and there were 2',
  ],
  [
    'nothing came through',
    [...measured(1, 2, 3, 4, 5), { threads: 6, throughput: 0 }],
    8,
    'it needs throughputs above zero, and that of 6 threads is 0',
  ],
  [
    'not measured',
    [...measured(1, 2, 3, 4, 5), { threads: 6, throughput: Number.NaN }],
    8,
    'it needs throughputs above zero, and that of 6 threads is NaN',
  ],
])('%s', (_, points, cores, reason) => {
  expect(uslRefusal(points, cores)).toBe(reason);
});

test('six thread counts within the cores will do, whatever lies beyond', () => {
  const points = [...measured(1, 2, 3, 4, 5, 6), { threads: 12, throughput: 0 }];
  expect(uslRefusal(points, 6)).toBeUndefined();
});

test('what cannot be fitted is not', () => {
  expect(() => fitUsl(measured(1, 2, 3))).toThrow(
    new RangeError(
      'The Universal Scalability Law was not fitted: it needs 6 different thread counts, and there were 3.',
    ),
  );
});
