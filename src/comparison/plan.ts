import { readFileSync } from 'node:fs';
import { generatedWork } from './generated-work.js';
import { lineWork } from './line-work.js';
import type { RunOptions, RunResult } from './run.js';
import type { Work } from './work.js';

/** Where the messages come from. */
export type Source =
  | { readonly kind: 'generated'; readonly messages: number; readonly bodyBytes: number }
  | { readonly kind: 'file'; readonly path: string; readonly repeat: number };

/** A run, as the process that does it is told. */
export interface RunPlan extends RunOptions {
  readonly source: Source;
}

/** What that process says: how far it is, and in the end one of the others. */
export interface ChildMessage {
  /** From 0 to 1. */
  readonly done?: number;
  readonly result?: RunResult;
  readonly failure?: string;
}

export function workOf({ source }: { source: Source }): Work {
  return source.kind === 'generated'
    ? generatedWork(source.messages, source.bodyBytes)
    : lineWork(readFileSync(source.path), source.repeat);
}
