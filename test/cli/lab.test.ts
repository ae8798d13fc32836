import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder } from '../lab/folder.js';
import { fakeLab, resultsIn } from './fake-lab.js';

const folder = emptyFolder();

test('a lab leaves results, a report and a summary, and says what came out', async () => {
  const out = join(folder, 'good');
  const { code, stdout, stderr } = await fakeLab(['start', out]);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'quick: 8 cells, 2 rounds, 16 runs in 30s, seed 11\n',
  });
  const results = resultsIn(out);
  expect(results).toMatchObject({ preset: 'quick', rounds: 2, interruptions: 0, skipped: [] });
  expect(results.machine.node).toBe(process.version);
  expect(results.runs).toHaveLength(16);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toBe('report of 16 runs');
  expect(readFileSync(join(out, 'summary.md'), 'utf8')).toBe('summary of 16 runs');
  expect(stdout).toMatch(/^message-port, 2p2c, batch 1, full speed +2,000,000 +- +- +2 +yes$/m);
  expect(stdout).toMatch(new RegExp(`^${join(out, 'report.html')}$`, 'm'));
});

test('a run that lost a message is told, and the exit code is 1', async () => {
  const out = join(folder, 'lost');
  const { code, stdout, stderr } = await fakeLab(['start', out, 'lose', '3']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: round 1, .*: 1 of 1,000 messages were lost$/m);
  expect(stdout.match(/ NO$/gm)).toHaveLength(1);
  expect(resultsIn(out).runs.filter(run => !run.verified)).toHaveLength(1);
});
