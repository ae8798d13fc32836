import { ClosedError, PreconditionFailedError } from '../errors.js';
import { NO_ROOM } from '../memory/record-queue.js';
import { ADDRESS_SHIFT, HEADER_INT32S, Outcome, RecordType, SETTLE_BYTES } from '../records/record.js';
import type { Outgoing } from './outgoing.js';

/** Words of a SETTLE or TAKEN record. */
const WORDS = (HEADER_INT32S + SETTLE_BYTES / 4) >>> 1;
/** Settled messages after which they are sent, if the prefetch is no reason to do it sooner. */
const MOST_GATHERED = 256;

/**
 * What one consumer received and did not settle, and what it settled and the router does not know yet. Both sides
 * number the messages from 1. Contiguous messages with the same outcome travel as one range: acknowledging costs a
 * part of a record.
 */
export class Acknowledgements {
  /** Number of the last message received. */
  received = 0;
  readonly #outgoing: Outgoing;
  readonly #consumer: number;
  /** Settled messages after which they are sent, so that the router has credit to go on before the consumer is idle. */
  readonly #batch: number;
  /** All messages up to here are settled, and those in `#ahead`. */
  #floor = 0;
  readonly #ahead = new Set<number>();
  /** The range that grows; none if #gathered is 0. */
  #outcome: Outcome = Outcome.ACK;
  #milliseconds = 0;
  #first = 0;
  #last = 0;
  /** Ranges that are complete and not written: {outcome, milliseconds, first, last} each. */
  readonly #ranges: number[] = [];
  #gathered = 0;
  #settled: () => void = nobody;

  /** @param prefetch messages that the consumer may have unsettled; 0: any number */
  constructor(outgoing: Outgoing, consumer: number, prefetch: number) {
    this.#outgoing = outgoing;
    this.#consumer = consumer;
    this.#batch = prefetch === 0 ? MOST_GATHERED : Math.min(MOST_GATHERED, Math.max(1, prefetch >>> 2));
  }

  /** Messages received and not settled. */
  get unsettled(): number {
    return ((this.received - this.#floor) | 0) - this.#ahead.size;
  }

  /** Number of the last message that was received and is not settled. Only while there are any. */
  get lastUnsettled(): number {
    let number = this.received;
    while (this.#ahead.has(number)) number = (number - 1) | 0;
    return number;
  }

  /** True if nothing can be settled any more: the session is closed, or the broker. */
  get closed(): boolean {
    return this.#outgoing.closed || this.#outgoing.writer.closed;
  }

  /** Calls `settled` once when something is settled, or nothing will be. */
  onceSettled(settled: () => void): void {
    this.#settled = settled;
  }

  /** Calls whoever waits for something to be settled. */
  wake(): void {
    this.#settled();
    this.#settled = nobody;
  }

  isSettled(number: number): boolean {
    return ((number - this.#floor) | 0) <= 0 || this.#ahead.has(number);
  }

  /**
   * Settles message `number`, with `multiple` all before it as well.
   *
   * @param milliseconds of RETRY: when it goes back to its queue
   * @throws PreconditionFailedError if it is settled already, ClosedError if the session is closed
   */
  settle(outcome: Outcome, number: number, multiple: boolean, milliseconds = 0): void {
    if (this.#outgoing.closed) throw new ClosedError('session');
    if (this.isSettled(number)) {
      throw new PreconditionFailedError(
        `Message ${number} of consumer ${this.#consumer} is settled already. Acknowledge or reject each message once.`,
      );
    }
    const first = multiple ? (this.#floor + 1) | 0 : number;
    this.#mark(number, multiple);
    this.#gather(outcome, milliseconds, first, number);
    if (this.#settled !== nobody) this.wake();
  }

  #mark(number: number, multiple: boolean): void {
    if (!multiple && number !== ((this.#floor + 1) | 0)) {
      this.#ahead.add(number);
      return;
    }
    if (multiple && this.#ahead.size > 0) {
      for (const ahead of this.#ahead) if (((ahead - number) | 0) <= 0) this.#ahead.delete(ahead);
    }
    this.#floor = number;
    while (this.#ahead.size > 0 && this.#ahead.delete((this.#floor + 1) | 0))
      this.#floor = (this.#floor + 1) | 0;
  }

  #gather(outcome: Outcome, milliseconds: number, first: number, last: number): void {
    if (this.#gathered === 0) {
      this.#outgoing.gather(this);
    } else if (
      first === ((this.#last + 1) | 0) &&
      outcome === this.#outcome &&
      milliseconds === this.#milliseconds
    ) {
      this.#last = last;
      this.#count();
      return;
    } else {
      this.#ranges.push(this.#outcome, this.#milliseconds, this.#first, this.#last);
    }
    this.#outcome = outcome;
    this.#milliseconds = milliseconds;
    this.#first = first;
    this.#last = last;
    this.#count();
  }

  #count(): void {
    // If the router's mailbox is full, they go with the next ones.
    if (++this.#gathered % this.#batch === 0) this.#outgoing.flush();
  }

  /** Writes what was gathered into the session's batch; false if there is no room for all of it. */
  write(): boolean {
    if (this.#gathered === 0) return true;
    const ranges = this.#ranges;
    let written = 0;
    for (; written < ranges.length; written += 4) {
      const [outcome, milliseconds, first, last] = ranges.slice(written, written + 4) as [
        Outcome,
        ...number[],
      ];
      if (!this.#write(outcome, milliseconds!, first!, last!)) break;
    }
    if (written > 0) ranges.splice(0, written);
    if (ranges.length > 0) return false;
    if (!this.#write(this.#outcome, this.#milliseconds, this.#first, this.#last)) return false;
    this.#gathered = 0;
    return true;
  }

  #write(outcome: Outcome, milliseconds: number, first: number, last: number): boolean {
    return this.#record(RecordType.SETTLE | (outcome << ADDRESS_SHIFT), milliseconds, first, last);
  }

  /**
   * Tells the router that `count` records were taken out of a shared ring, where the first has the number `inRing`;
   * blocks until it is written: before that, nobody may see them.
   */
  take(inRing: number, count: number): void {
    const first = (this.received + 1) | 0;
    while (!this.#record(RecordType.TAKEN, first, inRing, count)) this.#outgoing.writer.awaitSpace();
    this.#outgoing.flushBlocking();
  }

  #record(tag: number, second: number, third: number, fourth: number): boolean {
    const at = this.#outgoing.reserveRequest(WORDS);
    if (at === NO_ROOM) return false;
    const { words } = this.#outgoing.writer;
    words[at] = SETTLE_BYTES;
    words[at + 1] = tag;
    words[at + 2] = this.#consumer;
    words[at + 3] = second;
    words[at + 4] = third;
    words[at + 5] = fourth;
    return true;
  }
}

function nobody(): void {}

/** What a message that needs no acknowledgement answers to one. */
export function notTracked(): PreconditionFailedError {
  return new PreconditionFailedError(
    'This message is not to be acknowledged: it was consumed with noAck: true, and counts as done.',
  );
}
