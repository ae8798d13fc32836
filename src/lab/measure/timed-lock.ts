import type { Lock } from '../../queues/lock.js';
import type { LockClock } from './lock-clock.js';

/** A lock whose times are taken. */
export class TimedLock implements Lock {
  readonly #lock: Lock;
  readonly #clock: LockClock;

  constructor(lock: Lock, clock: LockClock) {
    this.#lock = lock;
    this.#clock = clock;
  }

  get contended(): number {
    return this.#lock.contended;
  }

  acquire(): void {
    this.#clock.ask();
    this.#lock.acquire();
    this.#clock.grant();
  }

  release(): void {
    this.#clock.give();
    this.#lock.release();
  }
}
