import { readFileSync } from 'node:fs';

/** What the operating system knows of a thread since it began. Null: it does not say. */
export interface ThreadUsage {
  readonly cpuSeconds: number | null;
  /** Ready to run, and waiting for a core. */
  readonly runQueueSeconds: number | null;
  readonly voluntarySwitches: number | null;
  readonly involuntarySwitches: number | null;
}

const NOTHING: ThreadUsage = {
  cpuSeconds: null,
  runQueueSeconds: null,
  voluntarySwitches: null,
  involuntarySwitches: null,
};

/**
 * Of the thread that calls, or of thread `id` of this process. From Linux's `/proc`: `schedstat` counts nanoseconds on
 * a core and in the run queue, `status` the context switches (proc(5)). Costs some 50 microseconds. Elsewhere, and where
 * the kernel keeps no such statistics, it is null.
 */
export function threadUsage(id?: number): ThreadUsage {
  const folder = id === undefined ? '/proc/thread-self' : `/proc/self/task/${id}`;
  try {
    const [cpu, runQueue] = readFileSync(`${folder}/schedstat`, 'utf8').split(' ', 2).map(Number);
    const status = readFileSync(`${folder}/status`, 'utf8');
    return {
      cpuSeconds: cpu! / 1e9,
      runQueueSeconds: runQueue! / 1e9,
      voluntarySwitches: counter(status, 'voluntary_ctxt_switches'),
      involuntarySwitches: counter(status, 'nonvoluntary_ctxt_switches'),
    };
  } catch {
    return NOTHING;
  }
}

function counter(status: string, name: string): number | null {
  const line = new RegExp(`^${name}:\\s*(\\d+)$`, 'm').exec(status);
  return line === null ? null : Number(line[1]);
}

/** What was used between two looks. */
export function usageBetween(before: ThreadUsage, after: ThreadUsage): ThreadUsage {
  const difference = (key: keyof ThreadUsage) => {
    const [from, to] = [before[key], after[key]];
    return from === null || to === null ? null : Math.max(0, to - from);
  };
  return {
    cpuSeconds: difference('cpuSeconds'),
    runQueueSeconds: difference('runQueueSeconds'),
    voluntarySwitches: difference('voluntarySwitches'),
    involuntarySwitches: difference('involuntarySwitches'),
  };
}
