import type { Lock, Waits } from './lock.js';

/**
 * A ticket lock: two int32s. Whoever comes takes a number and waits until it is called. John Mellor-Crummey and Michael
 * Scott, "Algorithms for Scalable Synchronization on Shared-Memory Multiprocessors", ACM TOCS 9(1), 1991, section 2.2.
 *
 *     NEXT      the next number to be taken       7
 *     SERVING   the number that has the lock      4     5 and 6 wait
 *
 * Both count up and wrap at 2^32; free is NEXT = SERVING.
 *
 * Good at: fairness. Threads get the lock in the order in which they took their numbers, whatever happens then.
 * Bad at: being cheap, with three atomic operations where two would do; many waiters, which all look at one word; and
 * threads that outnumber cores. The lock goes to the next number even if that thread has no core, and everyone else burns
 * theirs until it has: a hand-over then takes turns of the scheduler. For 4 threads on 2 cores that is 0.1 to 0.3 ms on
 * average, and 10 and more for 9 threads, where a lock without an order goes on with whoever runs.
 *
 * A thread that is terminated with the lock, or while it waits for it, stops all that come after it, for ever.
 */
export class TicketLock implements Lock {
  contended = 0;
  waits: Waits | undefined = undefined;
  readonly #words: Int32Array;
  readonly #next: number;
  readonly #serving: number;
  /** The number of this thread. */
  #ticket = 0;

  /**
   * @param words memory that all threads share
   * @param next index of NEXT; both words start as 0
   * @param serving index of SERVING; in another cell, so that taking a number does not disturb those who look
   */
  constructor(words: Int32Array, next: number, serving: number) {
    this.#words = words;
    this.#next = next;
    this.#serving = serving;
  }

  acquire(): void {
    // pairs with itself in other threads: each number is taken once
    const ticket = Atomics.add(this.#words, this.#next, 1);
    this.#ticket = ticket;
    // pairs with the store in release(): what the last holder wrote is visible from here on
    if (Atomics.load(this.#words, this.#serving) !== ticket) this.#spin(ticket);
  }

  #spin(ticket: number): void {
    this.contended++;
    this.waits?.begin();
    while (Atomics.load(this.#words, this.#serving) !== ticket); // pairs with the store in release()
    this.waits?.end();
  }

  release(): void {
    // Only the holder writes SERVING, so it need not add. Pairs with the loads in acquire() and #spin().
    Atomics.store(this.#words, this.#serving, (this.#ticket + 1) | 0);
  }
}
