import { READS, WRITES } from './step-kinds.js';

/** What a thread did last to a location: the four kinds of accesses that a later one may race with. */
const PLAIN_READ = 0;
const PLAIN_WRITE = 1;
const ATOMIC_READ = 2;
const ATOMIC_WRITE = 3;
const KINDS = 4;

/**
 * Happens-before of one execution, by vector clocks, and the data races in it.
 *
 * The edges are ECMAScript's (section Memory Model): an atomic read that takes its value from an atomic write
 * synchronises with it; so do a wait and the notify that ends it, and the end of a thread and whoever saw it. Two accesses
 * of one location by different threads are a race if one of them writes, not both are atomic, and no chain of edges and
 * program order leads from one to the other.
 *
 * Of the edges between waits and notifies of one location that the specification has beside (its critical sections), only
 * the one from a notify to the thread that it woke is counted: fewer edges report more, never less.
 */
export class HappensBefore {
  readonly #threads: number;
  /** For each thread: for each thread, the last step of it that is known to lie before. */
  readonly #clocks: Int32Array[];
  /** The clock of the last atomic write of each location. */
  readonly #released: Int32Array[] = [];
  /** The last steps at each location: thread by thread, the four kinds. */
  readonly #steps: Int32Array[] = [];
  /** The execution in which the two above were used last. */
  readonly #used: number[] = [];
  #execution = 0;

  constructor(threads: number) {
    this.#threads = threads;
    this.#clocks = Array.from({ length: threads }, () => new Int32Array(threads));
  }

  /** Forgets the last execution. */
  begin(): void {
    this.#execution++;
    for (const clock of this.#clocks) clock.fill(0);
  }

  #prepare(location: number): void {
    if (this.#used[location] === this.#execution) return;
    if (this.#used[location] === undefined) {
      this.#released[location] = new Int32Array(this.#threads);
      this.#steps[location] = new Int32Array(this.#threads * KINDS);
    } else {
      this.#released[location]!.fill(0);
      this.#steps[location]!.fill(0);
    }
    this.#used[location] = this.#execution;
  }

  /**
   * An access of `location` at step `step` (from 0).
   *
   * @returns the earlier step that it races with, or -1
   */
  access(thread: number, step: number, location: number, mode: number, atomic: boolean): number {
    this.#prepare(location);
    const clock = this.#clocks[thread]!;
    const steps = this.#steps[location]!;
    const released = this.#released[location]!;
    if (atomic && (mode & READS) !== 0) join(clock, released);
    clock[thread] = step + 1;
    let race = -1;
    for (let other = 0; other < this.#threads; other++) {
      if (other === thread) continue;
      const at = other * KINDS;
      const known = clock[other]!;
      let latest = steps[at + PLAIN_WRITE]!;
      if (!atomic) latest = Math.max(latest, steps[at + ATOMIC_WRITE]!);
      if ((mode & WRITES) !== 0) {
        latest = Math.max(latest, steps[at + PLAIN_READ]!);
        if (!atomic) latest = Math.max(latest, steps[at + ATOMIC_READ]!);
      }
      if (latest > known) race = latest - 1;
    }
    const mine = thread * KINDS;
    if ((mode & READS) !== 0) steps[mine + (atomic ? ATOMIC_READ : PLAIN_READ)] = step + 1;
    if ((mode & WRITES) !== 0) {
      steps[mine + (atomic ? ATOMIC_WRITE : PLAIN_WRITE)] = step + 1;
      // A plain write that is read atomically without a race lies before by other edges: it releases nothing.
      if (atomic) released.set(clock);
    }
    return race;
  }

  /** What `earlier` did until now lies before what `later` does from now on. */
  order(earlier: number, later: number): void {
    join(this.#clocks[later]!, this.#clocks[earlier]!);
  }
}

function join(clock: Int32Array, other: Int32Array): void {
  for (let i = 0; i < clock.length; i++) if (other[i]! > clock[i]!) clock[i] = other[i]!;
}
