import { expect, test } from 'vitest';
import { runInProcess } from '#src/comparison/run-process.js';

const PLAN = {
  design: 'queue-per-consumer',
  source: { kind: 'generated', messages: 1000, bodyBytes: 32 },
  publishers: 1,
  consumers: 1,
  seconds: 0,
  patience: 20_000,
} as const;

test('a run is done in a process of its own', async () => {
  const outcome = await runInProcess(PLAN, () => {});
  expect(outcome).toMatchObject({ passes: 1, faults: [], perBinding: [286, 286, 143, 143, 142] });
});

test('a process that says nothing is killed, with a clear message', async () => {
  const outcome = await runInProcess({ ...PLAN, seconds: 60 }, () => {}, 20);
  expect(outcome).toEqual({ failure: 'the run gave no sign of life for 0.02 s and was killed' });
});

test('what breaks the process is told', async () => {
  const source = { kind: 'file', path: '/does/not/exist', repeat: 1 } as const;
  expect(await runInProcess({ ...PLAN, source }, () => {})).toEqual({
    failure: "ENOENT: no such file or directory, open '/does/not/exist'",
  });
});
