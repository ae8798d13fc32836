import type { Run, ThreadRecord } from '../results.js';

/** Parts of a time; together they are 1. */
export type Shares = readonly number[];

export type Role = ThreadRecord['role'];

/**
 * Of the time of all threads of a role, in all the runs: on a core, ready and waiting for one, asleep. Null if a part was
 * not measured, or there is no such thread.
 */
export function timeShares(runs: readonly Run[], role: Role): Shares | null {
  const threads = runs.flatMap(run => run.threads.filter(thread => thread.role === role));
  const seconds = sum(threads.map(thread => thread.seconds));
  const core = sumIfAll(threads.map(thread => thread.cpuSeconds));
  const ready = sumIfAll(threads.map(thread => thread.runQueueSeconds));
  return core === null || ready === null ? null : partsOf(seconds, [core, ready]);
}

/** Of the time of all threads that take the lock, in all the runs: with it, waiting for it, neither. Null without a lock. */
export function lockShares(runs: readonly Run[]): Shares | null {
  const threads = runs.flatMap(run => run.threads.filter(thread => thread.lock !== null));
  const seconds = sum(threads.map(thread => thread.seconds));
  const held = sum(threads.map(thread => thread.lock!.holdSeconds));
  const waited = sum(threads.map(thread => thread.lock!.waitSeconds));
  return partsOf(seconds, [held, waited]);
}

/** Whole percents that add up to 100: those with the largest fractions are rounded up. */
export function wholePercents(shares: Shares): number[] {
  const percents = shares.map(share => Math.floor(share * 100));
  const byFraction = shares
    .map((share, index) => ({ index, fraction: share * 100 - percents[index]! }))
    .sort((a, b) => b.fraction - a.fraction);
  const missing = 100 - sum(percents);
  for (const { index } of byFraction.slice(0, missing)) percents[index]!++;
  return percents;
}

/**
 * The parts and the rest. Kernel and clock count differently, so that parts can be a little more than the whole: then they
 * are all there is.
 */
function partsOf(whole: number, parts: readonly number[]): Shares | null {
  if (whole <= 0) return null;
  const all = Math.max(whole, sum(parts));
  const shares = parts.map(part => part / all);
  return [...shares, Math.max(0, 1 - sum(shares))];
}

function sumIfAll(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null);
  return known.length === values.length ? sum(known) : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
