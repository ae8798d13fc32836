import { inspect } from 'node:util';
import type { SourceLine, StepKind, Violation, ViolationKind } from './scenario.js';
import { stepTexts } from './step-text.js';

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/**
 * A violation as a plain JSON value, for a program to step through.
 *
 * Values that JSON does not have: a bigint is its decimal digits as a string; Infinity and NaN are null; undefined is null
 * in an array, and elsewhere the field is left out. A typed array, Map or Set is an array, an Error is its text, and a
 * value that contains itself is text.
 */
export interface ViolationJson {
  /** Changes if a field changes its meaning or goes. */
  version: 1;
  kind: ViolationKind;
  /** What is wrong, for people. */
  message: string;
  /** The names of the threads; `thread` of a step is an index into it. */
  threads: string[];
  /** What the threads did, in the order in which they did it. Empty for `unreachable`. */
  steps: StepJson[];
  /** The `replay` of SearchOptions that runs these steps again. */
  replay: string;
  /** The calls through operation(), in the order of their invocations. */
  history: OperationJson[];
}

export interface StepJson {
  /** Index into `threads`. */
  thread: number;
  kind: StepKind;
  /** The step in words, as the printed table has it: `load b0+128 → 5`. */
  text: string;
  /** Place of an access: number of the buffer, in the order of their making, and byte in it. */
  buffer?: number;
  byteOffset?: number;
  /** What the access was given: the value stored or added, expected and new value of a compareExchange, and so on. */
  arguments?: JsonValue[];
  /** What it answered. */
  result?: JsonValue;
  /** Where the code under test made it: path or URL, number of the line from 1, and the line. */
  source?: SourceLine;
}

export interface OperationJson {
  /** Name of the thread. */
  thread: string;
  name: string;
  arguments: JsonValue[];
  /** Left out if it is undefined; whether the call has returned, `returned` tells. */
  result?: JsonValue;
  /** Index into `steps` at which the call began. */
  invoked: number;
  /** Index into `steps` at which it ended; null if it never did, because its thread died. */
  returned: number | null;
}

/** Gives JSON.stringify() what it needs; never throws, whatever calls were given or answered. */
export function violationToJson(violation: Violation): ViolationJson {
  const { kind, message, threads, steps, replay, history } = violation;
  const texts = stepTexts(violation);
  const json = {
    version: 1,
    kind,
    message,
    threads,
    steps: steps.map(({ thread, kind, buffer, byteOffset, arguments: given, result, source }, index) => {
      return {
        thread,
        kind,
        text: texts[index],
        buffer,
        byteOffset,
        arguments: given,
        result: textOfCycle(result),
        source,
      };
    }),
    replay,
    history: history.map(({ thread, name, arguments: given, result, invoked, returned }) => {
      return {
        thread,
        name,
        arguments: given.map(textOfCycle),
        result: textOfCycle(result),
        invoked,
        returned,
      };
    }),
  };
  return JSON.parse(JSON.stringify(json, toJsonValue)) as ViolationJson;
}

/** The value, or text if JSON.stringify() would throw. */
function textOfCycle(value: unknown): unknown {
  try {
    JSON.stringify(value, toJsonValue);
    return value;
  } catch {
    return inspect(value);
  }
}

/** What stands for a value that JSON.stringify() refuses, or of which it would keep nothing. */
function toJsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Map || value instanceof Set) return [...value];
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Uint8Array);
  if (value instanceof Error) return String(value);
  return value;
}
