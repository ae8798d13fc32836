import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Message } from '../../client/message.js';
import type { Session } from '../../client/session.js';
import { now } from '../../comparison/clock.js';
import type { Flow } from '../../comparison/flow.js';
import { BrokerClosedError } from '../../errors.js';
import { type Cell, ENVELOPE_BYTES } from '../cell.js';
import { ROUTE } from './broker-outbox.js';
import { busy } from './busy.js';
import type { Observer } from './observer.js';
import { POLL_INTERVAL } from './pauses.js';
import { fillerOf, type Tally } from './tally.js';

/** A consumer of the broker's queue. */
export class BrokerInbox {
  readonly #cell: Cell;
  readonly #session: Session;
  readonly #flow: Flow;
  readonly #tally: Tally;
  readonly #observer: Observer;
  readonly #workRounds: number;
  readonly #onFirst: () => void;
  /** Where it says how many it received. */
  readonly #progress: Int32Array;
  #state = 1;
  #uncounted = 0;
  /** Fewer where it does not see that nothing is left: what many consumers do not count must not hold the producers. */
  readonly #countEvery: number;

  constructor(
    cell: Cell,
    session: Session,
    flow: Flow,
    tally: Tally,
    observer: Observer,
    workRounds: number,
    progress: Int32Array,
    onFirst: () => void,
  ) {
    this.#progress = progress;
    this.#cell = cell;
    this.#session = session;
    this.#flow = flow;
    this.#tally = tally;
    this.#observer = observer;
    this.#workRounds = workRounds;
    this.#onFirst = onFirst;
    this.#countEvery =
      cell.wait === 'event-loop' || cell.wait === 'poll' ? Math.min(16, flow.batch) : flow.batch;
  }

  /** Asks for messages. @returns what receives them until the broker closes */
  async open(): Promise<() => Promise<void>> {
    const { wait, ring, design, consumers } = this.#cell;
    if (wait === 'pull') return () => this.#pull();
    const ringBytes = design === 'queue-per-consumer' ? brokerRing(ring, consumers) : undefined;
    const consumer = await this.#session.consume(ROUTE, {
      noAck: true,
      inPlace: true,
      ...(ringBytes === undefined ? {} : { ringBytes }),
    });
    const take = (message: Message) => this.#take(message);
    switch (wait) {
      case 'event-loop':
        return () => consumer.listen(take);
      case 'poll':
        return () => consumer.poll(take, { interval: POLL_INTERVAL });
      case 'spin':
        return async () => {
          while (!consumer.ended) {
            const message = consumer.tryReceive();
            if (message === undefined) this.#count();
            else this.#take(message);
          }
        };
      case 'block':
        return async () => {
          for (;;) {
            let message = consumer.tryReceive();
            if (message === undefined) {
              this.#count();
              message = consumer.receive();
              if (message === undefined) return;
            }
            this.#take(message);
          }
        };
    }
  }

  /** Receives what `open` asked for; the end of the broker is the end. */
  async run(receive: () => Promise<void>): Promise<void> {
    try {
      await receive();
    } catch (error) {
      if (!(error instanceof BrokerClosedError)) throw error;
    }
  }

  async #pull(): Promise<void> {
    for (;;) {
      const message = await this.#session.get(ROUTE, { noAck: true });
      if (message !== undefined) this.#take(message);
      else this.#count();
      await nextTurn();
    }
  }

  #take(message: Message): void {
    const tally = this.#tally;
    if (tally.received === 0) this.#onFirst();
    const { body, rate } = this.#cell;
    if (rate !== null) this.#observer.look(tally.received);
    else this.#observer.lookAfter(1, tally.received);
    const sequence = message.int32At(0);
    const producer = message.int32At(4);
    tally.take(
      producer,
      sequence,
      body === ENVELOPE_BYTES ? fillerOf(producer, sequence) : message.int32At(body - 4),
    );
    if (rate !== null && tally.measuring) tally.recordLatency(now() - message.float64At(8));
    if (this.#workRounds > 0) this.#state = busy(this.#workRounds, this.#state);
    this.#progress[0] = tally.received; // a plain store: whoever reads it looks again until it is right
    if (++this.#uncounted >= this.#countEvery) this.#count();
  }

  #count(): void {
    if (this.#uncounted > 0) this.#flow.receive(this.#uncounted, 0);
    this.#uncounted = 0;
    this.#observer.lookSoon();
  }
}

/** Bytes of one consumer's ring in the broker, which has a least one. */
export function brokerRing(bytes: number, rings: number): number {
  return Math.max(1 << 14, 2 ** Math.floor(Math.log2(bytes / rings)));
}
