import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder } from '../lab/folder.js';
import { resultsIn } from './fake-lab.js';
import { ringmq } from './ringmq.js';

const folder = emptyFolder();
const PLAN = join(folder, 'plan.json');

test('a plan of its own is measured, reported, and reported again', async () => {
  writeFileSync(PLAN, '{"cells": [{}, {"rate": 5000, "wait": "event-loop"}]}');
  const out = join(folder, 'out');
  const { code, stderr } = await ringmq('lab', 'custom', PLAN, '--out', out, '--rounds', '2');
  expect(stderr).toMatch(/^custom: 2 cells, 2 rounds, 4 runs in 10s, seed \d+$/m);
  expect(code).toBe(0);
  const { runs, skipped } = resultsIn(out);
  expect(skipped).toEqual([]);
  expect(runs.filter(run => run.verified && run.received > 0)).toHaveLength(4);

  const texts = () => ['report.html', 'summary.md'].map(name => readFileSync(join(out, name), 'utf8'));
  const [report, summary] = texts();
  expect(report).toMatch(/^<!doctype html>/i);
  rmSync(join(out, 'report.html'));
  const again = await ringmq('lab', 'report', join(out, 'results.json'));
  expect(again).toEqual({ code: 0, stdout: `${join(out, 'report.html')}\n`, stderr: '' });
  expect(texts()).toEqual([report, summary]);
});
