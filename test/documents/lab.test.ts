import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cellSchema } from '#src/lab/cell.js';
import { cellsOfFile } from '#src/lab/plan-file.js';
import { viewOf } from '#src/lab/report/report-view.js';
import { resultsSchema } from '#src/lab/results.js';
import { presetCells, syntheticResults } from '../lab/synthetic.js';
import { read } from './document.js';

describe('docs/lab/custom.md', () => {
  const text = read('docs/lab/custom.md');

  it.each(Object.keys(cellSchema.shape))('names the setting %s', setting => {
    expect(text).toContain(`\`${setting}\``);
  });

  it('shows a plan that can be run', () => {
    const [, plan] = /```json\n(.*?)```/s.exec(text)!;
    expect(cellsOfFile(plan!)).toHaveLength(7);
  });
});

describe('docs/lab/measurements.md', () => {
  const text = read('docs/lab/measurements.md');

  it.each(fieldsOf(z.toJSONSchema(resultsSchema)))('tells what %s is', field => {
    expect(new RegExp(`\\b${field}\\b`).test(text)).toBe(true);
  });
});

describe('docs/lab/reading.md', () => {
  const text = read('docs/lab/reading.md');
  const views = (['contention', 'latency', 'waiting'] as const).map(plan =>
    viewOf(syntheticResults(plan, presetCells(plan))),
  );
  const titles = new Set(views.flatMap(({ sections }) => sections.map(({ title }) => title)));

  it.each([...titles])('knows the section "%s" of a report', title => {
    expect(text).toContain(title);
  });
});

/** The names of all fields, down to those that custom.md or the machine itself explains. */
function fieldsOf(schema: unknown): string[] {
  const { properties = {}, ...others } = Object(schema) as { properties?: Record<string, unknown> };
  const inner = [...Object.entries(properties), ...Object.entries(others)]
    .filter(([name, value]) => typeof value === 'object' && name !== 'cell' && name !== 'machine')
    .flatMap(([, value]) => fieldsOf(value));
  return [...new Set([...Object.keys(properties), ...inner])];
}
