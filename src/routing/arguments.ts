/**
 * A value of an AMQP 0-9-1 field table, as JavaScript holds it: what a header or a binding argument may be. It is
 * described here, and not taken from the codec, so that routing knows no wire format.
 */
export type ArgumentValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | Date
  | DecimalValue
  | readonly ArgumentValue[]
  | Arguments;

/** `digits` divided by 10 to the power of `scale`. */
interface DecimalValue {
  readonly scale: number;
  readonly digits: number;
}

/**
 * A field table: the arguments of an exchange or a binding, or the headers of a message. A name whose value is
 * undefined counts as left out.
 */
export interface Arguments {
  readonly [name: string]: ArgumentValue | undefined;
}

export const NO_ARGUMENTS: Arguments = Object.freeze({});

/** Stands for a value so that `===`, and a key of a Map, say whether two values are equal. */
export type Comparable = string | number | bigint | boolean;

/** First character of the text that stands for a value which is no primitive, and of nothing else. */
const STRUCTURED = '\0';

/**
 * Maps equal values, and only those, to the same primitive.
 *
 * Types count: 1 and "1" differ, and so do a timestamp and an integer. Numbers compare by their value, whatever
 * their width (1 equals 1n and 1.0), as Erlang's `==` has it in `rabbit_exchange_type_headers`. Two dates are equal
 * if they lie in the same second, because an AMQP timestamp has no finer grain (AMQP 0-9-1, 4.2.5.4).
 */
export function comparable(value: ArgumentValue): Comparable {
  switch (typeof value) {
    case 'string':
      // Strings stand for themselves, save the few that could be taken for a structured value.
      return value.startsWith(STRUCTURED) ? STRUCTURED + describe(value) : value;
    case 'number':
      return Number.isNaN(value) ? STRUCTURED + describe(value) : value;
    case 'bigint':
      return shortest(value);
    case 'boolean':
      return value;
    default:
      return STRUCTURED + describe(value);
  }
}

/** A text that is the same for two tables exactly if they hold equal values under equal names, in any order. */
export function identity(table: Arguments): string {
  let text = '';
  for (const name of Object.keys(table).sort()) {
    const value = table[name];
    if (value !== undefined) text += describe(name) + describe(value);
  }
  return text;
}

/** A text per value, different for different values; strings carry their length, so that none can imitate another. */
function describe(value: ArgumentValue): string {
  switch (typeof value) {
    case 'string':
      return `s${value.length}:${value}`;
    case 'number':
      return `n${value === 0 ? 0 : value};`;
    case 'bigint':
      return `n${shortest(value)};`;
    case 'boolean':
      return value ? 't' : 'f';
  }
  if (value === null) return '-';
  if (value instanceof Uint8Array) return `x${value.length}:${value.join()};`;
  if (value instanceof Date) return `d${Math.floor(value.getTime() / 1000)};`;
  if (Array.isArray(value)) return `[${value.map(describe).join('')}]`;
  // A decimal is described by its fields, as a table of the same fields would be.
  return `{${identity(value as Arguments)}}`;
}

/** A bigint as a number where a number holds the same value. */
function shortest(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isFinite(number) && BigInt(number) === value ? number : value;
}
