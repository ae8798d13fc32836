import { InvalidArgumentError } from '../../errors.js';
import type { Cell, Design, LockKind } from '../cell.js';
import { distinct, vary } from '../vary.js';

/** What is to be different in the cells of a preset. */
export interface Overrides {
  readonly designs?: readonly Design[] | undefined;
  /** Of shared-locked. */
  readonly locks?: readonly LockKind[] | undefined;
  readonly producers?: readonly number[] | undefined;
  readonly consumers?: readonly number[] | undefined;
  readonly body?: readonly number[] | undefined;
  readonly batch?: readonly number[] | undefined;
  readonly work?: readonly number[] | undefined;
}

/**
 * The cells of a preset with other settings, a cell for every combination of the values given. A design that the preset
 * does not have takes the shapes of all the others.
 *
 * @throws InvalidArgumentError for locks without shared-locked
 */
export function override(cells: readonly Cell[], overrides: Overrides): Cell[] {
  const { designs, locks, ...shape } = overrides;
  return distinct(withDesigns(cells, designs, locks).flatMap(cell => vary(cell, shape)));
}

function withDesigns(cells: readonly Cell[], designs: Overrides['designs'], locks: Overrides['locks']) {
  if (designs === undefined && locks === undefined) return cells;
  const wanted = designs ?? [...new Set(cells.map(cell => cell.design))];
  if (locks !== undefined && !wanted.includes('shared-locked')) {
    throw new InvalidArgumentError('Locks go with the design shared-locked, which is not among the designs.');
  }
  return wanted.flatMap(design => {
    const own = cells.filter(cell => cell.design === design);
    if (own.length > 0 && (design !== 'shared-locked' || locks === undefined)) return own;
    const shapes = own.length > 0 ? own : cells;
    return shapes.flatMap(shape => vary({ ...shape, design }, { lock: locks }));
  });
}
