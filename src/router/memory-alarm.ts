import type { Arena } from '../memory/arena.js';

/**
 * Holds the publishers while too much waits (RabbitMQ, "Memory Alarms"). Two marks, so that it does not flutter: it
 * goes on above the high one, and off below the low one.
 */
export class MemoryAlarm {
  readonly #arena: Arena;
  readonly #high: number;
  readonly #low: number;
  readonly #used: () => number;
  readonly #changed: (on: boolean) => void;
  #on = false;

  /**
   * @param high bytes above which publishers are held
   * @param low bytes below which they go on
   * @param used bytes that messages take now
   */
  constructor(arena: Arena, high: number, low: number, used: () => number, changed: (on: boolean) => void) {
    this.#arena = arena;
    this.#high = high;
    this.#low = low;
    this.#used = used;
    this.#changed = changed;
  }

  get on(): boolean {
    return this.#on;
  }

  /** Once a pass of the router's loop. */
  look(): void {
    const used = this.#used();
    if (this.#on ? used > this.#low : used <= this.#high) return;
    this.#on = !this.#on;
    this.#arena.memoryAlarm = this.#on;
    this.#changed(this.#on);
  }
}
