import type { QueueCounters } from '../memory/counters.js';

/** Mutual exclusion between threads. One instance belongs to one thread; all share one word of memory. */
export interface Lock {
  /** Blocks this thread until it holds the lock. Not reentrant. */
  acquire(): void;
  /** Gives the lock back. Only its holder may call this. */
  release(): void;
  /**
   * Gives the lock back in the name of a holder that died. Of several callers exactly one succeeds.
   *
   * @returns true if `deadOwner` held the lock.
   */
  recover(deadOwner: number): boolean;
}

export interface LockOptions {
  /** How often to look before sleeping. */
  spins?: number | undefined;
  /** True if the thread with this owner id is known to have ended. Asked by a thread that waits unusually long. */
  isDead?: ((owner: number) => boolean) | undefined;
  /** Where this thread's sleeps and wake-ups are counted. */
  counters?: QueueCounters | undefined;
}
