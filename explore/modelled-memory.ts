import { UnsupportedAccessError } from './errors.js';
import { machine } from './machine.js';
import { Kind } from './step-kinds.js';
import { METHODS } from './view-methods.js';

/**
 * Shared memory whose every access is a step of the running exploration.
 *
 * The bytes lie in real SharedArrayBuffers; a buffer becomes modelled by being made while the model's globals are in
 * place (globals.ts). A typed array over one is a proxy. Its element accesses, and the methods that make them, go to the
 * machine, which decides whose turn it is.
 */

/** Any typed array that Atomics or plain code may use on shared memory. */
export type AnyTypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

export interface TypedArrayConstructor {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer, byteOffset?: number, length?: number): AnyTypedArray;
}

export type Element = number | bigint;

/** A place in modelled memory: an element of some view. Numbered when it is first seen. */
export interface Location {
  readonly buffer: number;
  readonly byteOffset: number;
  /** Bytes. */
  readonly width: number;
}

/** The property by which the model finds the view behind a proxy. */
const VIEW = Symbol('modelled view');

/** A typed array over a modelled buffer: what lies behind its proxy. */
export class ModelledView {
  readonly memory: ModelledMemory;
  readonly buffer: ModelledBuffer;
  readonly target: AnyTypedArray;
  readonly proxy: AnyTypedArray;
  /** The length that was asked for; undefined: up to the buffer's end. */
  readonly asked: number | undefined;
  /** Number of the location of each element that was used. */
  readonly #locations: (number | undefined)[] = [];

  constructor(
    memory: ModelledMemory,
    buffer: ModelledBuffer,
    target: AnyTypedArray,
    asked: number | undefined,
  ) {
    this.asked = asked;
    this.memory = memory;
    this.buffer = buffer;
    this.target = target;
    this.proxy = new Proxy(target, new ViewHandler(this)) as AnyTypedArray;
  }

  locationOf(index: number): number {
    let location = this.#locations[index];
    if (location === undefined) {
      const width = this.target.BYTES_PER_ELEMENT;
      location = this.memory.locate(this.buffer, this.target.byteOffset + index * width, width);
      this.#locations[index] = location;
    }
    return location;
  }
}

interface ModelledBuffer {
  readonly number: number;
  readonly real: SharedArrayBuffer;
  /** Views by the byte at which they begin. */
  readonly views: Map<number, ModelledView[]>;
  /** Number of the location that starts at a byte, and for each byte that one covers the byte where it starts. */
  readonly starts: Map<number, number>;
  readonly covered: Map<number, number>;
}

/** The modelled buffers of one exploration. */
export class ModelledMemory {
  readonly locations: Location[] = [];
  readonly #buffers = new Map<SharedArrayBuffer, ModelledBuffer>();

  /** Makes a buffer of zeros. */
  create(byteLength: number, Real: typeof SharedArrayBuffer): SharedArrayBuffer {
    const real = new Real(byteLength);
    const number = this.#buffers.size;
    this.#buffers.set(real, { number, real, views: new Map(), starts: new Map(), covered: new Map() });
    return real;
  }

  has(buffer: unknown): boolean {
    return this.#buffers.has(buffer as SharedArrayBuffer);
  }

  /** The proxy of a view. Equal views are one. */
  view(
    Constructor: TypedArrayConstructor,
    real: SharedArrayBuffer,
    byteOffset = 0,
    length: number | undefined = undefined,
  ): AnyTypedArray {
    const buffer = this.#buffers.get(real)!;
    const views = buffer.views.get(byteOffset);
    if (views === undefined) buffer.views.set(byteOffset, []);
    else {
      for (const view of views) {
        if (view.target.constructor === Constructor && view.asked === length) return view.proxy;
      }
    }
    const view = new ModelledView(this, buffer, new Constructor(real, byteOffset, length), length);
    buffer.views.get(byteOffset)!.push(view);
    return view.proxy;
  }

  /** Number of a location. @throws UnsupportedAccessError if it overlaps another one */
  locate(buffer: ModelledBuffer, byteOffset: number, width: number): number {
    const known = buffer.starts.get(byteOffset);
    if (known !== undefined && this.locations[known]!.width === width) return known;
    for (let byte = byteOffset; byte < byteOffset + width; byte++) {
      const start = buffer.covered.get(byte);
      if (start === undefined) continue;
      const other = this.locations[buffer.starts.get(start)!]!;
      throw new UnsupportedAccessError(
        `The ${width} bytes at ${byteOffset} of buffer ${buffer.number} overlap ${other.width} bytes at ${start} that are ` +
          'accessed too. Accesses of different sizes to the same bytes are not modelled: use one kind of typed array.',
      );
    }
    const location = this.locations.length;
    this.locations.push({ buffer: buffer.number, byteOffset, width });
    buffer.starts.set(byteOffset, location);
    for (let byte = byteOffset; byte < byteOffset + width; byte++) buffer.covered.set(byte, byteOffset);
    return location;
  }
}

/** The view behind a typed array, or undefined if that is a real one. */
export function viewOf(array: unknown): ModelledView | undefined {
  return (array as { [VIEW]?: ModelledView })?.[VIEW];
}

class ViewHandler implements ProxyHandler<AnyTypedArray> {
  readonly #view: ModelledView;
  /** What an assignment to an element does to a value first. */
  readonly #convert: (value: unknown) => Element;

  constructor(view: ModelledView) {
    const { target } = view;
    this.#view = view;
    this.#convert = target instanceof BigInt64Array || target instanceof BigUint64Array ? toBigInt : toNumber;
  }

  get(target: AnyTypedArray, property: string | symbol): unknown {
    if (typeof property === 'string') {
      const index = indexOf(property);
      if (index >= 0) {
        return index < target.length
          ? machine().access(Kind.READ, this.#view, index, undefined, undefined)
          : undefined;
      }
    } else if (property === VIEW) return this.#view;
    const method = METHODS.get(property);
    if (method !== undefined) return method;
    const value = (target as unknown as Record<string | symbol, unknown>)[property];
    // What arrays have as well works through length and elements, and so through this proxy.
    return typeof value === 'function'
      ? ((Array.prototype as unknown as Record<string | symbol, unknown>)[property] ?? value)
      : value;
  }

  set(target: AnyTypedArray, property: string | symbol, value: unknown): boolean {
    const index = typeof property === 'string' ? indexOf(property) : -1;
    if (index < 0) return Reflect.set(target, property, value, target);
    if (index < target.length)
      machine().access(Kind.WRITE, this.#view, index, this.#convert(value), undefined);
    return true;
  }
}

/** Throws a TypeError for a number, as an assignment to an element does. */
function toBigInt(value: unknown): bigint {
  return BigInt.asIntN(64, value as bigint);
}

/** Throws a TypeError for a bigint. */
function toNumber(value: unknown): number {
  return +(value as number);
}

/** The array index that `property` spells, Infinity for a number that is no index, or -1. */
function indexOf(property: string): number {
  const first = property.charCodeAt(0);
  if (first < 48 || first > 57) return -1;
  const index = Number(property);
  return Number.isInteger(index) ? index : Number.POSITIVE_INFINITY;
}
