import * as threads from 'node:worker_threads';
import type { LockClock } from './lock-clock.js';

/** The part of Node's LockManager that is used; Node 20's types do not know it. */
interface Locks {
  request<T>(name: string, callback: () => T | Promise<T>): Promise<T>;
}

const NAME = 'ringmq-lab';

/** Node's own locks between threads: `worker_threads.locks`, since 24.5. Without them, no cell asks for them. */
const locks = (threads as { locks?: Locks }).locks;

/** One lock of the Web Locks API, which threads ask for on their event loops. */
export class WebLock {
  readonly #clock: LockClock;

  constructor(clock: LockClock) {
    this.#clock = clock;
  }

  /** Does `action` with the lock. */
  with<T>(action: () => T): Promise<T> {
    const clock = this.#clock;
    clock.begin(); // it does not say whether the lock was free: every time counts
    return locks!.request(NAME, () => {
      clock.end();
      clock.hold();
      const result = action();
      clock.give();
      return result;
    });
  }
}
