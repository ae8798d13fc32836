import { describe, expect, it } from 'vitest';
import { explore, InvalidScenarioError, UnsupportedAccessError } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

describe('what is not modelled is refused', () => {
  it.each([
    [
      'accesses of different sizes to the same bytes',
      /overlap/,
      (words: Int32Array) => {
        Atomics.load(words, 0);
        return new Uint8Array(words.buffer)[0];
      },
    ],
    [
      'accesses of one size that overlap a larger one',
      /overlap/,
      (words: Int32Array) => {
        Atomics.load(new BigInt64Array(words.buffer), 0);
        return Atomics.load(words, 1);
      },
    ],
    ['a DataView', /DataView/, (words: Int32Array) => new DataView(words.buffer).getInt32(0)],
    [
      'Atomics.waitAsync',
      /waitAsync/,
      (words: Int32Array) =>
        (Atomics as unknown as { waitAsync(...parameters: unknown[]): unknown }).waitAsync(words, 0, 0),
    ],
    ['a thread that returns a promise', /promise/, () => Promise.resolve(1)],
    ['an async thread', /promise/, async (words: Int32Array) => Atomics.load(words, 0)],
    [
      'a buffer that grows',
      /grow/,
      () =>
        new (SharedArrayBuffer as unknown as new (length: number, options: object) => unknown)(8, {
          maxByteLength: 16,
        }),
    ],
  ] as const)('%s', async (_, message, thread) => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', note);
    const run = () => explore(scenarioOf({ thread, other: words => Atomics.load(words, 7) }));
    expect(run).toThrow(UnsupportedAccessError);
    expect(run).toThrow(message);
    // Rejections are reported when the microtasks are done.
    await new Promise(resolve => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });

  it('bytes may have different sizes in different places', () => {
    const { violation } = explore(
      scenarioOf({
        a: words => Atomics.store(words, 0, 1),
        b: words => Atomics.store(new Uint8Array(words.buffer), 4, 1),
        c: words => Atomics.store(new Uint32Array(words.buffer), 0, 2),
      }),
    );
    expect(violation).toBeUndefined();
  });

  it('a DataView over a buffer of its own is what it always is', () => {
    const { outcomes } = explore(scenarioOf({ a: () => new DataView(new ArrayBuffer(8)).byteLength }));
    expect([...outcomes.keys()]).toEqual(['{"a":8}']);
  });
});

describe('a scenario that is none is refused', () => {
  it.each([0, 17])('with %i threads', count => {
    const threads = Object.fromEntries(Array.from({ length: count }, (_, i) => [`t${i}`, () => {}]));
    expect(() => explore(scenarioOf(threads))).toThrow(InvalidScenarioError);
  });

  it('with a dying thread that it does not have', () => {
    expect(() => explore(scenarioOf({ a: () => {} }, { mayDie: ['b'] }))).toThrow(/'b'.*: a\./);
  });
});
