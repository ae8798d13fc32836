import type { Lock } from '../../queues/lock.js';
import type { LockClock } from './lock-clock.js';

/** A lock whose times are taken. */
export class TimedLock implements Lock {
  readonly #lock: Lock;
  readonly #clock: LockClock;

  constructor(lock: Lock, clock: LockClock) {
    this.#lock = lock;
    this.#clock = clock;
    lock.waits = clock;
  }

  get contended(): number {
    return this.#lock.contended;
  }

  acquire(): void {
    this.#lock.acquire();
    this.#clock.hold();
  }

  release(): void {
    this.#clock.give();
    this.#lock.release();
  }
}
