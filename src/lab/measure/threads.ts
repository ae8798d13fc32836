import { parentPort, type Transferable, Worker } from 'node:worker_threads';
import type { ThreadEnd } from './ends.js';
import type { Order } from './order.js';

/** What every thread of a run is told. */
export interface ThreadTask {
  readonly order: Order;
  /** Which of its role. */
  readonly index: number;
  readonly phases: SharedArrayBuffer;
  readonly end: ThreadEnd['end'];
}

/** What a thread says, in this order. */
type News<T> = { readonly ready: true } | { readonly report: T };

/** A producer or consumer, as the run sees it. */
export class RunThread<T> {
  readonly name: string;
  readonly ready: Promise<void>;
  readonly report: Promise<T>;
  /** Rejects when the thread dies. */
  readonly died: Promise<never>;
  readonly #worker: Worker;

  constructor(file: URL, name: string, task: ThreadTask, transfer: readonly Transferable[]) {
    const worker = new Worker(file, { workerData: task, transferList: [...transfer], name });
    this.name = name;
    this.#worker = worker;
    this.ready = new Promise(resolve => {
      worker.on('message', (news: News<T>) => 'ready' in news && resolve());
    });
    this.report = new Promise(resolve => {
      worker.on('message', (news: News<T>) => 'report' in news && resolve(news.report));
    });
    this.died = new Promise((_, reject) => {
      worker.once('error', error => reject(new Error(`${name} died: ${error.message}`)));
      worker.once('exit', code => code !== 0 && reject(new Error(`${name} ended with code ${code}`)));
    });
    this.died.catch(() => {}); // raced against where somebody waits
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** The thread's side: prepares, says so, runs, and says what came out. */
export async function runThread<T>(prepare: () => Promise<() => Promise<T>>): Promise<void> {
  const port = parentPort!;
  // Keeps the event loop alive, which a pending Atomics.waitAsync does not.
  port.on('message', () => {});
  const run = await prepare();
  port.postMessage({ ready: true });
  const report = await run();
  port.postMessage({ report });
  port.close();
}
