import { InvalidArgumentError } from 'commander';

/** Reads an option that is a number of things. */
export function parseCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw new InvalidArgumentError('It must be an integer from 1 to 1000.');
  }
  return count;
}

/** Reads an option that names some of `known`, separated by commas. `kind` says what they are: 'row'. */
export function namesAmong(kind: string, known: readonly string[]): (value: string) => string[] {
  return value => {
    const names = value.split(',');
    for (const name of names) {
      if (known.includes(name)) continue;
      throw new InvalidArgumentError(`There is no ${kind} '${name}'. They are ${known.join(', ')}.`);
    }
    return names;
  };
}
