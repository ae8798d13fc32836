import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorReason } from '../system-error.js';
import { UsageError } from './usage-error.js';

/**
 * Looks whether a file can be written, before the work that is to be written there: that takes a while.
 *
 * @throws UsageError if not
 */
export function checkWritable(path: string): void {
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing?.isDirectory()) throw new Error('it is a directory');
    accessSync(existing === undefined ? dirname(path) : path, constants.W_OK);
  } catch (error) {
    throw new UsageError(`'${path}' cannot be written: ${systemErrorReason(error)}.`);
  }
}
