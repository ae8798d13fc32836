import { isDeepStrictEqual } from 'node:util';
import { InvalidScenarioError } from './errors.js';
import type { Operation, Specification } from './scenario.js';

export interface FifoQueueOptions {
  /** Elements that the queue holds at most (default: any number). */
  capacity?: number;
  /**
   * `dequeue` may answer undefined while an enqueue is in flight, even if the queue holds elements: the enqueue has its
   * place in front of them, and has not filled it. So it is in Dmitry Vyukov's bounded queue (1024cores.net, "Bounded MPMC
   * queue") and in all others that claim a place and commit it later. A refused enqueue excuses nothing.
   */
  emptyWhileEnqueueing?: boolean;
  /**
   * `enqueue` may answer false while a dequeue is in flight, even if the queue holds less than its capacity: the dequeue
   * has taken its element, and has not given the place back. A dequeue that found nothing excuses nothing.
   */
  fullWhileDequeueing?: boolean;
}

/**
 * First in, first out: the running example of Herlihy & Wing, "Linearizability: A Correctness Condition for Concurrent
 * Objects", 1990. Their Deq waits on an empty queue; here it answers.
 *
 * - `enqueue(value)` answers true and appends the value, or answers false if the queue is full.
 * - `dequeue()` answers the oldest value and removes it, or answers undefined if the queue is empty. (So undefined is no
 *   value to enqueue.) Values are compared by their content.
 *
 * @throws InvalidScenarioError if the options contradict themselves
 */
export function fifoQueue(options: FifoQueueOptions = {}): Specification<readonly unknown[]> {
  const { capacity, emptyWhileEnqueueing = false, fullWhileDequeueing = false } = options;
  if (capacity !== undefined && !(Number.isInteger(capacity) && capacity > 0)) {
    throw new InvalidScenarioError(`The capacity of a queue is a positive integer, not ${capacity}.`);
  }
  if (fullWhileDequeueing && capacity === undefined) {
    throw new InvalidScenarioError(
      'A queue without a capacity is never full: fullWhileDequeueing needs one.',
    );
  }
  const limit = capacity ?? Number.POSITIVE_INFINITY;

  function enqueue(queue: readonly unknown[], call: Operation, concurrent: readonly Operation[]) {
    if (call.result === true || neverReturned(call)) {
      return queue.length < limit ? [[...queue, call.arguments[0]]] : [];
    }
    const mayRefuse = queue.length === limit || (fullWhileDequeueing && concurrent.some(takesPlace));
    return call.result === false && mayRefuse ? [queue] : [];
  }

  function dequeue(queue: readonly unknown[], call: Operation, concurrent: readonly Operation[]) {
    if (neverReturned(call)) return queue.length > 0 ? [queue.slice(1)] : [];
    if (call.result === undefined) {
      return queue.length === 0 || (emptyWhileEnqueueing && concurrent.some(fillsPlace)) ? [queue] : [];
    }
    return queue.length > 0 && same(queue[0], call.result) ? [queue.slice(1)] : [];
  }

  return {
    initial: [],
    next(queue, call, concurrent) {
      if (call.name === 'enqueue') return enqueue(queue, call, concurrent);
      if (call.name === 'dequeue') return dequeue(queue, call, concurrent);
      throw unknownOperation('fifoQueue', 'enqueue and dequeue', call);
    },
  };
}

function fillsPlace(call: Operation): boolean {
  return call.name === 'enqueue' && call.result !== false;
}

function takesPlace(call: Operation): boolean {
  return call.name === 'dequeue' && (call.result !== undefined || neverReturned(call));
}

/** Who holds a mutex: the thread, and what it is called in acquire() and recover(). */
export interface MutexHolder {
  thread: string;
  id: unknown;
}

/**
 * Mutual exclusion, in the manner of Herlihy & Wing 1990: a call is given by the states before and after it. The mutex is
 * not recursive.
 *
 * - `acquire(id)` is possible while nobody holds the mutex. `id` is what recover() calls the thread (default: its name).
 * - `release()` is possible for the thread that acquired it. What acquire and release answer is not looked at.
 * - `recover(id)` releases it in the place of a dead holder; it answers true if `id` held it, otherwise false.
 */
export function mutex(): Specification<MutexHolder | null> {
  return {
    initial: null,
    next(holder, call) {
      const { thread } = call;
      switch (call.name) {
        case 'acquire':
          return holder === null ? [{ thread, id: call.arguments[0] ?? thread }] : [];
        case 'release':
          return holder?.thread === thread ? [null] : [];
        case 'recover': {
          const held = holder !== null && same(holder.id, call.arguments[0]);
          return neverReturned(call) || call.result === held ? [held ? null : holder] : [];
        }
        default:
          throw unknownOperation('mutex', 'acquire, release and recover', call);
      }
    },
  };
}

/**
 * One value that is read and written as a whole: the register of Herlihy & Wing 1990, with the compare-and-set of Herlihy,
 * "Wait-Free Synchronization", 1991.
 *
 * - `read()` answers the value. Values are compared by their content.
 * - `write(value)` replaces it. What it answers is not looked at.
 * - `compareAndSet(expected, value)` answers true and replaces the value if that is `expected`, otherwise answers false.
 */
export function register(initial: unknown): Specification {
  return {
    initial,
    next(value, call) {
      switch (call.name) {
        case 'read':
          return neverReturned(call) || same(value, call.result) ? [value] : [];
        case 'write':
          return [call.arguments[0]];
        case 'compareAndSet': {
          const matches = same(value, call.arguments[0]);
          return neverReturned(call) || call.result === matches ? [matches ? call.arguments[1] : value] : [];
        }
        default:
          throw unknownOperation('register', 'read, write and compareAndSet', call);
      }
    },
  };
}

function neverReturned(call: Operation): boolean {
  return call.returned === Number.POSITIVE_INFINITY;
}

/** Numbers, nearly always: those are not worth the call. */
function same(a: unknown, b: unknown): boolean {
  return a === b || isDeepStrictEqual(a, b);
}

function unknownOperation(specification: string, known: string, call: Operation): InvalidScenarioError {
  return new InvalidScenarioError(
    `The specification ${specification} has ${known}, but thread '${call.thread}' called '${call.name}'. ` +
      'Name the operation so, or write a specification that has it.',
  );
}
