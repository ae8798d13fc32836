import type { Operation } from '#explore/scenario.js';

/** A call that ran from step `invoked` to step `returned`, and answered `result`. */
export function call(
  thread: string,
  name: string,
  given: readonly unknown[],
  result: unknown,
  [invoked, returned]: readonly [number, number],
): Operation {
  return { thread, name, arguments: given, result, invoked, returned };
}

/** A call within which its thread died. */
export function unfinished(
  thread: string,
  name: string,
  given: readonly unknown[],
  invoked: number,
): Operation {
  return { thread, name, arguments: given, invoked, returned: Number.POSITIVE_INFINITY };
}
