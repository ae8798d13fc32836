import { expect, test } from 'vitest';
import { cellKey } from '#src/lab/cell.js';
import { makeResults } from '#src/lab/laboratory.js';
import { resultsSchema } from '#src/lab/results.js';
import { schedule } from '#src/lab/schedule.js';
import { FakeLab, goodRun } from './fake-engine.js';
import { planOf, RATES, THREE } from './plans.js';

const turns = (runs: readonly { cell: (typeof THREE)[number]; round: number }[]) =>
  runs.map(({ cell, round }) => `${round} ${cellKey(cell)}`);

test('the runs of the plan, in the order of its schedule', async () => {
  const plan = planOf(THREE);
  const lab = new FakeLab();
  const { runs, skipped } = await lab.run(plan);
  expect(turns(lab.orders)).toEqual(turns(schedule(plan)));
  expect(runs).toEqual(lab.done.map(({ run }) => run));
  expect(skipped).toEqual([]);
});

test('what a run takes is told with it, its process included', async () => {
  const lab = new FakeLab();
  lab.overhead = () => 0.25;
  await lab.run(planOf(THREE));
  for (const [index, { warmUpSeconds, seconds }] of lab.orders.entries()) {
    expect(lab.done[index]!.seconds).toBeCloseTo(warmUpSeconds + seconds + 0.25);
  }
});

test("the lock's timeline is taken once of each cell with a lock", async () => {
  const lab = new FakeLab();
  await lab.run(planOf(THREE));
  const traced = lab.orders.filter(order => order.trace);
  expect(traced.map(({ cell, round }) => [cell.design, round])).toEqual([['shared-locked', 1]]);
});

test('how far it is, is told before each run', async () => {
  const lab = new FakeLab();
  await lab.run(planOf(THREE, { seconds: 30, rounds: 5 }));
  expect(lab.standings).toHaveLength(15);
  expect(lab.standings[0]).toEqual({ done: 0, total: 15, secondsLeft: 30, cell: lab.orders[0]!.cell });
  expect(lab.standings.at(-1)).toMatchObject({ done: 14, total: 15 });
  expect(lab.standings.at(-1)!.secondsLeft).toBeLessThan(5);
});

test('rates above one that was not reached are left out, and why', async () => {
  const lab = new FakeLab();
  lab.measure = order => goodRun(order, { throughput: Math.min(order.cell.rate!, 50_000) });
  const { runs, skipped } = await lab.run(planOf(RATES));
  expect(runs.filter(({ cell }) => cell.rate! <= 100_000)).toHaveLength(3 * 5);
  expect(skipped.map(({ cell }) => cell.rate)).toEqual([1_000_000]);
  expect(skipped[0]!.reason).toMatch(
    /^Not run in [34] of 5 rounds \((2, )?3, 4, 5\): it came to 50,000 of 100,000 messages a second at best, less than 90 %\.$/,
  );
});

test('what is left out of the plan stands in the results', async () => {
  const plan = planOf([...THREE, { ...THREE[0]!, work: -1 }]);
  const { skipped } = await new FakeLab().run(plan);
  expect(skipped).toEqual(plan.leftOut);
});

test('a run that fails does not end the lab', async () => {
  const lab = new FakeLab();
  lab.measure = order => goodRun(order, { verified: order.cell.design !== 'message-port', throughput: null });
  const { runs } = await lab.run(planOf(THREE));
  expect(runs.filter(run => !run.verified)).toHaveLength(5);
  expect(runs).toHaveLength(15);
});

test('an interruption ends it with what is done', async () => {
  const lab = new FakeLab();
  lab.measure = order => {
    if (lab.orders.length === 7) lab.interruption.abort();
    return goodRun(order);
  };
  await expect(lab.run(planOf(THREE))).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  expect(lab.done).toHaveLength(7);
});

test('continued, it does the rest, and comes to the same', async () => {
  const plan = planOf([...THREE, ...RATES]);
  const measure: FakeLab['measure'] = order =>
    goodRun(order, { throughput: order.cell.rate === null ? 5 : Math.min(order.cell.rate, 5000) });
  const whole = new FakeLab();
  whole.measure = measure;
  const findings = await whole.run(plan);
  for (const interrupted of [0, 1, 10, whole.done.length - 1, whole.done.length]) {
    const rest = new FakeLab();
    rest.measure = measure;
    expect(await rest.run(plan, whole.done.slice(0, interrupted))).toEqual(findings);
    expect(turns(rest.orders)).toEqual(turns(whole.orders.slice(interrupted)));
  }
});

test('its results are what their schema says', async () => {
  const plan = planOf([...THREE, ...RATES]);
  const starts = ['2026-01-02T03:04:05.678Z', '2026-01-02T04:04:05.678Z'];
  const results = makeResults(plan, starts, await new FakeLab().run(plan));
  expect(resultsSchema.parse(results)).toMatchObject({
    ringmq: '1.2.3',
    preset: 'custom',
    startedAt: starts[0],
    interruptions: 1,
    rounds: 5,
    budgetSeconds: plan.budgetSeconds,
  });
});
