import type { RecordableHistogram } from 'node:perf_hooks';
import { type Transferable, Worker } from 'node:worker_threads';
import type { ConsumerNews } from './consume.js';
import type { Design } from './designs.js';
import type { Fault } from './fault.js';
import type { FlowMemory } from './flow.js';
import type { PublisherTask } from './publish.js';
import type { TallyReport, TallyWork } from './tally.js';
import type { Work } from './work.js';

/** What a design is built for. */
export interface RigOptions {
  readonly design: Design;
  readonly work: Work;
  readonly publishers: number;
  /** Of each queue. */
  readonly consumers: number;
  readonly flow: FlowMemory;
  readonly latency: RecordableHistogram;
  readonly fault?: Fault | undefined;
}

/** A design, ready to be run: everything between the publishers' tasks and the consumers' reports. */
export interface Rig {
  /** Module that a publisher's thread runs, and its task. */
  readonly publisherFile: URL;
  publisherTask(publisher: number): { task: PublisherTask; transferList: Transferable[] };
  readonly consumers: readonly ConsumerThread[];
  /** Rejects when a thread of the design dies. */
  readonly failed: Promise<never>;
  /** Ends the design, once every publisher is done: consumers receive what is left, and end. */
  close(): Promise<void>;
  /** Ends what did not end by itself. */
  terminate(): Promise<void>;
}

/** A consumer's thread, as the run sees it. */
export class ConsumerThread {
  readonly worker: Worker;
  readonly ready: Promise<void>;
  readonly ended: Promise<TallyReport>;
  /** Called when its queue has received every message of the pass. */
  onDone: () => void = () => {};

  constructor(file: URL, workerData: unknown, transferList: Transferable[] = []) {
    const worker = new Worker(file, { workerData, transferList, name: 'consumer' });
    this.worker = worker;
    this.ready = new Promise(resolve => {
      worker.on('message', (news: ConsumerNews) => news.news === 'ready' && resolve());
    });
    this.ended = new Promise(resolve => {
      worker.on('message', (news: ConsumerNews) => news.news === 'ended' && resolve(news.report));
    });
    worker.on('message', (news: ConsumerNews) => news.news === 'done' && this.onDone());
  }
}

/** Rejects with the first error of a thread, or when one ends that should not have. */
export function failureOf(
  workers: readonly { readonly worker: Worker; readonly name: string }[],
): Promise<never> {
  const failed = new Promise<never>((_, reject) => {
    for (const { worker, name } of workers) {
      worker.on('error', error => reject(new Error(`the thread of a ${name} died: ${error.message}`)));
      worker.on('exit', code => {
        if (code !== 0) reject(new Error(`the thread of a ${name} ended with code ${code}`));
      });
    }
  });
  failed.catch(() => {}); // raced against where somebody waits
  return failed;
}

/** What consumers must know of the work. */
export function tallyWork(options: RigOptions, queue: number): TallyWork {
  const { keys, bindings, bindingOfKey } = options.work;
  return { queue, publishers: options.publishers, keys, bindings, bindingOfKey };
}
