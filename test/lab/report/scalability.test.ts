import { expect, test } from 'vitest';
import { viewOf } from '#src/lab/report/report-view.js';
import { results, runsAt } from '../build-results.js';

/** Runs with as many producers as consumers, that follow the law. */
function lab(counts: readonly number[], cores: number, [lambda, sigma, kappa] = [1e6, 0.05, 0.001]) {
  const runs = counts.flatMap(count => {
    const n = 2 * count;
    const throughput = (lambda! * n) / (1 + sigma! * (n - 1) + kappa! * n * (n - 1));
    return runsAt(
      [1, 1.01, 0.99, 1.02, 0.98].map(noise => throughput * noise),
      { producers: count, consumers: count },
    );
  });
  const { machine, ...others } = results([]);
  const view = viewOf({ ...others, machine: { ...machine, cores }, runs });
  return view.sections.find(({ id }) => id === 'scalability')!;
}

test('six thread counts within the cores are fitted, with errors and a curve', () => {
  const section = lab([1, 2, 3, 4, 6, 8], 16);
  const [panel] = section.figure!.frames[0]!.panels;
  expect(panel?.kind === 'plot' && panel.lines[0]?.points.length).toBe(6);
  expect(panel?.kind === 'plot' && panel.lines[0]?.curve.length).toBeGreaterThan(20);
  const [name, lambda, sigma] = section.tables[0]!.groups[0]!.rows[0]!.cells;
  expect(name).toBe('queue-per-consumer');
  expect(lambda).toMatch(/^(0\.9\d+|1\.0\d) ± 0\.0\d+$/);
  expect(sigma).toMatch(/^0\.0[45]\d* ± 0\.00\d+$/);
  expect(section.says[0]).toContain(`(queue-per-consumer)`);
});

test('points beyond the cores do not count for the fit, nor stand in its chart', () => {
  const section = lab([1, 2, 3, 4, 6, 8, 16], 16);
  const [panel] = section.figure!.frames[0]!.panels;
  expect(panel?.kind === 'plot' && panel.lines[0]?.points.map(({ at: [threads] }) => threads)).toEqual([
    2, 4, 6, 8, 12, 16,
  ]);
});

test('with fewer it says why it was not fitted', () => {
  const section = lab([1, 2, 3, 4, 6, 8], 4);
  expect(section.figure).toBeNull();
  expect(section.tables).toEqual([]);
  expect(section.says).toEqual([
    'The Universal Scalability Law was not fitted: it needs 6 different thread counts within the core count of 4, and there ' +
      'were 2.',
  ]);
});

test('a lab without full speed says so', () => {
  const section = lab([], 4);
  expect(section.says).toEqual([
    'The Universal Scalability Law was not fitted: nothing was sent as fast as possible.',
  ]);
});
