import { fifoQueue, operation, type Scenario } from '../../explore/index.js';

/*
 * A queue for several writers and one reader, as it is written first.
 *
 * A writer claims the next slot by adding 1 to the tail, so that no two writers have the same one. Then it writes its value
 * there. The reader compares its head with the tail: if the tail is further, there is something to read.
 *
 * But between the claim and the write a slot is claimed and still empty. A reader that comes at that moment takes the zero
 * in it for a value, and the value that is written afterwards is never read. That every access is atomic does not help: each
 * one is, the two together are not.
 *
 * The mend: the tail tells writers where to go, and tells the reader nothing. What tells the reader that a value is there is
 * the slot itself, which is written last.
 *
 *     tail | slot 0 | slot 1        0 in a slot: nothing there
 */

const TAIL = 0;
const FIRST_SLOT = 1;
const CAPACITY = 2;

/** Values are positive; each queue is used for CAPACITY of them, so that places are never used again. */
class Queue {
  readonly words: Int32Array;
  #head = 0;

  constructor(words: Int32Array) {
    this.words = words;
  }

  enqueue(value: number): boolean {
    const slot = Atomics.add(this.words, TAIL, 1);
    Atomics.store(this.words, FIRST_SLOT + slot, value);
    return true;
  }

  /** Undefined if the queue is empty. */
  dequeue(): number | undefined {
    if (this.#head === Atomics.load(this.words, TAIL)) return undefined;
    return Atomics.load(this.words, FIRST_SLOT + this.#head++);
  }
}

class MendedQueue extends Queue {
  #next = 0;

  override dequeue(): number | undefined {
    if (this.#next === CAPACITY) return undefined;
    const value = Atomics.load(this.words, FIRST_SLOT + this.#next);
    if (value === 0) return undefined;
    this.#next++;
    return value;
  }
}

/** Two writers, a value each, and a reader that asks twice. */
function scenario(name: string, Design: typeof Queue, emptyWhileEnqueueing: boolean): Scenario<Int32Array> {
  const write = (value: number) => (words: Int32Array) =>
    operation('enqueue', [value], () => new Design(words).enqueue(value));
  return {
    name,
    setup: () => new Int32Array(new SharedArrayBuffer(4 * (FIRST_SLOT + CAPACITY))),
    threads: {
      'writer 1': write(11),
      'writer 2': write(22),
      reader: words => {
        const queue = new Design(words);
        operation('dequeue', [], () => queue.dequeue());
        operation('dequeue', [], () => queue.dequeue());
      },
    },
    linearizable: fifoQueue({ emptyWhileEnqueueing }),
  };
}

export const broken = scenario('a slot is claimed before it is written', Queue, true);

export const mended = scenario('a slot tells by itself that it is written', MendedQueue, true);

/**
 * The mended queue is no queue in the strict sense. Writer 1 claims slot 0 and pauses; writer 2 fills slot 1, and its call
 * returns. The reader finds slot 0 empty and answers "empty", though a value is in the queue for good. All queues of this
 * kind do so (Dmitry Vyukov's bounded one too). Who uses them must allow it, and so must the specification.
 */
export const strict = scenario('the mended queue, held to the strict specification', MendedQueue, false);
