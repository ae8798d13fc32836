import { CELL } from '../memory/layout.js';
import type { Lock, Waits } from './lock.js';

/** int32s of a thread's node. */
export const McsNode = {
  /** Id of the thread that comes next; 0: none has said so. */
  NEXT: 0,
  /** 1 while the thread must wait. */
  WAITING: 1,
} as const;

/**
 * An MCS lock: a queue of the threads that want it, each of which looks at a word of its own. John Mellor-Crummey and
 * Michael Scott, "Algorithms for Scalable Synchronization on Shared-Memory Multiprocessors", ACM TOCS 9(1), 1991,
 * section 2.4.
 *
 *     TAIL                        ┌───────────────────────────────────────────────┐
 *     id of the last in line: 5 ──┘                                               ▼
 *     ┌ node of 3 ──────┐      ┌ node of 1 ──────┐      ┌ node of 5 ──────┐
 *     │ NEXT 1          │ ───▶ │ NEXT 5          │ ───▶ │ NEXT 0          │      3 has the lock,
 *     │ WAITING 0       │      │ WAITING 1       │      │ WAITING 1       │      1 and 5 wait
 *     └─────────────────┘      └─────────────────┘      └─────────────────┘
 *
 *     acquire   put oneself into TAIL; if somebody was there, tell it, and look at one's own WAITING until it is 0
 *     release   clear WAITING of the next; if there is none, take oneself out of TAIL
 *
 * Good at: fairness, the order is that of TAIL; and many waiters. A release touches the cache line of one thread, where the
 * ticket lock's is in the hands of all.
 * Bad at: being cheap, with three atomic operations and a node for each thread; and threads that outnumber cores, for the
 * same reason as the ticket lock.
 *
 * A thread that is terminated with the lock, or while it waits for it, stops all that come after it, for ever.
 */
export class McsLock implements Lock {
  contended = 0;
  waits: Waits | undefined = undefined;
  readonly #words: Int32Array;
  readonly #tail: number;
  readonly #nodes: number;
  readonly #id: number;
  readonly #next: number;
  readonly #waiting: number;

  /**
   * @param words memory that all threads share
   * @param tail index of TAIL, which starts as 0
   * @param nodes index of the node of thread 1; the others follow, one cell apart
   * @param id this thread's id, from 1; no two threads have the same
   */
  constructor(words: Int32Array, tail: number, nodes: number, id: number) {
    this.#words = words;
    this.#tail = tail;
    this.#nodes = nodes;
    this.#id = id;
    this.#next = this.#nodeOf(id) + McsNode.NEXT;
    this.#waiting = this.#nodeOf(id) + McsNode.WAITING;
  }

  #nodeOf(id: number): number {
    return this.#nodes + (id - 1) * CELL;
  }

  acquire(): void {
    const words = this.#words;
    // Plain stores, here and in #queueBehind(): another thread touches the node only after it has seen this one in TAIL, or
    // in its predecessor's NEXT.
    words[this.#next] = 0;
    // pairs with the compareExchange in release(): what the last holder wrote is visible from here on
    const before = Atomics.exchange(words, this.#tail, this.#id);
    if (before !== 0) this.#queueBehind(before);
  }

  #queueBehind(before: number): void {
    const words = this.#words;
    words[this.#waiting] = 1;
    Atomics.store(words, this.#nodeOf(before) + McsNode.NEXT, this.#id); // pairs with the loads in release()
    // Only now: its predecessor may wait for that store.
    this.contended++;
    this.waits?.begin();
    // pairs with the store in release(): what the last holder wrote is visible from here on
    while (Atomics.load(words, this.#waiting) !== 0);
    this.waits?.end();
  }

  release(): void {
    const words = this.#words;
    // pairs with the store in #queueBehind()
    // mutant drop: equivalent, the compareExchange finds that somebody came, and then it is loaded again
    let next = Atomics.load(words, this.#next);
    if (next === 0) {
      // pairs with the exchange in acquire(): nobody came, or it fails
      if (Atomics.compareExchange(words, this.#tail, this.#id, 0) === this.#id) return;
      // Somebody is in TAIL, and about to say so.
      do
        next = Atomics.load(words, this.#next); // pairs with the store in #queueBehind()
      while (next === 0);
    }
    Atomics.store(words, this.#nodeOf(next) + McsNode.WAITING, 0); // pairs with the load in #queueBehind()
  }
}
