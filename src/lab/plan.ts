import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { counted } from '../comparison/table.js';
import { InvalidArgumentError } from '../errors.js';
import { type Cell, cellSchema } from './cell.js';
import { formatDuration } from './duration.js';
import { reasonAgainst } from './impossible.js';
import { type Machine, resultsSchema } from './results.js';
import { labSeconds, RUN_SECONDS, roundsIn } from './time-budget.js';
import { MAX_CELLS, tooManyCells } from './vary.js';

/** What a lab is to do, and where: `plan.json`. Whoever continues a lab does it after this. */
export const planSchema = z.strictObject({
  format: z.literal('ringmq-lab-plan'),
  version: z.literal(1),
  ringmq: resultsSchema.shape.ringmq,
  machine: resultsSchema.shape.machine,
  preset: resultsSchema.shape.preset,
  seed: z.int().describe('decides the order of the cells in each round'),
  rounds: resultsSchema.shape.rounds,
  budgetSeconds: resultsSchema.shape.budgetSeconds,
  limitSeconds: z.number().min(0).describe('after so long, runs that are left are left out'),
  cells: z.array(cellSchema).min(1),
  leftOut: resultsSchema.shape.skipped.describe('cells of the preset that cannot run on this machine'),
});

export type Plan = z.infer<typeof planSchema>;

export interface PlanOptions {
  readonly preset: string;
  readonly cells: readonly Cell[];
  /** Of a run, its warm-up included, if no time is given. */
  readonly runSeconds: number;
  /** The time that the lab is to take. */
  readonly seconds?: number | undefined;
  readonly rounds?: number | undefined;
  readonly seed?: number | undefined;
  readonly ringmq: string;
  readonly machine: Machine;
}

const LEAST_ROUNDS = 5;
/** Beyond this, runs are longer where there is time. */
const MOST_ROUNDS = 50;

/**
 * How far a lab may go beyond its time. Whoever gives a time means it; otherwise, on a machine that is busy, five runs of
 * each cell are worth more: with fewer, nothing can be said of differences.
 */
const TOLERANCE = { given: 1.05, own: 2 };

/**
 * Decides rounds and time where they are not given: five rounds, or more if the time allows them.
 *
 * @throws InvalidArgumentError if there is nothing to run, or too much, or the time does not fit the runs
 */
export function makePlan(options: PlanOptions): Plan {
  const { preset, runSeconds, ringmq, machine, seed = randomInt(2 ** 31) } = options;
  const leftOut = options.cells.flatMap(cell => {
    const reason = reasonAgainst(cell);
    return reason === undefined ? [] : [{ cell, reason }];
  });
  const cells = options.cells.filter(cell => !leftOut.some(out => out.cell === cell));
  if (cells.length === 0) throw new InvalidArgumentError(`There is nothing to run. ${leftOut[0]?.reason}`);
  if (cells.length > MAX_CELLS) throw tooManyCells(cells.length);
  const { rounds = defaultRounds(cells, options) } = options;
  const { seconds: budgetSeconds = wholeTens(labSeconds(cells, rounds, runSeconds)) } = options;
  checkTime(cells, rounds, budgetSeconds);
  const tolerance = options.seconds === undefined ? TOLERANCE.own : TOLERANCE.given;
  return {
    format: 'ringmq-lab-plan',
    version: 1,
    ringmq,
    machine,
    preset,
    seed,
    rounds,
    budgetSeconds,
    limitSeconds: tolerance * budgetSeconds,
    cells,
    leftOut,
  };
}

function defaultRounds(cells: readonly Cell[], { seconds = 0, runSeconds }: PlanOptions): number {
  return Math.min(MOST_ROUNDS, Math.max(LEAST_ROUNDS, roundsIn(seconds, cells, runSeconds)));
}

function wholeTens(seconds: number): number {
  return Math.ceil(seconds / 10) * 10;
}

function checkTime(cells: readonly Cell[], rounds: number, seconds: number): void {
  const least = labSeconds(cells, rounds, RUN_SECONDS.least);
  const most = labSeconds(cells, rounds, RUN_SECONDS.most);
  const runs = `${counted(rounds, 'round')} of ${counted(cells.length, 'cell')}`;
  const take = rounds === 1 ? 'takes' : 'take';
  if (seconds < least) {
    throw new InvalidArgumentError(
      `${runs} ${take} ${formatDuration(least)} at least, not ${formatDuration(seconds)}. ` +
        'Give more time, fewer rounds or fewer cells.',
    );
  }
  if (seconds > most) {
    throw new InvalidArgumentError(
      `${runs} ${take} ${formatDuration(most)} at most, not ${formatDuration(seconds)}. ` +
        'Give less time, more rounds or more cells.',
    );
  }
}
