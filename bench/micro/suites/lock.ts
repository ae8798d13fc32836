import { CELL } from '../../../src/memory/layout.js';
import type { Lock } from '../../../src/queues/lock.js';
import { McsLock } from '../../../src/queues/mcs-lock.js';
import { Mutex } from '../../../src/queues/mutex.js';
import { SpinLock } from '../../../src/queues/spin-lock.js';
import { TicketLock } from '../../../src/queues/ticket-lock.js';
import { repeated, TIMES } from '../repeated.js';
import { type Step, TimedSuite } from '../timed-suite.js';

/** The first word of a lock. A second one lies in the next cell. */
const FIRST = 0;
const SECOND = CELL;

/** Each kind of lock, and below it its atomic operations alone. */
export const suite = new TimedSuite('acquire and release, with nobody else there', 'critical section', {
  'futex mutex': () => locking(words => new Mutex(words, FIRST, 1)),
  'futex mutex, its 2 atomic operations alone': repeated(
    words => Atomics.compareExchange(words, FIRST, 0, 2) === 0 && Atomics.exchange(words, FIRST, 0) === 2,
  ),
  'spin lock': () => locking(words => new SpinLock(words, FIRST)),
  'spin lock, its 2 alone': repeated(words => {
    const free = Atomics.exchange(words, FIRST, 1) === 0;
    Atomics.store(words, FIRST, 0);
    return free;
  }),
  'ticket lock': () => locking(words => new TicketLock(words, FIRST, SECOND)),
  'ticket lock, its 3 alone': repeated(words => {
    const ticket = Atomics.add(words, FIRST, 1);
    const called = Atomics.load(words, SECOND) === ticket;
    Atomics.store(words, SECOND, (ticket + 1) | 0);
    return called;
  }),
  'MCS lock': () => locking(words => new McsLock(words, FIRST, SECOND, 1)),
  'MCS lock, its 3 alone': repeated(
    words =>
      Atomics.exchange(words, FIRST, 1) === 0 &&
      Atomics.load(words, SECOND) === 0 &&
      Atomics.compareExchange(words, FIRST, 1, 0) === 1,
  ),
});

function locking(make: (words: Int32Array) => Lock): Step {
  const words = new Int32Array(new SharedArrayBuffer(2 * CELL * 4));
  const lock = make(words);
  /** What the lock protects. */
  let entered = 0;
  return {
    units: TIMES,
    run() {
      const before = entered;
      for (let i = 0; i < TIMES; i++) {
        lock.acquire();
        entered++;
        lock.release();
      }
      return entered - before;
    },
    check: times => times === TIMES && lock.contended === 0,
  };
}
