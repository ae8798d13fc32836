import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../lab/duration.js';

/** Reads the text of an option's value. */
export type Read<T> = (text: string) => T;

export function integer(least: number, most: number): Read<number> {
  return text => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be an integer from ${least} to ${most}.`);
    }
    return value;
  };
}

/** From 0 on. */
export function numberUpTo(most: number): Read<number> {
  return text => {
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || value > most) {
      throw new InvalidArgumentError(`It must be a number from 0 to ${most}.`);
    }
    return value;
  };
}

/** Seconds, of `90s`, `10m` or `1h30m`. */
export function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new InvalidArgumentError('It must be a duration, as 90s, 10m or 1h30m.');
  return seconds;
}

export function oneOf<T extends string>(what: string, names: readonly T[]): Read<T> {
  return text => {
    const found = names.find(name => name === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`There is no ${what} '${text}'. Known are ${names.join(', ')}.`);
  };
}

/** Values between commas, each once. */
export function list<T>(read: Read<T>): Read<T[]> {
  return text => [...new Set(text.split(',').map(part => read(part.trim())))];
}
