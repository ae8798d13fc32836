import { contentAt, copyInt32s, Outcome } from '../records/record.js';
import type { AcknowledgementDeadline } from './acknowledgement-deadline.js';
import type { LargeBodies } from './large-bodies.js';
import type { MessageQueue } from './message-queue.js';
import type { SegmentPool } from './segment-pool.js';
import { bodyBytes, isLarge, META_INT32S, storedInt32s } from './stored-message.js';
import { UnackedLog } from './unacked-log.js';

/**
 * What one consumer was sent, or one session got, and did not settle. Messages are numbered from 1; the consumer
 * counts them too, and settles them by these numbers, in ranges.
 */
export class Deliveries {
  readonly queue: MessageQueue;
  /** Number of the last message. */
  last = 0;
  /** Bytes of the bodies that are not settled, if `countsBytes`. */
  bytes = 0;
  countsBytes = false;
  deadline: AcknowledgementDeadline | undefined;
  readonly #log: UnackedLog;
  readonly #bodies: LargeBodies;
  /** Unsettled messages whose bodies lie in pages. */
  #large = 0;
  /** Where the range of REQUEUE, REJECT and RETRY goes. */
  #outcome: Outcome = Outcome.ACK;
  #milliseconds = 0;
  /** False: the messages never reached the consumer's code, and none of its deliveries failed. */
  #failed = true;
  #moveTo: Deliveries | undefined;

  constructor(queue: MessageQueue, pool: SegmentPool, bodies: LargeBodies) {
    this.queue = queue;
    this.#log = new UnackedLog(pool);
    this.#bodies = bodies;
  }

  /** Messages that are not settled. */
  get length(): number {
    return this.#log.length;
  }

  /** Memory in which add() found room. */
  get words(): Int32Array {
    return this.#log.words;
  }

  get oldest(): number | undefined {
    return this.#log.oldest;
  }

  /** Room for the next message, in its stored form; its number is `last` then. Call added() when it is written. */
  add(int32s: number): number {
    this.last = (this.last + 1) | 0;
    return this.#log.reserve(this.last, int32s);
  }

  added(at: number): void {
    const words = this.#log.words;
    if (isLarge(words, at)) this.#large++;
    if (this.countsBytes) this.bytes += bodyBytes(words, at);
    this.queue.unacknowledged++;
    if (this.#log.length === 1) this.deadline?.watch();
  }

  /**
   * Settles the messages `first` to `last` that are not settled yet.
   *
   * @param milliseconds of RETRY: when the message goes back to its queue
   */
  settle(outcome: Outcome, first: number, last: number, milliseconds: number): void {
    const plain = outcome === Outcome.ACK && this.#large === 0 && !this.countsBytes;
    this.#outcome = outcome;
    this.#milliseconds = milliseconds;
    this.#failed = true;
    const settled = this.#log.settle(first, last, plain ? undefined : this);
    this.queue.unacknowledged -= settled;
    if (outcome === Outcome.ACK) this.queue.acknowledged += settled;
  }

  /** Messages from `first` on go back to the queue: they were sent, but the consumer's code never saw them. */
  returnFrom(first: number): void {
    this.returnRange(first, this.last);
  }

  /** The same for the messages `first` to `last`. */
  returnRange(first: number, last: number): void {
    this.#outcome = Outcome.REQUEUE;
    this.#failed = false;
    this.queue.unacknowledged -= this.#log.settle(first, last, this);
  }

  /** Gives the messages `first` to `last` to another consumer, which numbers them anew. */
  moveTo(target: Deliveries, first: number, last: number): void {
    this.#moveTo = target;
    const moved = this.#log.settle(first, last, this);
    this.queue.unacknowledged -= moved; // not in one: the target has added them meanwhile
    this.#moveTo = undefined;
  }

  /** All that is not settled goes back to the queue. */
  requeueAll(): void {
    const { oldest } = this.#log;
    if (oldest !== undefined) this.settle(Outcome.REQUEUE, oldest, this.last, 0);
  }

  /** Forgets all that is not settled: its queue is gone. */
  drop(): void {
    const { oldest } = this.#log;
    if (oldest !== undefined) this.settle(Outcome.ACK, oldest, this.last, 0);
  }

  /** One message of settle(). @internal */
  settled(words: Int32Array, at: number): void {
    const record = at + META_INT32S;
    const large = isLarge(words, at);
    if (large) this.#large--;
    if (this.countsBytes) this.bytes -= bodyBytes(words, at);
    if (this.#moveTo !== undefined) {
      const int32s = storedInt32s(words, at);
      const to = this.#moveTo.add(int32s);
      copyInt32s(words, at, this.#moveTo.words, to, int32s);
      this.#moveTo.added(to);
      return;
    }
    switch (this.#outcome) {
      case Outcome.ACK:
        if (large) this.#bodies.release(words[contentAt(words, record)]!);
        break;
      case Outcome.REQUEUE:
        this.queue.requeue(words, at, this.#failed);
        break;
      case Outcome.REJECT:
        this.queue.reject(words, at);
        break;
      case Outcome.RETRY:
        this.queue.retry(words, at, this.#milliseconds);
        break;
    }
  }
}
