import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeResults } from '#src/lab/laboratory.js';
import { SCHEMA_NAMES, schemaText } from '#src/lab/schemas.js';
import { FakeLab } from './fake-engine.js';
import { planOf, RATES, THREE } from './plans.js';

const file = (name: string) =>
  readFileSync(new URL(`../../docs/lab/${name}.schema.json`, import.meta.url), 'utf8');

test.each(SCHEMA_NAMES)('docs/lab/%s.schema.json is up to date: npm run schemas writes it', name => {
  expect(file(name)).toBe(`${schemaText(name)}\n`);
});

test('results are what the published schema says, and others are not', async () => {
  const schema = z.fromJSONSchema(JSON.parse(file('results')));
  const plan = planOf([...THREE, ...RATES]);
  const results = makeResults(plan, ['2026-01-02T03:04:05.678Z'], await new FakeLab().run(plan));
  expect(schema.safeParse(results).error?.issues).toBeUndefined();
  expect(schema.safeParse({ ...results, version: 2 }).success).toBe(false);
  expect(schema.safeParse({ ...results, more: 1 }).success).toBe(false);
  expect(schema.safeParse({ ...results, runs: [{ ...results.runs[0], sent: -1 }] }).success).toBe(false);
});

test('so is a plan', () => {
  const schema = z.fromJSONSchema(JSON.parse(file('plan')));
  const plan = { base: { body: 64 }, cells: [{}, { lock: null }], vary: { producers: [1, 2] } };
  expect(schema.safeParse(plan).error?.issues).toBeUndefined();
  expect(schema.safeParse({ ...plan, bases: {} }).success).toBe(false);
  expect(schema.safeParse({ ...plan, vary: { producers: [0] } }).success).toBe(false);
});
