import { z } from 'zod';
import { InvalidArgumentError } from '../errors.js';
import { type Cell, cellKey, cellSchema } from './cell.js';
import { reasonAgainst } from './impossible.js';
import { cellOf, distinct, type Values, vary } from './vary.js';

/**
 * A plan of one's own, as `ringmq lab custom FILE` takes it: JSON with cells that are written out, settings that are
 * varied, or both. A setting that is not given has its default (`DEFAULT_CELL` in vary.ts).
 *
 *     {
 *       "base": { "body": 256, "work": 500 },
 *       "cells": [{ "design": "message-port", "batch": 1 }],
 *       "vary": { "design": ["queue-per-consumer", "shared-locked"], "producers": [1, 2, 4] }
 *     }
 *
 * `base` are settings of all cells. `vary` makes a cell for every combination of its values, here 2 x 3; of those, only
 * the ones of shared-locked have a lock. `docs/lab/plan.schema.json` is made from this file.
 */
const settings = z.strictObject(cellSchema.shape).partial();

const values = z
  .strictObject(
    Object.fromEntries(
      Object.entries(cellSchema.shape).map(([name, schema]) => [name, z.array(schema).min(1)]),
    ),
  )
  .partial();

export const planFileSchema = z
  .strictObject({
    $schema: z.string().optional().describe('for editors'),
    base: settings.optional().describe('settings of all cells'),
    cells: z.array(settings).min(1).optional().describe('cells, one by one'),
    vary: values.optional().describe('values of settings: a cell for every combination of them'),
  })
  .refine(plan => plan.cells !== undefined || plan.vary !== undefined, 'It needs "cells", "vary" or both.');

/** What the schema lets through. */
interface PlanFile {
  readonly base?: Partial<Cell>;
  readonly cells?: readonly Partial<Cell>[];
  readonly vary?: Values;
}

/**
 * The cells of a plan of one's own.
 *
 * @throws InvalidArgumentError that says where in the file what is wrong
 */
export function cellsOfFile(text: string, refused = reasonAgainst): Cell[] {
  const { base = {}, cells = [], vary: varied } = parse(text);
  const writtenOut = cells.map((cell, index) => [`cells[${index}]`, cellOf({ ...base, ...cell })] as const);
  const combined = varied === undefined ? [] : vary(base, varied);
  const all = [...writtenOut, ...combined.map(cell => [`vary (${cellKey(cell)})`, cell] as const)];
  for (const [place, cell] of all) {
    const reason = refused(cell);
    if (reason !== undefined) throw new InvalidArgumentError(`${place}: ${reason}`);
  }
  return distinct(all.map(([, cell]) => cell));
}

function parse(text: string): PlanFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`It is not JSON: ${(error as Error).message.replace(/\s+/g, ' ')}`);
  }
  const { data, error } = planFileSchema.safeParse(json);
  if (data !== undefined) return data as PlanFile;
  const { path, message } = error.issues[0]!;
  throw new InvalidArgumentError(path.length === 0 ? message : `${z.core.toDotPath(path)}: ${message}`);
}
