/** Steps of a loop's body at most. */
const LONGEST_PERIOD = 16;
/** Rounds after which plain reads alone are taken to wait: code that just reads the same more than once is common. */
const PLAIN_ROUNDS = 50;

/**
 * Recognises a thread that waits in a loop: since it last changed anything it has made the same reads so many times over,
 * finding the same writes, and is about to begin with them once more. It need not run again until one of them finds
 * another write: until then it would do the same.
 *
 * The versions are counts of writes, not values: a value that was changed and changed back is a change.
 */
export class Spinning {
  readonly #rounds: number;
  readonly #locations: number[] = [];
  readonly #versions: number[] = [];
  readonly #atomic: boolean[] = [];
  /** Reads since then. */
  #count = 0;

  /** @param rounds how many times over, at least 2 */
  constructor(rounds: number) {
    this.#rounds = rounds;
  }

  /** The thread read `location`, which had been written `version` times. */
  read(location: number, version: number, atomic: boolean): void {
    this.#locations[this.#count] = location;
    this.#atomic[this.#count] = atomic;
    this.#versions[this.#count++] = version;
  }

  get empty(): boolean {
    return this.#count === 0;
  }

  /** The thread did something that others may see, or slept. */
  progress(): void {
    this.#count = 0;
  }

  /** True if a read of `location` would begin one more round. `versions` are today's. */
  waits(location: number, versions: ReadonlyArray<number | undefined>): boolean {
    const locations = this.#locations;
    const end = this.#count;
    for (let period = 1; period <= LONGEST_PERIOD && this.#rounds * period <= end; period++) {
      if (locations[end - period] !== location) continue;
      const rounds = this.#atomic.slice(end - period, end).includes(true)
        ? this.#rounds
        : Math.max(this.#rounds, PLAIN_ROUNDS);
      if (rounds * period <= end && this.#repeats(period, rounds, end, versions)) return true;
    }
    return false;
  }

  #repeats(
    period: number,
    rounds: number,
    end: number,
    versions: ReadonlyArray<number | undefined>,
  ): boolean {
    for (let i = end - (rounds - 1) * period; i < end; i++) {
      const location = this.#locations[i]!;
      const version = this.#versions[i]!;
      if (this.#locations[i - period] !== location || this.#versions[i - period] !== version) return false;
      if (location >= 0 && (versions[location] ?? 0) !== version) return false;
    }
    return true;
  }
}
