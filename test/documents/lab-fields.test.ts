import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cellSchema } from '#src/lab/cell.js';
import { cellsOfFile } from '#src/lab/plan-file.js';
import { resultsSchema } from '#src/lab/results.js';
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

/** The names of all fields, down to those that custom.md or the machine itself explains. */
function fieldsOf(schema: unknown): string[] {
  const { properties = {}, ...others } = Object(schema) as { properties?: Record<string, unknown> };
  const inner = [...Object.entries(properties), ...Object.entries(others)]
    .filter(([name, value]) => typeof value === 'object' && name !== 'cell' && name !== 'machine')
    .flatMap(([, value]) => fieldsOf(value));
  return [...new Set([...Object.keys(properties), ...inner])];
}
