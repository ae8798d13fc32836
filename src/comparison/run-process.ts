import { fork } from 'node:child_process';
import type { ChildMessage, RunPlan } from './plan.js';
import type { RunResult } from './run.js';

const FILE = new URL('../../workers/comparison-run.js', import.meta.url);
/** Milliseconds without a sign of life after which the process of a run is killed. */
const SILENCE = 60_000;

/**
 * Does a run in a process of its own. Never hangs: a process that says nothing for a minute is killed.
 *
 * @returns what was measured, or why nothing was
 */
export function runInProcess(
  plan: RunPlan,
  onProgress: (done: number) => void,
  silence = SILENCE,
): Promise<RunResult | { failure: string }> {
  const child = fork(FILE, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise(resolve => {
    let outcome: RunResult | { failure: string } | undefined;
    const watchdog = setTimeout(() => {
      outcome ??= { failure: `the run gave no sign of life for ${silence / 1000} s and was killed` };
      child.kill('SIGKILL');
    }, silence);
    child.on('message', (message: ChildMessage) => {
      watchdog.refresh();
      if (message.done !== undefined) onProgress(message.done);
      if (message.result !== undefined) outcome = message.result;
      if (message.failure !== undefined) outcome = { failure: message.failure };
    });
    child.on('error', error => {
      outcome ??= { failure: `its process could not be started: ${error.message}` };
    });
    child.on('close', (code, signal) => {
      clearTimeout(watchdog);
      resolve(
        outcome ?? { failure: `its process ended with ${signal ?? `code ${code}`} before it was done` },
      );
    });
    child.send(plan, () => {}); // a failure to send shows in 'close'
  });
}
