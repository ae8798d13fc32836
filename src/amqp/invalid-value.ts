import { inspect } from 'node:util';
import { InvalidArgumentError } from '../errors.js';

/** Where a value stands: the name of the argument, then the field names and array positions down to it. */
export type Path = (string | number)[];

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Makes the error for the value at `path`, as in `headers.limits[2] is -1n. Give …`. */
export function invalidValue(path: Path, value: unknown, remedy: string): InvalidArgumentError {
  let where = '';
  for (const step of path) {
    if (typeof step === 'number') where += `[${step}]`;
    else if (where === '') where = step;
    else where += IDENTIFIER.test(step) ? `.${step}` : `[${shown(step)}]`;
  }
  return new InvalidArgumentError(`${where} is ${shown(value)}. ${remedy}`);
}

/** A value as an error message shows it, on one line. */
export function shown(value: unknown): string {
  return inspect(value, {
    depth: 0,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 3,
    maxStringLength: 60,
    customInspect: false, // a message must not run the code of the value it complains about
  });
}
