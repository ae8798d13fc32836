/**
 * What one thread did at a queue. Plain fields of that thread's own: counting shares nothing, so it adds no contention.
 * All of them only grow; whoever wants a period takes the difference.
 */
export class QueueCounters {
  /** Tries to claim a frame or slot: compare-exchanges on TAIL by a writer, on HEAD by a reader. */
  claims = 0;
  /** Those of them that failed: another thread had moved it before, or closed the queue. */
  failedClaims = 0;
  /** Times that it went to sleep in `Atomics.wait` or `waitAsync`. */
  sleeps = 0;
  /** Calls of `Atomics.notify`. */
  wakes = 0;
  /** Those of them that woke somebody. */
  wakesNeeded = 0;

  /** Counts a call of `Atomics.wait` by its answer: it did not sleep if the word was another one already. */
  waited(answer: ReturnType<typeof Atomics.wait>): void {
    if (answer !== 'not-equal') this.sleeps++;
  }

  /** Counts a call of `Atomics.waitAsync`. The promise, or undefined if it would not have slept. */
  waitedAsync(wait: ReturnType<typeof Atomics.waitAsync>): Promise<unknown> | undefined {
    if (!wait.async) return undefined;
    this.sleeps++;
    return wait.value;
  }

  /** Counts a call of `Atomics.notify` by its answer. */
  notified(woken: number): void {
    this.wakes++;
    if (woken > 0) this.wakesNeeded++;
  }
}
