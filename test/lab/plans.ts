import type { Cell } from '#src/lab/cell.js';
import { makePlan, type Plan, type PlanOptions } from '#src/lab/plan.js';
import type { Machine } from '#src/lab/results.js';
import { cellOf, vary } from '#src/lab/vary.js';

export const MACHINE: Machine = {
  cpu: 'CPU',
  cores: 2,
  memoryBytes: 1 << 30,
  platform: 'linux x64',
  kernel: '6.1',
  node: 'v20.20.0',
  v8: '11.3',
};

/** Three designs at full speed. */
export const THREE: readonly Cell[] = vary(
  {},
  { design: ['queue-per-consumer', 'shared-locked', 'message-port'] },
);

/** One cell at growing rates. */
export const RATES: readonly Cell[] = [1000, 10_000, 100_000, 1_000_000].map(rate => cellOf({ rate }));

export function planOf(cells: readonly Cell[], others: Partial<PlanOptions> = {}): Plan {
  return makePlan({
    preset: 'custom',
    cells,
    runSeconds: 1,
    seed: 7,
    ringmq: '1.2.3',
    machine: MACHINE,
    ...others,
  });
}
