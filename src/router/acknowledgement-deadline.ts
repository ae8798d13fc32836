import type { Clock } from './clock.js';
import type { Deliveries } from './deliveries.js';
import type { Timer, Timers } from './timers.js';

/** Looks at a consumer are this much apart, as a part of its timeout. */
const LOOKS = 8;

/**
 * Closes a consumer that does not acknowledge in time (RabbitMQ, "Delivery Acknowledgement Timeout"). No time is kept
 * for each message: a look notes which message was the last, and what was sent before a look that is a timeout ago is
 * overdue. So a delivery is found overdue at most an eighth of the timeout late.
 */
export class AcknowledgementDeadline {
  readonly #deliveries: Deliveries;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #timeout: number;
  readonly #overdue: () => void;
  readonly #looks: { at: number; last: number }[] = [];
  #timer: Timer | undefined;

  /**
   * @param timeout milliseconds
   * @param overdue told when the oldest delivery is not settled in time
   */
  constructor(
    deliveries: Deliveries,
    parts: { clock: Clock; timers: Timers },
    timeout: number,
    overdue: () => void,
  ) {
    this.#deliveries = deliveries;
    this.#clock = parts.clock;
    this.#timers = parts.timers;
    this.#timeout = timeout;
    this.#overdue = overdue;
  }

  /** Begins to look, unless it does already: something was delivered. */
  watch(): void {
    if (this.#timer !== undefined) return;
    this.#looks.length = 0;
    this.#plan(this.#clock.now);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#timers.cancel(this.#timer);
    this.#timer = undefined;
  }

  #plan(now: number): void {
    this.#looks.push({ at: now, last: this.#deliveries.last });
    this.#timer = this.#timers.schedule(now + this.#timeout / LOOKS, this.#look);
  }

  readonly #look = (now: number): void => {
    this.#timer = undefined;
    const { oldest } = this.#deliveries;
    if (oldest === undefined) return;
    while (this.#looks[1] !== undefined && now - this.#looks[1].at >= this.#timeout) this.#looks.shift();
    const { at, last } = this.#looks[0]!;
    if (now - at >= this.#timeout && ((oldest - last) | 0) <= 0) this.#overdue();
    else this.#plan(now);
  };
}
