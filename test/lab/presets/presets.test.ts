import { expect, test } from 'vitest';
import { cellKey, threadsOf } from '#src/lab/cell.js';
import { reasonAgainst } from '#src/lab/impossible.js';
import { makePlan } from '#src/lab/plan.js';
import { PRESETS } from '#src/lab/presets/presets.js';
import { MACHINE } from '../plans.js';

const plans = PRESETS.map(preset => {
  const { name, runSeconds } = preset;
  const plan = makePlan({
    preset: name,
    cells: preset.cells(2),
    runSeconds,
    ringmq: '1.2.3',
    machine: MACHINE,
  });
  return [name, plan] as const;
});

test.each(PRESETS.map(preset => [preset.name, preset] as const))(
  '%s has cells that can run where there are all locks, each once',
  (_, preset) => {
    for (const cores of [1, 2, 16, 128]) {
      const cells = preset.cells(cores);
      expect(cells.map(cell => reasonAgainst(cell, true)).filter(reason => reason !== undefined)).toEqual([]);
      expect(new Set(cells.map(cellKey)).size).toBe(cells.length);
    }
  },
);

test.each(plans)('%s takes a bearable time on two cores, with five rounds', (name, plan) => {
  expect(plan.rounds).toBe(5);
  const [least, most] = name === 'quick' ? [45, 55] : [300, 480];
  expect(plan.budgetSeconds).toBeGreaterThanOrEqual(least);
  expect(plan.budgetSeconds).toBeLessThanOrEqual(most);
});

test('latency grows from 1,000 messages a second to 8 million, by even steps', () => {
  const [, latency] = plans.find(([name]) => name === 'latency')!;
  const rates = [...new Set(latency.cells.map(({ rate }) => rate!))];
  expect([rates[0], rates.at(-1)]).toEqual([1000, 8_000_000]);
  for (const [index, rate] of rates.slice(1).entries()) {
    expect(rate / rates[index]!).toBeGreaterThan(2.5);
    expect(rate / rates[index]!).toBeLessThan(3);
  }
});

test('waiting and latency leave each thread a core of two', () => {
  for (const [name, plan] of plans) {
    if (name !== 'waiting' && name !== 'latency') continue;
    expect(plan.cells.filter(cell => !cell.routed && threadsOf(cell) > 2)).toEqual([]);
  }
});
