import { fork } from 'node:child_process';
import type { Run } from '../results.js';
import { failedRun } from './failed-run.js';
import type { Order } from './order.js';

const FILE = new URL('../../../workers/lab-run.js', import.meta.url);
/** Seconds that a run may take besides its phases. */
const PATIENCE = 20;

/** What the process of a run says in the end. */
export type RunMessage = { readonly run: Run } | { readonly failure: string };

/**
 * Does a run in a process of its own: what it compiles, allocates and warms up is its own, and so is what it breaks. Never
 * hangs: a process that takes too long is killed. See RunInProcess.
 */
export function runInProcess(order: Order, signal?: AbortSignal): Promise<Run> {
  const startedAt = new Date().toISOString();
  signal?.throwIfAborted();
  // A terminal sends its signals to all processes of its group: of its own, this one only hears what it is told.
  const child = fork(FILE, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });
  return new Promise((resolve, reject) => {
    let run: Run | undefined;
    let fault: string | undefined;
    const kill = () => void child.kill('SIGKILL');
    const limit = order.warmUpSeconds + order.seconds + PATIENCE;
    const watchdog = setTimeout(() => {
      fault = `the run took over ${limit} s and was killed`;
      kill();
    }, limit * 1000);
    signal?.addEventListener('abort', kill, { once: true });
    child.on('message', (message: RunMessage) => {
      if ('run' in message) run = message.run;
      else fault = message.failure;
    });
    child.on('error', error => {
      fault ??= `its process could not be started: ${error.message}`;
    });
    child.on('close', (code, killedBy) => {
      clearTimeout(watchdog);
      signal?.removeEventListener('abort', kill);
      if (signal?.aborted) reject(signal.reason);
      else
        resolve(
          run ?? failedRun(order, startedAt, fault ?? `its process ended with ${killedBy ?? `code ${code}`}`),
        );
    });
    child.send(order, () => {}); // a failure to send shows in 'close'
  });
}
