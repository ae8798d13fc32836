import { UnsupportedAccessError } from './errors.js';
import { machine } from './machine.js';
import { type AnyTypedArray, type Element, type ModelledView, viewOf } from './modelled-memory.js';
import { Kind } from './step-kinds.js';

const Real = Atomics;
/** The constructors as they were: `Int32Array` names a model while a scenario runs. */
const WAITABLE: readonly unknown[] = [Int32Array, BigInt64Array];

/**
 * `Atomics` as the code under test sees it. Its methods have the real ones' signatures; on a typed array that is not over
 * modelled memory they do what the real ones do.
 */
export const modelledAtomics = {
  load: (array: AnyTypedArray, index: number) => on(Kind.LOAD, array, index, undefined, undefined),
  store: (array: AnyTypedArray, index: number, value: Element) =>
    on(Kind.STORE, array, index, value, undefined),
  add: (array: AnyTypedArray, index: number, value: Element) => on(Kind.ADD, array, index, value, undefined),
  sub: (array: AnyTypedArray, index: number, value: Element) => on(Kind.SUB, array, index, value, undefined),
  and: (array: AnyTypedArray, index: number, value: Element) => on(Kind.AND, array, index, value, undefined),
  or: (array: AnyTypedArray, index: number, value: Element) => on(Kind.OR, array, index, value, undefined),
  xor: (array: AnyTypedArray, index: number, value: Element) => on(Kind.XOR, array, index, value, undefined),
  exchange: (array: AnyTypedArray, index: number, value: Element) =>
    on(Kind.EXCHANGE, array, index, value, undefined),
  compareExchange: (array: AnyTypedArray, index: number, expected: Element, value: Element) =>
    on(Kind.COMPARE_EXCHANGE, array, index, expected, value),
  wait(array: AnyTypedArray, index: number, value: Element, milliseconds?: number): unknown {
    // As the real one reads it: nothing, NaN and Infinity mean no limit.
    const limit =
      milliseconds === undefined || Number.isNaN(milliseconds) ? Number.POSITIVE_INFINITY : milliseconds;
    return on(Kind.WAIT, array, index, value, limit);
  },
  notify: (array: AnyTypedArray, index: number, count?: number) =>
    on(Kind.NOTIFY, array, index, count ?? Number.POSITIVE_INFINITY, undefined),
  waitAsync(): never {
    throw new UnsupportedAccessError(
      'Atomics.waitAsync is not modelled: threads are synchronous functions. Let the code under test use Atomics.wait.',
    );
  },
  isLockFree: (size: number) => Real.isLockFree(size),
  pause(): void {},
  [Symbol.toStringTag]: 'Atomics',
};

function on(kind: Kind, array: AnyTypedArray, index: number, a: unknown, b: unknown): unknown {
  const view = viewOf(array);
  if (view === undefined) return perform(kind, array, index, a, b);
  const { target } = view;
  if ((kind === Kind.WAIT || kind === Kind.NOTIFY) && !WAITABLE.includes(target.constructor)) {
    throw new TypeError(
      `Atomics.wait and notify need an Int32Array or BigInt64Array, not ${target.constructor.name}`,
    );
  }
  // What is no number is 0, and fractions are cut off: ECMAScript, ToIndex.
  const at = Math.trunc(index) || 0;
  if (at < 0 || at >= target.length) {
    throw new RangeError(`Invalid atomic access index ${index} of a view of ${target.length} elements`);
  }
  return machine().access(kind, view, at, a as Element, b as Element);
}

/** Does to a real typed array what `kind` says. */
export function perform(kind: Kind, array: AnyTypedArray, index: number, a: unknown, b: unknown): unknown {
  const words = array as Int32Array;
  const value = a as number;
  switch (kind) {
    case Kind.READ:
      return words[index];
    case Kind.WRITE:
      words[index] = value;
      return undefined;
    case Kind.LOAD:
      return Real.load(words, index);
    case Kind.STORE:
      return Real.store(words, index, value);
    case Kind.ADD:
      return Real.add(words, index, value);
    case Kind.SUB:
      return Real.sub(words, index, value);
    case Kind.AND:
      return Real.and(words, index, value);
    case Kind.OR:
      return Real.or(words, index, value);
    case Kind.XOR:
      return Real.xor(words, index, value);
    case Kind.EXCHANGE:
      return Real.exchange(words, index, value);
    case Kind.COMPARE_EXCHANGE:
      return Real.compareExchange(words, index, value, b as number);
    case Kind.WAIT:
      return Real.wait(words, index, value, b as number);
    case Kind.NOTIFY:
      return Real.notify(words, index, value);
    default:
      throw new Error(`A step of kind ${kind} is no access`);
  }
}

export type { ModelledView };
