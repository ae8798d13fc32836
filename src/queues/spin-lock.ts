import type { Lock, Waits } from './lock.js';

/**
 * A test-and-test-and-set lock: one int32, 0 free, 1 held. Larry Rudolph and Zary Segall, "Dynamic Decentralized Cache
 * Schemes for MIMD Parallel Processors", ISCA 1984.
 *
 *     acquire   exchange 1; whoever gets 0 for it has the lock, the others look until they see 0, and exchange again
 *     release   store 0
 *
 * Looking keeps the cache line shared. Only when the lock is given back does everyone who waits fetch it for itself.
 *
 * Good at: little contention. Two atomic operations, and whoever is awake goes on at once.
 * Bad at: many waiters, which all try at once; and fairness. There is no order: a thread that has just given the lock back
 * is the first to take it again.
 *
 * Where threads outnumber cores, a holder may lose its core: the others then burn theirs until it has it back, some
 * milliseconds later. That ends, because the system takes a core from them too. A holder that is terminated leaves the
 * lock taken for ever; a waiter that is terminated harms nobody.
 *
 * A pause between two looks, doubled up to some microseconds, is often advised (Anderson 1990). For 2 and 4 threads on 2
 * cores it made no difference that stood out of the noise, so there is none.
 */
export class SpinLock implements Lock {
  contended = 0;
  waits: Waits | undefined = undefined;
  readonly #words: Int32Array;
  readonly #index: number;

  /** @param words memory that all threads share; the word at `index` starts as 0 */
  constructor(words: Int32Array, index: number) {
    this.#words = words;
    this.#index = index;
  }

  acquire(): void {
    // pairs with the store in release(): what the last holder wrote is visible from here on
    if (Atomics.exchange(this.#words, this.#index, 1) !== 0) this.#spin();
  }

  #spin(): void {
    this.contended++;
    this.waits?.begin();
    do {
      while (Atomics.load(this.#words, this.#index) !== 0); // pairs with the store in release()
    } while (Atomics.exchange(this.#words, this.#index, 1) !== 0); // pairs with the store in release()
    this.waits?.end();
  }

  release(): void {
    Atomics.store(this.#words, this.#index, 0); // pairs with the exchange in acquire() and #spin()
  }
}
