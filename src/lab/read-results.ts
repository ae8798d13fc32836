import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { InvalidArgumentError } from '../errors.js';
import { systemErrorReason } from '../system-error.js';
import { RESULTS_FORMAT, RESULTS_VERSION, type Results, resultsSchema } from './results.js';

/**
 * Reads a results.json, and checks all of it.
 *
 * @throws InvalidArgumentError if it cannot be read, is no JSON, no results file of the lab or one of another version, or
 *   is not what the schema says; then the message names the first place in the file that is not
 */
export function readResults(path: string): Results {
  const json = parse(read(path), path);
  const { format, version } = Object(json) as { format?: unknown; version?: unknown };
  if (format !== RESULTS_FORMAT) {
    throw new InvalidArgumentError(
      `'${path}' is no results file of the lab: its "format" is ${shown(format)}, not "${RESULTS_FORMAT}". ` +
        'Give a results.json that ringmq lab wrote.',
    );
  }
  if (version !== RESULTS_VERSION) {
    throw new InvalidArgumentError(
      `'${path}' has version ${shown(version)} of the results format, and this is a reader of version ` +
        `${RESULTS_VERSION}. Use the version of RingMQ that wrote it.`,
    );
  }
  const { data, error } = resultsSchema.safeParse(json);
  if (data !== undefined) return data;
  const [{ path: place, message }] = error.issues as [z.core.$ZodIssue];
  throw new InvalidArgumentError(
    `'${path}' is not as results must be, at ${z.core.toDotPath(place) || 'the top'}: ${message}`,
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InvalidArgumentError(`'${path}' cannot be read: ${systemErrorReason(error)}.`);
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The message quotes the text, lines and all.
    throw new InvalidArgumentError(
      `'${path}' is not JSON: ${(error as Error).message.replace(/\s+/g, ' ')}.`,
    );
  }
}

/** A value of the file, in a message. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}

const MOST_SHOWN = 40;
