import type { Element, ModelledView } from './modelled-memory.js';

/** True if what a location holds is what an operand says, in the type of the view. */
export function sameElement(view: ModelledView, held: unknown, operand: unknown): boolean {
  return asElement(view, operand) === held;
}

/** A number as the view's arrays would hold it. */
export function asElement({ target }: ModelledView, value: unknown): Element {
  const scratch = SCRATCH.get(target.constructor) ?? newScratch(target.constructor);
  scratch[0] = value as number;
  return scratch[0];
}

/** An array of one element a constructor: writing to it converts a number as the constructor's arrays do. */
const SCRATCH = new Map<unknown, number[]>();

function newScratch(Constructor: unknown): number[] {
  const scratch = new (Constructor as Int32ArrayConstructor)(1) as unknown as number[];
  SCRATCH.set(Constructor, scratch);
  return scratch;
}
