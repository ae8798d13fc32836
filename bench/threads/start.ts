import { type MessagePort, Worker } from 'node:worker_threads';

export interface ThreadToRun {
  /** Module of this folder, without its extension. */
  file: string;
  data: unknown;
  /** Ports within `data` that move to the thread. */
  ports?: MessagePort[];
}

/** Starts a thread of bench/threads/ for each entry of `data`, opens the gate when all are ready, and gathers results. */
export async function runThreads<T>(threads: ThreadToRun[]): Promise<T[]> {
  const workers = threads.map(
    ({ file, data, ports = [] }) =>
      new Worker(new URL(`./${file}.js`, import.meta.url), { workerData: data, transferList: ports }),
  );
  const failed = new Promise<never>((_, reject) => {
    for (const worker of workers) worker.once('error', reject);
  });
  const ready = workers.map(worker => new Promise(resolve => worker.once('message', resolve)));
  await Promise.race([Promise.all(ready), failed]);
  const results = workers.map(
    worker => new Promise<T>(resolve => worker.once('message', ({ result }) => resolve(result))),
  );
  for (const worker of workers) worker.postMessage('go');
  try {
    return await Promise.race([Promise.all(results), failed]);
  } finally {
    await Promise.all(workers.map(worker => worker.terminate()));
  }
}
