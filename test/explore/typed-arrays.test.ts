import { describe, expect, it } from 'vitest';
import { explore } from '#explore/index.js';

const CONSTRUCTORS = [
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
] as unknown as readonly Int32ArrayConstructor[];

/** Runs `body` on a view over modelled memory, in a thread, and gives what it returned. */
function modelled<T>(name: string, length: number, body: (array: Int32Array) => T): T {
  const outcome: { result?: T } = {};
  const { violation } = explore({
    name,
    setup() {
      const Constructor = (globalThis as unknown as Record<string, Int32ArrayConstructor>)[name]!;
      return new Constructor(new SharedArrayBuffer(length * Constructor.BYTES_PER_ELEMENT));
    },
    threads: { body },
    check: ({ results }) => {
      outcome.result = results['body'] as T;
    },
  });
  expect(violation?.message).toBeUndefined();
  return outcome.result as T;
}

/** What `body` returns for a view over modelled memory and for a real one. */
function both<T>(Constructor: Int32ArrayConstructor, length: number, body: (array: Int32Array) => T): [T, T] {
  return [
    modelled(Constructor.name, length, body),
    body(new Constructor(new SharedArrayBuffer(length * Constructor.BYTES_PER_ELEMENT))),
  ];
}

const answerOf = (call: () => unknown) => {
  try {
    return call();
  } catch (error) {
    return (error as Error).name;
  }
};

describe.each(CONSTRUCTORS.map(Constructor => [Constructor.name, Constructor] as const))(
  '%s',
  (name, Constructor) => {
    const big = name.startsWith('Big');
    const of = (...values: number[]) => values.map(value => (big ? BigInt(value) : value)) as number[];

    /** A method or property, and what it is used for. */
    const uses: Record<string, (array: Int32Array) => unknown> = {
      'length and sizes': array => [
        array.length,
        array.byteLength,
        array.byteOffset,
        array.BYTES_PER_ELEMENT,
      ],
      fill: array => [...array.fill(of(7)[0]!, 1, 3)],
      set: array => {
        array.set(of(1, 2, 3), 2);
        return [...array];
      },
      'set from itself, overlapping': array => {
        array.set(of(1, 2, 3, 4));
        array.set(array.subarray(0, 3), 1);
        return [...array];
      },
      'set beyond the end': array => answerOf(() => array.set(of(1, 2, 3), 4)),
      subarray: array => {
        array.set(of(1, 2, 3, 4));
        const part = array.subarray(-5, -1);
        part[0] = of(9)[0]!;
        return [part.length, part.byteOffset, [...part], [...array]];
      },
      slice: array => {
        array.set(of(1, 2, 3, 4));
        const copy = array.slice(1, -2);
        copy[0] = of(9)[0]!;
        return [copy.constructor.name, [...copy], [...array]];
      },
      iteration: array => {
        array.set(of(1, 2));
        return [[...array.entries()], [...array.keys()], [...array.values()]];
      },
      searching: array => {
        array.set(of(3, 1, 2));
        const one = of(1)[0]!;
        return [
          array.indexOf(one),
          array.includes(one),
          array.find(value => value === one),
          array.at(-1),
          array.join('-'),
        ];
      },
      sort: array => {
        array.set(of(10, 9, 100, 1));
        return [...array.sort()];
      },
      map: array => {
        array.set(of(1, 2));
        const mapped = array.map(value => value);
        return [mapped.constructor.name, [...mapped]];
      },
      filter: array => {
        array.set(of(1, 2, 3));
        const kept = array.filter(value => value !== of(2)[0] && value !== of(0)[0]);
        return [kept.constructor.name, [...kept]];
      },
      'toSorted, toReversed and with': array => {
        array.set(of(3, 1, 2));
        const { toSorted, toReversed, with: replace } = array;
        const copies = [toSorted.call(array), toReversed.call(array), replace.call(array, -1, of(5)[0]!)];
        return [copies.map(copy => [copy.constructor.name, ...copy]), [...array]];
      },
      'reverse and copyWithin': array => {
        array.set(of(1, 2, 3, 4));
        return [...array.copyWithin(0, 1).reverse()];
      },
      'an index out of range': array => {
        const before = array[6];
        array[6] = of(1)[0]!;
        array[-1] = of(1)[0]!;
        return [before, array[6], array[-1], [...array]];
      },
      'an index that is no integer': array => (array as unknown as Record<string, unknown>)['1.5'],
      'a value of another kind': array =>
        answerOf(() => {
          (array as unknown as unknown[])[0] = big ? 1 : 1n;
        }),
      'values that wrap': array => {
        const values = [-1, 255, 256, 65_536, 2 ** 31, 2 ** 32 + 3];
        values.forEach((value, i) => {
          array[i] = of(value)[0]!;
        });
        return [...array];
      },
      'numbers that are no integers': array => {
        if (big) return 'BigInt';
        [1.5, Number.NaN, -0.5, Number.POSITIVE_INFINITY].forEach((value, i) => {
          array[i] = value;
        });
        return [...array];
      },
      'a copy by another typed array': array => {
        array.set(of(1, 2, 3));
        return [...new Constructor(array), ...Constructor.from(array)];
      },
    };

    it.each(Object.entries(uses))('%s: as the real one', (_, use) => {
      const [model, real] = both(Constructor, 6, use);
      expect(model).toEqual(real);
    });
  },
);

describe('a view of modelled memory', () => {
  it('is an instance of its class, over the buffer that was given', () => {
    const seen = modelled('Int32Array', 2, array => [
      array instanceof Int32Array,
      array.buffer instanceof SharedArrayBuffer,
      array.buffer.byteLength,
    ]);
    expect(seen).toEqual([true, true, 8]);
  });

  it('cannot be made where a real one cannot', () => {
    const seen = modelled('Int32Array', 2, ({ buffer }) => [
      answerOf(() => new Int32Array(buffer, 1)),
      answerOf(() => new Int32Array(buffer, 0, 3)),
      answerOf(() => new Int32Array(buffer, 4).length),
    ]);
    expect(seen).toEqual(['RangeError', 'RangeError', 1]);
  });

  it('shares its bytes with other views of the same width', () => {
    const seen = modelled('Int32Array', 2, array => {
      array[0] = -1;
      return new Uint32Array(array.buffer)[0];
    });
    expect(seen).toBe(2 ** 32 - 1);
  });
});

it('reads, writes and nothing else are steps, also within methods', () => {
  const { steps } = explore({
    name: 'steps',
    setup: () => new Int32Array(new SharedArrayBuffer(16)),
    threads: {
      a: words => {
        words.fill(1); // 4 writes
        const part = words.subarray(1, 3);
        part.set([5, 6]); // 2 writes
        return [words.length, ...part]; // 2 reads
      },
    },
  });
  expect(steps).toBe(8);
});
