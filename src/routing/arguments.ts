import { isUtf8 } from 'node:buffer';

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
 * Maps equal values, and only those, to the same primitive. As in `rabbit_exchange_type_headers` (`match`), values
 * compare, not their types in the field table:
 *
 * - Numbers are equal whatever their width. 1 equals 1.0, because JavaScript has one type for both.
 * - Bytes are equal to a string in UTF-8, as both are binaries in Erlang. Within an array or a table they are not:
 *   Erlang has the types of the members there.
 * - 1 and "1" differ, and so do a date and a number. Two dates are equal if they lie in the same second, because an
 *   AMQP timestamp has no finer grain (AMQP 0-9-1, 4.2.5.4). RabbitMQ 3.13 and later hold the seconds of an argument
 *   against the milliseconds of a header (`routing_value` in `mc_amqpl`), so that no date equals itself.
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
      if (value instanceof Uint8Array && isUtf8(value)) return comparable(utf8Text(value));
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

function utf8Text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** A bigint as a number where a number holds the same value. */
function shortest(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isFinite(number) && BigInt(number) === value ? number : value;
}
