import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { threadsOf } from '#src/lab/cell.js';
import { vary } from '#src/lab/vary.js';
import { randomNumbers } from '#src/statistics/random.js';
import { FakeLab, goodRun } from './fake-engine.js';
import { planOf, RATES, THREE } from './plans.js';

/** What the report takes, in the time that these labs are given. */
const REPORT = 2;
const SHAPES = vary({}, { producers: [1, 2, 4, 8], consumers: [1, 2, 8], design: ['shared-locked'] });

/** A lab's time as a part of its budget. */
async function partOfBudget(lab: FakeLab, seconds: number, cells = SHAPES, rounds?: number) {
  const { runs } = await lab.run(planOf(cells, { seconds, rounds }));
  return { part: (lab.now + REPORT) / seconds, runs: runs.length };
}

function seeded(seed: number, overhead: (random: number, threads: number) => number): FakeLab {
  const random = randomNumbers(seed);
  const lab = new FakeLab();
  lab.overhead = ({ cell }) => overhead(random(), threadsOf(cell));
  return lab;
}

describe('the time is kept within 10 %', () => {
  test('whatever starting a run costs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.double({ min: 0.1, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 0.15, noNaN: true }),
        fc.integer({ min: 240, max: 1800 }),
        async (seed, base, perThread, seconds) => {
          const lab = seeded(seed, (random, threads) => base * (0.5 + random) + perThread * threads);
          const { part } = await partOfBudget(lab, seconds, SHAPES, 5);
          expect(part).toBeGreaterThan(0.9);
          expect(part).toBeLessThan(1.1);
        },
      ),
    );
  });

  test('where runs are left out', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const lab = seeded(seed, random => 0.3 + 0.4 * random);
      lab.measure = order => goodRun(order, { throughput: Math.min(order.cell.rate!, 2000) });
      const { part } = await partOfBudget(lab, 60, [...RATES, ...RATES.map(cell => ({ ...cell, body: 64 }))]);
      expect(part).toBeGreaterThan(0.9);
      expect(part).toBeLessThan(1.1);
    }
  });

  test('where the machine becomes ten times as slow halfway', async () => {
    const lab = new FakeLab();
    lab.overhead = () => (lab.now < 200 ? 0.5 : 5);
    const { part, runs } = await partOfBudget(lab, 400, SHAPES, 10);
    expect(part).toBeGreaterThan(0.9);
    expect(part).toBeLessThan(1.1);
    expect(runs).toBeLessThan(120);
  });

  test('in quick, with the time that it has by itself', async () => {
    const lab = seeded(3, random => 0.3 + 0.3 * random);
    const { part, runs } = await partOfBudget(lab, 50, [
      ...THREE,
      ...THREE.map(cell => ({ ...cell, body: 64 })),
    ]);
    expect(part).toBeGreaterThan(0.9);
    expect(part).toBeLessThan(1.1);
    expect(runs).toBeGreaterThanOrEqual(30);
  });
});

test('runs for which there is no time are left out, and why', async () => {
  const lab = new FakeLab();
  lab.overhead = () => 4;
  const { runs, skipped } = await lab.run(planOf(THREE, { seconds: 30, rounds: 5 }));
  expect(runs.length).toBeLessThan(15);
  expect(lab.now + REPORT).toBeLessThan(33);
  expect(skipped).toHaveLength(3);
  for (const { reason } of skipped) {
    expect(reason).toMatch(/^Not run in \d of 5 rounds \((\d, )*5\): the time was over\.$/);
  }
});

test('without a time that was given, a slow machine takes longer, but not for ever', async () => {
  const lab = new FakeLab();
  lab.overhead = () => 1.5;
  const plan = planOf(THREE, { runSeconds: 0.2 });
  expect((await lab.run(plan)).skipped).toEqual([]);
  expect(lab.now).toBeGreaterThan(1.1 * plan.budgetSeconds);
  lab.now = 0;
  lab.overhead = () => 5;
  expect((await lab.run(plan)).skipped).toHaveLength(3);
  expect(lab.now).toBeLessThan(2 * plan.budgetSeconds);
});

test('runs of a lab are about as long as each other', async () => {
  const lab = seeded(1, (random, threads) => 0.3 + 0.1 * random + 0.05 * threads);
  await lab.run(planOf(SHAPES, { seconds: 300, rounds: 5 }));
  const seconds = lab.orders.map(order => order.seconds);
  expect(Math.max(...seconds)).toBeLessThan(1.5 * Math.min(...seconds));
});

test('what an earlier part of the lab took is part of the time', async () => {
  const plan = planOf(THREE, { seconds: 60, rounds: 5 });
  const before = new FakeLab();
  await before.run(plan);
  const past = before.done.slice(0, 8);
  const rest = new FakeLab();
  await rest.run(plan, past);
  const used = past.reduce((total, { seconds }) => total + seconds, 0);
  expect((used + rest.now + REPORT) / 60).toBeGreaterThan(0.9);
  expect((used + rest.now + REPORT) / 60).toBeLessThan(1.1);
});
