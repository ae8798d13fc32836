import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

/** A thread of a test, and what it said. */
export interface Thread {
  readonly worker: Worker;
  /** Resolves with the message of this type, also if it came before; rejects if the thread ends without it. */
  said(type: string): Promise<Said>;
  /** Resolves when the thread has ended, with its exit code and the error that it threw. */
  readonly ended: Promise<{ code: number; error: Error | undefined }>;
}

export interface Said {
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: every fixture says something else
  [key: string]: any;
}

/**
 * Starts threads for one test, and watches over them: when the test has ended, or the time is up, they are terminated,
 * and a test that still waits for one of them fails with a message that says which.
 */
export class Threads {
  readonly #running = new Map<Thread, string>();
  readonly #watchdog: NodeJS.Timeout;
  #expired: string | undefined;

  constructor(milliseconds = 40_000) {
    this.#watchdog = setTimeout(() => {
      this.#expired = `Watchdog: these threads were still running after ${milliseconds} ms: ${[...this.#running.values()].join(', ')}`;
      console.error(this.#expired);
      void this.#terminate();
    }, milliseconds);
    onTestFinished(async () => {
      clearTimeout(this.#watchdog);
      await this.#terminate();
      if (this.#expired !== undefined) throw new Error(this.#expired);
    });
  }

  /** Starts the fixture `name` with `data`. */
  start(name: string, data: Record<string, unknown> = {}): Thread {
    const worker = new Worker(new URL(`./fixtures/${name}.mjs`, import.meta.url), {
      workerData: data,
      execArgv: [], // nothing of the test runner's: a thread as users have it
    });
    const heard: Said[] = [];
    const waiting = new Set<() => void>();
    const wake = (): void => {
      for (const look of waiting) look();
    };
    let error: Error | undefined;
    let exit: number | undefined;
    worker.on('message', (message: Said) => {
      heard.push(message);
      wake();
    });
    worker.on('error', cause => {
      error = cause as Error;
    });
    const ended = new Promise<{ code: number; error: Error | undefined }>(resolve => {
      worker.on('exit', code => {
        exit = code;
        this.#running.delete(thread);
        wake();
        resolve({ code, error });
      });
    });
    const said = (type: string): Promise<Said> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const message = heard.find(each => each.type === type);
          if (message === undefined && exit === undefined) return;
          waiting.delete(look);
          if (message !== undefined) resolve(message);
          else
            reject(
              new Error(`${name} ended with ${exit} and never said '${type}'. ${this.#expired ?? ''}`, {
                cause: error,
              }),
            );
        };
        waiting.add(look);
        look();
      });
    const thread: Thread = { worker, said, ended };
    this.#running.set(thread, name);
    return thread;
  }

  async #terminate(): Promise<void> {
    await Promise.all([...this.#running.keys()].map(thread => thread.worker.terminate()));
  }
}

/** Random numbers from a seed that the test prints, so that a failure can be repeated. */
export function seeded(name: string): () => number {
  const seed =
    process.env['SEED'] === undefined ? (Math.random() * 0x7fffffff) | 0 : Number(process.env['SEED']);
  console.log(`${name}: SEED=${seed}`);
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
