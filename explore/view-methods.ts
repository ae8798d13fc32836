import { type AnyTypedArray, type Element, type TypedArrayConstructor, viewOf } from './modelled-memory.js';

type Callback<T> = (value: Element, index: number, array: AnyTypedArray) => T;

/**
 * The methods of typed arrays that arrays do not have, or have with another meaning, for views of modelled memory. Their
 * reads and writes of elements go through the view, so that each is a step. What they make anew is not modelled.
 */
export const METHODS = new Map<string | symbol, unknown>([
  [
    'set',
    function set(this: AnyTypedArray, from: ArrayLike<Element>, offset = 0): void {
      if (offset < 0 || from.length + offset > this.length) throw new RangeError('offset is out of bounds');
      // All reads first: the two may overlap.
      const values = viewOf(from) === undefined ? from : Array.from(from);
      for (let i = 0; i < values.length; i++) this[offset + i] = values[i]!;
    },
  ],
  [
    'subarray',
    function subarray(this: AnyTypedArray, start = 0, end = this.length): AnyTypedArray {
      const [from, to] = range(this.length, start, end);
      const { memory, target, buffer } = viewOf(this)!;
      return memory.view(
        target.constructor as unknown as TypedArrayConstructor,
        buffer.real,
        target.byteOffset + from * target.BYTES_PER_ELEMENT,
        to - from,
      );
    },
  ],
  [
    'slice',
    function slice(this: AnyTypedArray, start = 0, end = this.length): AnyTypedArray {
      const [from, to] = range(this.length, start, end);
      const copy = newLike(this, to - from);
      for (let i = from; i < to; i++) copy[i - from] = this[i]!;
      return copy;
    },
  ],
  [
    'map',
    function map(this: AnyTypedArray, call: Callback<Element>, self?: unknown): AnyTypedArray {
      const mapped = newLike(this, this.length);
      for (let i = 0; i < this.length; i++) mapped[i] = call.call(self, this[i]!, i, this);
      return mapped;
    },
  ],
  [
    'filter',
    function filter(this: AnyTypedArray, call: Callback<unknown>, self?: unknown): AnyTypedArray {
      const kept: Element[] = [];
      for (let i = 0; i < this.length; i++) {
        const value = this[i]!;
        if (call.call(self, value, i, this)) kept.push(value);
      }
      const filtered = newLike(this, kept.length);
      filtered.set(kept as never[]);
      return filtered;
    },
  ],
  [
    'sort',
    function sort(this: AnyTypedArray, compare?: (a: never, b: never) => number): AnyTypedArray {
      this.set(this.slice().sort(compare as never) as never);
      return this;
    },
  ],
  [
    'toSorted',
    function toSorted(this: AnyTypedArray, compare?: (a: never, b: never) => number): AnyTypedArray {
      return this.slice().sort(compare as never);
    },
  ],
  [
    'toReversed',
    function toReversed(this: AnyTypedArray): AnyTypedArray {
      return this.slice().reverse();
    },
  ],
  [
    'with',
    function withElement(this: AnyTypedArray, index: number, value: Element): AnyTypedArray {
      return this.slice().with(index, value as never);
    },
  ],
]);

/** A typed array of its own, not over modelled memory, of the same kind as a modelled one. */
function newLike(array: AnyTypedArray, length: number): AnyTypedArray {
  const Constructor = viewOf(array)!.target.constructor as new (length: number) => AnyTypedArray;
  return new Constructor(length);
}

/** Start and end of a part of an array of `length` elements, as its methods understand negative and large numbers. */
function range(length: number, start: number, end: number): [number, number] {
  const from = start < 0 ? Math.max(length + start, 0) : Math.min(start, length);
  const to = end < 0 ? Math.max(length + end, 0) : Math.min(end, length);
  return [from, Math.max(from, to)];
}
