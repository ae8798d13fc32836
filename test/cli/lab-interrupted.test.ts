import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planSchema } from '#src/lab/plan.js';
import { schedule } from '#src/lab/schedule.js';
import { emptyFolder } from '../lab/folder.js';
import { fakeLab, resultsIn } from './fake-lab.js';

const folder = emptyFolder();

/** The runs that were done, and those that the plan has, in their orders. */
function runsOf(out: string) {
  const turn = ({ cell, round }: ReturnType<typeof schedule>[number]) => ({ cell, round });
  const plan = planSchema.parse(JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8')));
  return { done: resultsIn(out).runs.map(turn), planned: schedule(plan) };
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends the run under way, and the lab can be continued', async (signal, exitCode) => {
  const out = join(folder, signal);
  const { code, stderr } = await fakeLab(['start', out, 'hang', '5'], signal);
  expect(code).toBe(exitCode);
  expect(stderr).toContain(`Interrupted. To go on: ringmq lab resume ${out}\n`);
  expect(existsSync(join(out, 'results.json'))).toBe(false);

  const again = await fakeLab(['resume', out, 'hang', '2'], signal);
  expect(again.code).toBe(exitCode);
  expect(again.stderr).toContain('4 runs done before\n');

  const last = await fakeLab(['resume', out]);
  expect(last.code).toBe(0);
  expect(last.stderr).toContain('5 runs done before\n');
  expect(resultsIn(out).interruptions).toBe(2);
  const { done, planned } = runsOf(out);
  expect(done).toEqual(planned);
});

test('a process that is killed loses no run that was done, whatever it was just writing', async () => {
  const out = join(folder, 'killed');
  const { code } = await fakeLab(['start', out, 'hang', '5'], 'SIGKILL');
  expect(code).toBeNull();
  appendFileSync(join(out, 'runs.jsonl'), '{"seconds":0.1,"run":{"ce');

  const { code: resumed, stderr } = await fakeLab(['resume', out]);
  expect(resumed).toBe(0);
  expect(stderr).toContain('The last line of runs.jsonl was cut off: that run is done again.\n');
  expect(stderr).toContain('4 runs done before\n');
  const { done, planned } = runsOf(out);
  expect(done).toEqual(planned);
});
