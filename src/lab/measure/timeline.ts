import type { Run } from '../results.js';

/** Holds of a timeline at most: more cannot be told apart in a picture. */
const HOLDS = 600;

/**
 * Who held the lock, from what each thread wrote down: the holds of all threads in the order of time, from when all of them
 * had begun to write. Null if there was no lock, or nobody held it.
 *
 * @param traces from and to of each hold, a list for each thread, in milliseconds
 */
export function timelineOf(traces: readonly Float64Array[]): Run['timeline'] {
  const begun = traces.filter(trace => trace.length > 0);
  if (begun.length === 0) return null;
  const start = Math.max(...begun.map(trace => trace[0]!));
  const holds: { thread: number; from: number; to: number }[] = [];
  for (const [thread, trace] of traces.entries()) {
    for (let at = 0; at < trace.length; at += 2) {
      if (trace[at]! >= start) holds.push({ thread, from: trace[at]! - start, to: trace[at + 1]! - start });
    }
  }
  const microseconds = (milliseconds: number) => Math.round(milliseconds * 1e6) / 1000;
  return holds
    .sort((a, b) => a.from - b.from)
    .slice(0, HOLDS)
    .map(({ thread, from, to }) => [thread, microseconds(from), microseconds(to)]);
}
