import type { Operation, Specification } from './scenario.js';

/** A set of calls is the bits of one small integer. */
const MAX_OPERATIONS = 31;

/**
 * True if some order of the calls, one after the other, is one that `specification` allows and in which no call stands
 * before one that had returned when it was invoked (Herlihy & Wing, "Linearizability: A Correctness Condition for
 * Concurrent Objects", 1990, definition of linearizability). A call that never returned stands in that order or does not.
 *
 * The search is Wing & Gong's ("Testing and Verifying Concurrent Objects", 1993), with Lowe's addition ("Testing for
 * Linearizability", 2017): the same calls in another order that lead to the same state are not tried again.
 *
 * @throws RangeError for more than 31 calls
 */
export function isLinearizable(history: readonly Operation[], specification: Specification): boolean {
  if (history.length > MAX_OPERATIONS) {
    throw new RangeError(
      `The history has ${history.length} calls, and at most ${MAX_OPERATIONS} can be checked for linearizability. ` +
        'Let the threads of the scenario make fewer calls through operation().',
    );
  }
  return new OrderSearch(history, specification).reachesEnd(0, specification.initial);
}

class OrderSearch {
  readonly #history: readonly Operation[];
  readonly #specification: Specification;
  /** Of each call: the set of those that had returned when it was invoked. */
  readonly #before: number[] = [];
  /** Of each call: those that overlap with it, once asked for. */
  readonly #concurrent: (readonly Operation[])[] = [];
  /** The set of calls that returned. */
  #returned = 0;
  /**
   * States from which the search failed, by the set of calls that led there. Filled on the way back, so that a history
   * which the first order explains (nearly all of them) costs no keys.
   */
  #deadEnds: Map<number, Set<unknown>> | undefined;

  constructor(history: readonly Operation[], specification: Specification) {
    this.#history = history;
    this.#specification = specification;
    for (let i = 0; i < history.length; i++) {
      const invoked = history[i]!.invoked;
      let before = 0;
      for (let j = 0; j < history.length; j++) if (history[j]!.returned < invoked) before |= 1 << j;
      this.#before.push(before);
      if (history[i]!.returned !== Number.POSITIVE_INFINITY) this.#returned |= 1 << i;
    }
  }

  /** True if the calls that are not in the set `done` can follow, in some order, on `state`. */
  reachesEnd(done: number, state: unknown): boolean {
    if ((this.#returned & ~done) === 0) return true;
    if (this.#deadEnds?.get(done)?.has(keyOf(state))) return false;
    const history = this.#history;
    for (let i = 0; i < history.length; i++) {
      if ((done & (1 << i)) !== 0 || (this.#before[i]! & ~done) !== 0) continue;
      const states = this.#specification.next(state, history[i]!, this.#concurrentWith(i));
      for (let s = 0; s < states.length; s++) {
        if (this.reachesEnd(done | (1 << i), states[s])) return true;
      }
    }
    this.#rememberDeadEnd(done, state);
    return false;
  }

  #concurrentWith(index: number): readonly Operation[] {
    const known = this.#concurrent[index];
    if (known !== undefined) return known;
    const { invoked, returned } = this.#history[index]!;
    const concurrent: Operation[] = [];
    for (let i = 0; i < this.#history.length; i++) {
      const other = this.#history[i]!;
      if (i !== index && other.invoked <= returned && invoked <= other.returned) concurrent.push(other);
    }
    this.#concurrent[index] = concurrent;
    return concurrent;
  }

  #rememberDeadEnd(done: number, state: unknown): void {
    this.#deadEnds ??= new Map();
    const states = this.#deadEnds.get(done);
    if (states === undefined) this.#deadEnds.set(done, new Set([keyOf(state)]));
    else states.add(keyOf(state));
  }
}

/** The same for states with equal JSON. Strings are quoted, so that none is the JSON of an object. */
function keyOf(state: unknown): unknown {
  return typeof state === 'object' || typeof state === 'string' ? JSON.stringify(state, withBigints) : state;
}

/** JSON has no bigints, but the elements of a BigInt64Array are. */
function withBigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { bigint: String(value) } : value;
}
