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
  const word = new Int32Array(new SharedArrayBuffer(4));
  // A sleep is never shorter than it is asked to be, and a millisecond is not a second.
  const [figure] = await measure({
    units: 1e6,
    run: () => (Atomics.wait(word, 0, 0, 1) === 'timed-out' ? 1 : 0),
    check: slept => slept === 1,
  });
  expect(figure!.median).toBeGreaterThan(0.9);
  expect(figure!.median).toBeLessThan(1000);
});
