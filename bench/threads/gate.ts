import { parentPort } from 'node:worker_threads';

/**
 * A measuring thread says `ready`, waits until every other one is, then runs `work`, and answers with what it returns.
 * Whoever started it terminates it.
 */
export async function atTheGate<T>(work: () => T | Promise<T>): Promise<void> {
  const port = parentPort!;
  const opened = new Promise(resolve => port.once('message', resolve));
  port.postMessage('ready');
  await opened;
  port.postMessage({ result: await work() });
}

/** Milliseconds on a clock that all threads of the process share. */
export function sharedNow(): number {
  return performance.timeOrigin + performance.now();
}
