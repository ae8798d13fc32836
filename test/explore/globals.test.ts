import { describe, expect, it } from 'vitest';
import { explore, UnsupportedAccessError } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

const NAMES = [
  'Atomics',
  'SharedArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
] as const;

const now = () => NAMES.map(name => (globalThis as unknown as Record<string, unknown>)[name]);
const real = now();

describe('while a scenario runs', () => {
  it('the globals are models', () => {
    let during: unknown[] = [];
    const look = () => {
      during = now();
    };
    explore(scenarioOf({ look }));
    for (let i = 0; i < NAMES.length; i++) expect(during[i], NAMES[i]).not.toBe(real[i]);
  });

  it('views of other buffers, plain arrays and real shared buffers are real ones', () => {
    const shared = new Int32Array(new SharedArrayBuffer(8));
    const { steps, outcomes } = explore(
      scenarioOf({
        a: () => {
          const own = new Int32Array([3, 1, 2]).sort();
          const view = new Int32Array(shared.buffer);
          view[0] = 4;
          return [...own, ...new Uint8Array(new ArrayBuffer(2)), ...view, ...Float64Array.of(0.5)];
        },
      }),
    );
    expect(steps).toBe(0);
    expect([...outcomes.keys()]).toEqual(['{"a":[1,2,3,0,0,4,0,0.5]}']);
    expect(shared[0]).toBe(4);
  });
});

describe('the globals are put back', () => {
  it('after a return', () => {
    expect(explore(scenarioOf({ a: words => Atomics.load(words, 0) })).violation).toBeUndefined();
    expect(now()).toEqual(real);
  });

  it('after a violation', () => {
    expect(explore(scenarioOf({ a: words => Atomics.wait(words, 0, 0) })).violation).toBeDefined();
    expect(now()).toEqual(real);
  });

  it('after an error of the explorer', () => {
    expect(() => explore(scenarioOf({ a: words => new DataView(words.buffer) }))).toThrow(
      UnsupportedAccessError,
    );
    expect(now()).toEqual(real);
  });

  it('after an error of setup', () => {
    const setup = () => {
      throw new RangeError('no memory');
    };
    expect(() => explore(scenarioOf({ a: () => {} }, { setup }))).toThrow('no memory');
    expect(now()).toEqual(real);
  });
});

it('a view that outlives its exploration says so', () => {
  let kept: Int32Array | undefined;
  explore(
    scenarioOf({
      a: words => {
        kept = words;
      },
    }),
  );
  expect(() => kept![0]).toThrow(/outside of the exploration/);
});
