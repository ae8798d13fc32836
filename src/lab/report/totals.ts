import type { Run, ThreadRecord } from '../results.js';

/** What the threads of some runs counted, added up. Null where no thread has the counter. */
export interface Totals {
  /** That consumers received in their windows. */
  readonly messages: number;
  readonly cpuSeconds: number | null;
  readonly claims: number | null;
  readonly failedClaims: number | null;
  readonly acquisitions: number | null;
  readonly contended: number | null;
  readonly timedHolds: number | null;
  readonly lockWaitSeconds: number | null;
  readonly lockHoldSeconds: number | null;
  readonly sleeps: number | null;
  readonly wakes: number | null;
  readonly wakesNeeded: number | null;
  readonly spuriousWakes: number | null;
  readonly voluntarySwitches: number | null;
  readonly involuntarySwitches: number | null;
}

export function totalsOf(runs: readonly Run[]): Totals {
  const threads = runs.flatMap(run => run.threads);
  const total = (counter: (thread: ThreadRecord) => number | null | undefined): number | null => {
    const counts = threads.map(counter).filter(count => count !== null && count !== undefined);
    return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
  };
  return {
    messages: total(thread => (thread.role === 'consumer' ? thread.messages : null)) ?? 0,
    cpuSeconds: total(thread => thread.cpuSeconds),
    claims: total(thread => thread.claims),
    failedClaims: total(thread => thread.failedClaims),
    acquisitions: total(thread => thread.lock?.acquisitions),
    contended: total(thread => thread.lock?.contended),
    timedHolds: total(thread => thread.lock?.timed),
    lockWaitSeconds: total(thread => thread.lock?.waitSeconds),
    lockHoldSeconds: total(thread => thread.lock?.holdSeconds),
    sleeps: total(thread => thread.sleeps),
    wakes: total(thread => thread.wakes),
    wakesNeeded: total(thread => thread.wakesNeeded),
    spuriousWakes: total(thread => thread.spuriousWakes),
    voluntarySwitches: total(thread => thread.voluntarySwitches),
    involuntarySwitches: total(thread => thread.involuntarySwitches),
  };
}

/** Null if a part is not known, or the whole is nothing. */
export function quotient(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}
