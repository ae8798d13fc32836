import { describe, expect, it } from 'vitest';
import { explore } from '#explore/index.js';

/** What Atomics has for arrays of integers. */
type Words = Int32Array;
type Use = (array: Words, value: (number: number) => number) => unknown;

const USES: Record<string, Use> = {
  load: array => Atomics.load(array, 1),
  store: (array, value) => [Atomics.store(array, 0, value(300)), ...array],
  add: (array, value) => [Atomics.add(array, 0, value(250)), Atomics.add(array, 0, value(10)), ...array],
  sub: (array, value) => [Atomics.sub(array, 0, value(1)), ...array],
  and: (array, value) => [Atomics.store(array, 0, value(12)), Atomics.and(array, 0, value(10)), ...array],
  or: (array, value) => [Atomics.store(array, 0, value(12)), Atomics.or(array, 0, value(3)), ...array],
  xor: (array, value) => [Atomics.store(array, 0, value(12)), Atomics.xor(array, 0, value(10)), ...array],
  exchange: (array, value) => [Atomics.exchange(array, 0, value(-1)), ...array],
  'compareExchange that stores': (array, value) => [
    Atomics.compareExchange(array, 0, value(0), value(5)),
    ...array,
  ],
  'compareExchange that does not': (array, value) => [
    Atomics.compareExchange(array, 0, value(1), value(5)),
    ...array,
  ],
  'compareExchange with an expected value that wraps': (array, value) => {
    Atomics.store(array, 0, value(-1));
    return [Atomics.compareExchange(array, 0, value(2 ** 32 - 1), value(5)), ...array];
  },
  'an index out of range': array => errorOf(() => Atomics.load(array, 3)),
  'a negative index': array => errorOf(() => Atomics.load(array, -1)),
  'an index that is no integer': array => Atomics.load(array, 1.5),
  'a value of another kind': (array, value) =>
    errorOf(() => Atomics.store(array, 0, typeof value(1) === 'number' ? (1n as unknown as number) : 1)),
};

function errorOf(call: () => unknown): string {
  try {
    return `answered ${call()}`;
  } catch (error) {
    return (error as Error).name;
  }
}

const CONSTRUCTORS = [
  'Int8Array',
  'Uint8Array',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'BigInt64Array',
  'BigUint64Array',
] as const;

function newArray(name: string, Buffer: new (length: number) => SharedArrayBuffer): Words {
  const Constructor = (globalThis as unknown as Record<string, Int32ArrayConstructor>)[name]!;
  return new Constructor(new Buffer(3 * Constructor.BYTES_PER_ELEMENT));
}

/** What `use` gives in a thread, on modelled memory. */
function modelled(name: string, use: (array: Words) => unknown): unknown {
  let result: unknown;
  const { violation } = explore({
    name,
    setup: () => newArray(name, SharedArrayBuffer),
    threads: { use },
    check: ({ results }) => {
      result = results['use'];
    },
  });
  expect(violation?.message).toBeUndefined();
  return result;
}

describe.each(CONSTRUCTORS)('Atomics on %s', name => {
  const value = (number: number) => (name.startsWith('Big') ? (BigInt(number) as unknown as number) : number);

  it.each(Object.entries(USES))('%s: as the real one', (_, use) => {
    expect(modelled(name, array => use(array, value))).toEqual(use(newArray(name, SharedArrayBuffer), value));
  });
});

describe('Atomics', () => {
  it.each(['Float32Array', 'Float64Array', 'Uint8ClampedArray'])('on %s is a TypeError', name => {
    const { violation } = explore({
      name,
      setup: () => newArray(name, SharedArrayBuffer),
      threads: { a: array => Atomics.load(array, 0) },
    });
    expect(violation?.kind).toBe('failure');
    expect(violation?.message).toContain('TypeError');
  });

  it('leaves arrays that are not over modelled memory to the real one', () => {
    const own = new Int32Array(2);
    const result = modelled('Int32Array', () => [
      Atomics.add(own, 0, 1),
      Atomics.load(new Uint8Array([7]), 0),
      Atomics.notify(own, 0),
      Atomics.isLockFree(4),
    ]);
    expect(result).toMatchObject({ 1: 7, 2: 0, 3: true });
    expect(own[0]).toBeGreaterThan(0);
  });
});
