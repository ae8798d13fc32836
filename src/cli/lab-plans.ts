import { readFileSync } from 'node:fs';
import { machine } from '../comparison/machine.js';
import { InvalidArgumentError } from '../errors.js';
import { makePlan, type Plan } from '../lab/plan.js';
import { cellsOfFile } from '../lab/plan-file.js';
import { override } from '../lab/presets/overrides.js';
import type { Preset } from '../lab/presets/preset.js';
import { systemErrorReason } from '../system-error.js';
import type { LabOptions, PresetOptions } from './lab-command.js';
import { UsageError } from './usage-error.js';
import { VERSION } from './version.js';

/** Of a run of one's own plan, its warm-up included, where no time is given. */
const RUN_SECONDS = 1.2;

type Timing = Pick<LabOptions, 'time' | 'rounds' | 'seed'>;

/** Where the lab runs, and which version. */
export const here = (): Pick<Plan, 'ringmq' | 'machine'> => ({ ringmq: VERSION, machine: machine() });

/** @throws InvalidArgumentError for a plan that cannot be */
export function presetPlan(preset: Preset, options: Omit<PresetOptions, 'out'>): Plan {
  const { threads, designs, locks, producers, consumers, body, batch, work } = options;
  const at = here();
  const cells = preset.cells(at.machine.cores, threads);
  const overrides = { designs, locks, producers, consumers, body, batch, work };
  return makePlan({
    ...at,
    ...timing(options),
    preset: preset.name,
    cells: override(cells, overrides),
    runSeconds: preset.runSeconds,
  });
}

/** @throws UsageError or InvalidArgumentError for a file or a plan that cannot be */
export function filePlan(path: string, options: LabOptions): Plan {
  const text = readText(path);
  try {
    const cells = cellsOfFile(text);
    return makePlan({ ...here(), ...timing(options), preset: 'custom', cells, runSeconds: RUN_SECONDS });
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new UsageError(`'${path}': ${error.message}`);
    throw error;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`'${path}' cannot be read: ${systemErrorReason(error)}.`);
  }
}

function timing({ time, rounds, seed }: Timing) {
  return { seconds: time, rounds, seed };
}
