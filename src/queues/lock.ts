/** Mutual exclusion between threads. One instance belongs to one thread; all share the same words of memory. */
export interface Lock {
  /** How often acquire() found the lock taken. */
  readonly contended: number;
  /** Is told of each of these waits. */
  waits?: Waits | undefined;
  /** Blocks this thread until it holds the lock. Not reentrant. */
  acquire(): void;
  /** Gives the lock back. Only its holder may call this. */
  release(): void;
}

/**
 * A lock that names its holder, so that it can be taken from a thread that died. The others stay taken for ever then, and
 * whoever waits for them spins until its thread is terminated, too. So threads that use one of them are ended in good
 * order, or all at once. Closing a ring lets nobody out of such a wait; it needs no lock itself.
 */
export interface RobustLock extends Lock {
  /**
   * Gives the lock back in the name of a holder that died. Of several callers exactly one succeeds.
   *
   * @returns true if `deadOwner` held the lock.
   */
  recover(deadOwner: number): boolean;
}

/** Who wants to know how long a thread waits for a lock. Called only where it was taken: what is free costs nothing more. */
export interface Waits {
  begin(): void;
  end(): void;
}

/** How a reader or a writer uses the lock of its ring. */
export interface LockOptions {
  /** How often to look before sleeping. For the futex mutex; the others do not sleep. */
  spins?: number | undefined;
  /**
   * True if the thread with this owner id is known to have ended. Asked by a thread that waits unusually long. For the
   * futex mutex: the others do not know their holder.
   */
  isDead?: ((owner: number) => boolean) | undefined;
  /** Puts another lock around the ring's own, such as one that takes times. Called once; default: nothing around it. */
  wrap?: ((lock: Lock) => Lock) | undefined;
}
