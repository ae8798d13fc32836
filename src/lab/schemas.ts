import { z } from 'zod';
import { planFileSchema } from './plan-file.js';
import { resultsSchema } from './results.js';

/** The files of the lab that other programs read or write. */
const SCHEMAS = {
  results: { title: 'results.json of the RingMQ lab', schema: resultsSchema },
  plan: { title: 'A plan for `ringmq lab custom`', schema: planFileSchema },
};

export type SchemaName = keyof typeof SCHEMAS;

export const SCHEMA_NAMES = Object.keys(SCHEMAS) as SchemaName[];

/** A JSON Schema, draft 2020-12, as text. What the lab checks beyond it, JSON Schema cannot say. */
export function schemaText(name: SchemaName): string {
  const { title, schema } = SCHEMAS[name];
  const { $schema, ...rest } = z.toJSONSchema(schema);
  return JSON.stringify({ $schema, title, ...rest }, undefined, 2);
}
