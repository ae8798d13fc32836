import { InvalidScheduleError } from './errors.js';
import type { Strategy } from './machine.js';
import { lowest } from './search.js';

/** Follows a given schedule, then goes on with whoever went last. */
export class GivenSchedule implements Strategy {
  readonly #threads: readonly number[];
  readonly #text: string;
  #step = 0;
  #last = 0;

  /** @param text the schedule as it was given, for errors */
  constructor(threads: readonly number[], text: string) {
    this.#threads = threads;
    this.#text = text;
  }

  choose(enabled: number): number {
    const step = this.#step++;
    const given = this.#threads[step];
    if (given === undefined) {
      if ((enabled & (1 << this.#last)) === 0) this.#last = lowest(enabled);
      return this.#last;
    }
    if ((enabled & (1 << given)) === 0) {
      throw new InvalidScheduleError(
        this.#text,
        `step ${step + 1} is thread ${given}'s, which cannot go on there`,
      );
    }
    this.#last = given;
    return given;
  }

  stepped(): void {}
}

/**
 * Chooses at random: how often a thread is switched away from, too, differs from execution to execution, because many faults
 * need few switches at the right places.
 */
export class RandomSchedule implements Strategy {
  readonly #random: () => number;
  #stay = 0;
  #last = -1;

  /** @param random numbers from 0 (included) to 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  begin(): void {
    this.#stay = [0, 0.5, 0.8, 0.95][Math.floor(this.#random() * 4)]!;
    this.#last = -1;
  }

  choose(enabled: number): number {
    if (this.#last >= 0 && (enabled & (1 << this.#last)) !== 0 && this.#random() < this.#stay)
      return this.#last;
    let skip = Math.floor(this.#random() * count(enabled));
    let rest = enabled;
    for (; skip > 0; skip--) rest &= rest - 1;
    this.#last = lowest(rest);
    return this.#last;
  }

  stepped(): void {}
}

/** A generator of random numbers from 0 (included) to 1 that a seed determines (mulberry32, Tommy Ettinger). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function count(bits: number): number {
  let set = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) set++;
  return set;
}
