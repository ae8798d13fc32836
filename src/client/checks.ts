import { type FieldTable, fieldTableByteLength } from '../amqp/field-table.js';
import { InvalidArgumentError } from '../errors.js';

const encoder = new TextEncoder();

/** @throws InvalidArgumentError unless `value` is a string of at most 255 bytes in UTF-8, as AMQP's names are */
export function checkName(what: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') {
    throw new InvalidArgumentError(`${what} must be a string, not ${show(value)}.`);
  }
  if (value.length <= 85) return; // a UTF-16 unit takes at most 3 bytes
  const bytes = encoder.encode(value).length;
  if (bytes > 255) {
    throw new InvalidArgumentError(
      `${what} has ${bytes} bytes in UTF-8; at most 255 are possible (AMQP 0-9-1, short string). Shorten it.`,
    );
  }
}

/** @throws InvalidArgumentError unless `value` is a plain object with no other keys than `known` */
export function checkOptions(what: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidArgumentError(`${what} must be an object, not ${show(value)}.`);
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) {
      throw new InvalidArgumentError(`${what}: there is no option '${key}'. Known are ${known.join(', ')}.`);
    }
  }
}

/** @throws InvalidArgumentError unless `value` is an integer from `least` to `most` */
export function checkInteger(what: string, value: unknown, least: number, most: number): void {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
    throw new InvalidArgumentError(
      `${what} must be an integer from ${least} to ${most}, not ${show(value)}.`,
    );
  }
}

/** @throws InvalidArgumentError unless `value` is a number of milliseconds, or undefined: without end */
export function checkTimeout(what: string, value: unknown): void {
  if (value !== undefined && !(typeof value === 'number' && value >= 0)) {
    throw new InvalidArgumentError(`${what} must be a number of milliseconds from 0, not ${show(value)}.`);
  }
}

/** @throws InvalidArgumentError unless `value` is a power of two from `least` to `most` */
export function checkPowerOfTwo(what: string, value: unknown, least: number, most: number): void {
  checkInteger(what, value, least, most);
  if (!Number.isInteger(Math.log2(value as number))) {
    throw new InvalidArgumentError(
      `${what} must be a power of two from ${least} to ${most}, not ${show(value)}.`,
    );
  }
}

/** @throws InvalidArgumentError unless `value` is one of `known` */
export function checkOneOf(what: string, value: unknown, known: readonly unknown[]): void {
  if (!known.includes(value)) {
    throw new InvalidArgumentError(`${what} must be one of ${known.join(', ')}, not ${show(value)}.`);
  }
}

/** @throws InvalidArgumentError unless `value` is a boolean, or undefined: left out */
export function checkFlag(what: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') {
    throw new InvalidArgumentError(`${what} must be a boolean, not ${show(value)}.`);
  }
}

/** @throws InvalidArgumentError unless `value` is a table as AMQP has them (type `F`), or undefined: left out */
export function checkTable(what: string, value: unknown): void {
  if (value === undefined) return;
  checkOptions(what, value, Object.keys(value ?? {}));
  fieldTableByteLength(value as FieldTable, what); // looks at every value, and how deep they lie
}

/** @throws InvalidArgumentError unless `codec` has the function `method`, or is undefined: left out */
export function checkCodec(codec: unknown, method: 'encode' | 'decode'): void {
  if (codec === undefined) return;
  if (typeof codec !== 'object' || codec === null) {
    throw new InvalidArgumentError(`codec must be an object, not ${show(codec)}.`);
  }
  checkFunction(`codec.${method}`, (codec as Record<string, unknown>)[method]);
}

/** @throws InvalidArgumentError unless `value` is a function */
export function checkFunction(what: string, value: unknown): void {
  if (typeof value !== 'function')
    throw new InvalidArgumentError(`${what} must be a function, not ${show(value)}.`);
}

/** A value as an error message shows it. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? 'an array' : `an object (${value.constructor?.name ?? 'no class'})`;
  }
  return typeof value === 'function' ? 'a function' : String(value);
}
