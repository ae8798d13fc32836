import { InvalidScheduleError } from './errors.js';

/**
 * Which thread made each step of an execution, and where one died: all that is needed to run it again.
 *
 *     0x4.1x2.0!1@7
 *
 * is four steps of thread 0, two of thread 1 and one of thread 0, and thread 1 dies before its access number 7.
 */
export interface Schedule {
  /** The thread of each step. */
  threads: readonly number[];
  death?: Death;
}

export interface Death {
  thread: number;
  /** The access before which it is terminated, counted in that thread. */
  access: number;
}

/** More steps than any execution has; a mistyped count shall not fill the memory. */
const MAX_STEPS = 1_000_000;

/** The replay string of a schedule. Empty for one without steps. */
export function encodeSchedule(schedule: Schedule): string {
  const { threads, death } = schedule;
  const runs: string[] = [];
  for (let start = 0; start < threads.length; ) {
    let end = start + 1;
    while (threads[end] === threads[start]) end++;
    runs.push(end - start === 1 ? `${threads[start]}` : `${threads[start]}x${end - start}`);
    start = end;
  }
  return runs.join('.') + (death === undefined ? '' : `!${death.thread}@${death.access}`);
}

/**
 * The schedule that a replay string stands for. Runs need not be as long as they could be: `0.0` is `0x2`.
 *
 * @throws InvalidScheduleError
 */
export function decodeSchedule(text: string): Schedule {
  const mark = text.indexOf('!');
  const threads = decodeRuns(text, mark < 0 ? text : text.slice(0, mark));
  return mark < 0 ? { threads } : { threads, death: decodeDeath(text, text.slice(mark + 1)) };
}

function decodeRuns(text: string, runs: string): number[] {
  const threads: number[] = [];
  if (runs === '') return threads;
  for (const run of runs.split('.')) {
    const match = /^(\d{1,9})(?:x(\d{1,9}))?$/.exec(run);
    const count = Number(match?.[2] ?? 1);
    if (match === null || count === 0) {
      throw new InvalidScheduleError(
        text,
        `'${run}' is neither a thread ('0') nor a run of its steps ('0x4')`,
      );
    }
    if (threads.length + count > MAX_STEPS) {
      throw new InvalidScheduleError(text, `with '${run}' it has more than ${MAX_STEPS} steps`);
    }
    for (let i = 0; i < count; i++) threads.push(Number(match[1]));
  }
  return threads;
}

function decodeDeath(text: string, death: string): Death {
  const match = /^(\d{1,9})@(\d{1,9})$/.exec(death);
  if (match === null) {
    throw new InvalidScheduleError(
      text,
      `'!${death}' does not say which thread dies before which access ('!1@7')`,
    );
  }
  return { thread: Number(match[1]), access: Number(match[2]) };
}
