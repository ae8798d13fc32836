import Denque from 'denque';
import fastq from 'fastq';
import { FixedQueue } from 'piscina';
import { BATCH, type Carry, carrying, MESSAGES, singlyAndInBatches } from '../carry.js';
import { MESSAGE_INT32S, read, write } from '../message.js';
import { TimedSuite } from '../timed-suite.js';

type Message = Int32Array;

interface Queue {
  push(message: Message): unknown;
  shift(): Message | null | undefined;
}

/**
 * What stays in its thread: these queues hand references on. The bytes of a message are copied into a message of a pool,
 * read at the other end, and the message is used again.
 */
export const suite = new TimedSuite(
  'a 32-byte message in and out through the heap, by one thread',
  'message',
  {
    ...singlyAndInBatches('array, push and shift', batch => references([], batch)),
    [`array, push, then emptied as a whole, batches of ${BATCH}`]: () => carrying(emptiedArray()),
    ...singlyAndInBatches('array of fixed size, two indexes', batch => references(new FixedArray(), batch)),
    ...singlyAndInBatches('denque', batch => references(new Denque<Message>(), batch)),
    ...singlyAndInBatches('piscina FixedQueue', batch =>
      references(new FixedQueue() as unknown as Queue, batch),
    ),
    [`fastq, batches of ${BATCH}`]: () => carrying(fastqPaused()),
    ...singlyAndInBatches('denque, a new message each time', batch =>
      references(new Denque<Message>(), batch, () => new Int32Array(MESSAGE_INT32S)),
    ),
  },
);

/** Twice as many messages as are ever on the way. */
const POOL = 2 * BATCH;

/** Hands out the messages of a pool in turn. */
function pool(): (number: number) => Message {
  const messages = Array.from({ length: POOL }, () => new Int32Array(MESSAGE_INT32S));
  return number => messages[number & (POOL - 1)]!;
}

function references(queue: Queue, batch: number, message = pool()): Carry {
  return first => {
    let digest = 0;
    for (let number = first; number < first + MESSAGES; number += batch) {
      for (let i = 0; i < batch; i++) {
        const next = message(number + i);
        write(next, 0, number + i);
        queue.push(next);
      }
      for (let i = 0; i < batch; i++) digest = read(digest, queue.shift()!, 0);
    }
    return digest;
  };
}

/** The least that a queue in a thread can do: it neither grows nor notices that it is full. */
class FixedArray implements Queue {
  readonly #items: (Message | undefined)[] = new Array(POOL).fill(undefined);
  #head = 0;
  #tail = 0;

  push(message: Message): void {
    this.#items[this.#tail & (POOL - 1)] = message;
    this.#tail = (this.#tail + 1) | 0;
  }

  shift(): Message | undefined {
    const at = this.#head & (POOL - 1);
    const message = this.#items[at];
    this.#items[at] = undefined;
    this.#head = (this.#head + 1) | 0;
    return message;
  }
}

function emptiedArray(): Carry {
  const message = pool();
  const queue: Message[] = [];
  return first => {
    let digest = 0;
    for (let number = first; number < first + MESSAGES; number += BATCH) {
      for (let i = 0; i < BATCH; i++) {
        const next = message(number + i);
        write(next, 0, number + i);
        queue.push(next);
      }
      for (const next of queue) digest = read(digest, next, 0);
      queue.length = 0;
    }
    return digest;
  };
}

/**
 * fastq has no way to take something out: it calls a worker for each task, and the worker calls back. Held while a batch
 * goes in and then let go, it is a queue that calls back for each message. Singly it would call the worker at once.
 */
function fastqPaused(): Carry {
  const message = pool();
  let digest = 0;
  const queue = fastq<unknown, Message>((next, done) => {
    digest = read(digest, next, 0);
    done(null);
  }, 1);
  return first => {
    digest = 0;
    for (let number = first; number < first + MESSAGES; number += BATCH) {
      queue.pause();
      for (let i = 0; i < BATCH; i++) {
        const next = message(number + i);
        write(next, 0, number + i);
        queue.push(next);
      }
      queue.resume();
    }
    return digest;
  };
}
