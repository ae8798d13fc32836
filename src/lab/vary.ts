import { InvalidArgumentError } from '../errors.js';
import { type Cell, cellKey } from './cell.js';

/** Cells of a plan at most. */
export const MAX_CELLS = 1000;

/** What a setting is where nothing else is said. */
export const DEFAULT_CELL: Cell = {
  design: 'queue-per-consumer',
  lock: null,
  producers: 1,
  consumers: 1,
  body: 32,
  batch: 64,
  ring: 1 << 19,
  work: 0,
  wait: 'block',
  routed: false,
  rate: null,
};

/** For some settings of a cell, the values that they take. */
export type Values = { readonly [Setting in keyof Cell]?: readonly Cell[Setting][] | undefined };

/** A cell with the settings that were given. Without another lock, that of shared-locked is futex. */
export function cellOf(settings: Partial<Cell>): Cell {
  const cell = { lock: settings.design === 'shared-locked' ? ('futex' as const) : null, ...settings };
  return { ...DEFAULT_CELL, ...cell };
}

/**
 * A cell for every combination of the values, each once; the first setting changes least often. Only shared-locked has
 * a lock, so that with other designs a lock is left off.
 *
 * @throws InvalidArgumentError for more combinations than a plan may have
 */
export function vary(base: Partial<Cell>, values: Values): Cell[] {
  const count = Object.values(values).reduce((product, choices) => product * (choices?.length ?? 1), 1);
  if (count > MAX_CELLS) throw tooManyCells(count);
  let combinations = [base];
  for (const [setting, choices] of Object.entries(values)) {
    if (choices === undefined) continue;
    combinations = combinations.flatMap(settings =>
      choices.map(value => ({ ...settings, [setting]: value })),
    );
  }
  return distinct(
    combinations.map(({ lock, ...others }) =>
      cellOf(others.design === 'shared-locked' && lock ? { ...others, lock } : others),
    ),
  );
}

/** The cells without those that stood there already. */
export function distinct(cells: readonly Cell[]): Cell[] {
  return [...new Map(cells.map(cell => [cellKey(cell), cell])).values()];
}

export function tooManyCells(count: number): InvalidArgumentError {
  return new InvalidArgumentError(
    `The plan has ${count} cells; at most ${MAX_CELLS} are possible. Vary fewer settings at a time.`,
  );
}
