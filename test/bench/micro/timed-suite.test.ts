import { expect, it } from 'vitest';
import { type Step, TimedSuite } from '#bench/micro/timed-suite.js';

function measure(step: Step) {
  return new TimedSuite('title', 'unit', { step: () => step }).measure('step', 1);
}

it('prepares and checks each run, those that warm up included', async () => {
  const calls: string[] = [];
  await measure({
    units: 1,
    prepare: () => void calls.push('prepare'),
    run: () => calls.push('run'),
    check(result) {
      calls.push('check');
      return result === calls.length - 1;
    },
  });
  expect(calls.length).toBeGreaterThan(0);
  expect(calls.length % 3).toBe(0);
  for (let i = 0; i < calls.length; i += 3) {
    expect(calls.slice(i, i + 3)).toEqual(['prepare', 'run', 'check']);
  }
});

it('fails if a single run returns something else', async () => {
  let runs = 0;
  const measured = measure({ units: 1, run: () => ++runs, check: result => result !== 30 });
  await expect(measured).rejects.toThrow("'step' lost or changed something: it returned 30.");
});

it('divides a sample by its units', async () => {
  // The same work, counted once as one unit and once as a thousand.
  const work = (units: number): Step => ({
    units,
    run() {
      let sum = 0;
      for (let i = 0; i < 100_000; i++) sum += i & 7;
      return sum;
    },
    check: sum => sum === 350_000,
  });
  const [one] = await measure(work(1));
  const [thousand] = await measure(work(1000));
  expect(thousand!.median).toBeLessThan(one!.median / 10);
});
