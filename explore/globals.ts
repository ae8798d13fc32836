import { UnsupportedAccessError } from './errors.js';
import { modelledAtomics } from './modelled-atomics.js';
import type { ModelledMemory, TypedArrayConstructor } from './modelled-memory.js';

/** The constructors whose views can lie over modelled memory, as they were before anything was replaced. */
const VIEWS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  // Where there is one: Node.js 24 and later.
  ...[(globalThis as { Float16Array?: unknown }).Float16Array].filter(Real => Real !== undefined),
] as unknown as readonly TypedArrayConstructor[];

const RealSharedArrayBuffer = SharedArrayBuffer;
const RealDataView = DataView;

/** What makes a modelled buffer: the machine, because a thread that runs again must get the buffer it got before. */
type Allocate = (byteLength: number) => SharedArrayBuffer;

/**
 * The globals through which code reaches shared memory, as models. Modules look globals up when they use them, so code
 * that was compiled and loaded long before finds these: nothing in it has to be changed.
 */
export class ModelledGlobals {
  readonly #models: ReadonlyMap<string, unknown>;

  constructor(memory: ModelledMemory, allocate: Allocate) {
    const models = new Map<string, unknown>([['Atomics', modelledAtomics]]);
    models.set(
      'SharedArrayBuffer',
      new Proxy(RealSharedArrayBuffer, {
        construct(_, [byteLength, options]) {
          if (options?.maxByteLength === undefined) return allocate(Number(byteLength ?? 0));
          throw new UnsupportedAccessError(
            'A SharedArrayBuffer that grows is not modelled. Make it as large as it is to be, without maxByteLength.',
          );
        },
      }),
    );
    for (const Real of VIEWS) {
      models.set(
        Real.name,
        new Proxy(Real, {
          construct: (target, [first, ...rest]) =>
            memory.has(first)
              ? memory.view(target, first, ...(rest as [number | undefined, number | undefined]))
              : Reflect.construct(target, [first, ...rest]),
        }),
      );
    }
    models.set(
      'DataView',
      new Proxy(RealDataView, {
        construct(target, parameters) {
          if (!memory.has(parameters[0])) return Reflect.construct(target, parameters);
          throw new UnsupportedAccessError(
            'A DataView over shared memory is not modelled: its accesses have no fixed size. Use a typed array.',
          );
        },
      }),
    );
    this.#models = models;
  }

  /** Runs `body` with the models in place of the real globals. */
  during<T>(body: () => T): T {
    const scope = globalThis as unknown as Record<string, unknown>;
    const before = new Map<string, unknown>();
    for (const [name, model] of this.#models) {
      before.set(name, scope[name]);
      scope[name] = model;
    }
    try {
      return body();
    } finally {
      for (const [name, real] of before) scope[name] = real;
    }
  }
}
