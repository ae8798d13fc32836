import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReadyMessages } from '#src/router/ready-messages.js';
import { SegmentPool } from '#src/router/segment-pool.js';
import { UnackedLog } from '#src/router/unacked-log.js';
import { int32sOf, sequenceAt, shuffled, store } from './stored.js';

/** Notes the tags of what is settled; their messages must be whole. */
class Settled {
  readonly numbers: number[] = [];

  settled(words: Int32Array, at: number, number: number): void {
    expect(sequenceAt(words, at)).toBe(number);
    this.numbers.push(number);
  }
}

/** Puts a message in, its tag for a sequence. */
function send(log: UnackedLog, number: number, bytes = 50): void {
  const at = log.reserve(number, int32sOf(bytes));
  store(log.words, at, number, bytes);
}

function logOf(numbers: Iterable<number>, bytes?: number) {
  const pool = new SegmentPool();
  const log = new UnackedLog(pool);
  for (const number of numbers) send(log, number, bytes);
  return { pool, log };
}

function ascending(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function settledOf(log: UnackedLog, first: number, last: number): number[] {
  const settled = new Settled();
  const count = log.settle(first, last, settled);
  expect(count).toBe(settled.numbers.length);
  return settled.numbers;
}

describe('an unacked log', () => {
  test('settles ranges and single messages, each once', () => {
    const { log, pool } = logOf(ascending(1, 11));
    expect(log.bytes).toBe(10 * int32sOf(50) * 4);
    expect(settledOf(log, 1, 3)).toEqual([1, 2, 3]);
    expect(settledOf(log, 6, 6)).toEqual([6]);
    expect(settledOf(log, 6, 6)).toEqual([]);
    expect([log.has(3), log.has(4), log.has(6), log.has(7), log.has(11)]).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
    expect([log.oldest, log.length, log.bytes]).toEqual([4, 6, 6 * int32sOf(50) * 4]);
    expect(log.settle(1, 5)).toBe(2);
    expect(log.oldest).toBe(7);
    expect(settledOf(log, 1, 100)).toEqual([7, 8, 9, 10]);
    expect([log.oldest, log.length, log.bytes, pool.bytes]).toEqual([undefined, 0, 0, 0]);
    expect([log.settle(1, 100), log.settleAll(), log.has(1)]).toEqual([0, 0, false]);
    send(log, 11);
    expect(settledOf(log, 11, 11)).toEqual([11]);
  });

  test('finds tags that are not consecutive, and none between them', () => {
    const numbers = ascending(0, 3000).map(i => i * i);
    const { log } = logOf(numbers);
    expect(numbers.every(number => log.has(number))).toBe(true);
    expect(numbers.some(number => log.has(number + (number < 2 ? -5 : 1)))).toBe(false);
    expect(settledOf(log, 10, 15)).toEqual([]);
    expect(settledOf(log, 10, 36)).toEqual([16, 25, 36]);
    expect(settledOf(log, -100, 50)).toEqual([0, 1, 4, 9, 49]);
    expect(settledOf(log, 2998 * 2998 + 1, 2 ** 30)).toEqual([2999 * 2999]);
    const settled = new Settled();
    expect(log.settleAll(settled)).toBe(2991);
    expect(settled.numbers).toEqual(numbers.slice(8, -1));
  });

  test('settles over the wrap of the tags', () => {
    const wrapped = ascending(2 ** 31 - 3000, 2 ** 31 + 3000).map(number => number | 0);
    const { log, pool } = logOf(wrapped);
    expect(log.oldest).toBe(2 ** 31 - 3000);
    expect(log.has(2 ** 31 - 1) && log.has(-(2 ** 31))).toBe(true);
    expect(settledOf(log, 2 ** 31 - 2, (2 ** 31 + 1) | 0)).toEqual(wrapped.slice(2998, 3002));
    expect(log.settle(wrapped[0]!, wrapped[5000]!)).toBe(4997);
    expect(settledOf(log, wrapped[0]!, wrapped[5999]!)).toEqual(wrapped.slice(5001));
    expect(pool.bytes).toBe(0);
  });

  test('takes messages longer than a segment', () => {
    const { log, pool } = logOf([1, 2]);
    send(log, 3, 300_000);
    send(log, 4);
    expect(settledOf(log, 2, 3)).toEqual([2, 3]);
    expect(pool.bytes).toBeLessThan(5000);
    expect(settledOf(log, 1, 4)).toEqual([1, 4]);
  });

  test('a visitor may put what it is told of back to the queue', () => {
    const { log, pool } = logOf(ascending(0, 5000));
    const ready = new ReadyMessages(pool, 1);
    log.settle(1000, 3999, { settled: (words, at) => ready.putBack(words, at) });
    log.settleAll({ settled: (words, at) => ready.putBack(words, at) });
    expect(ready.length).toBe(5000);
    for (let i = 0; i < 5000; i++, ready.shift()) {
      expect(sequenceAt(ready.head, ready.headAt)).toBe(i);
    }
    expect(pool.bytes).toBe(0);
  });
});

describe('memory of an unacked log', () => {
  const COUNT = 20_000;

  test.each([
    ['ascending', ascending(0, COUNT)],
    ['descending', ascending(0, COUNT).reverse()],
    ['random', shuffled(COUNT)],
    ['every tenth last', ascending(0, COUNT).sort((a, b) => Number(a % 10 === 0) - Number(b % 10 === 0))],
    ['outside in', ascending(0, COUNT).map(i => (i % 2 === 0 ? i / 2 : COUNT - 1 - (i - 1) / 2))],
  ])('follows what is not settled in %s order', (_, order) => {
    const { log, pool } = logOf(ascending(0, COUNT));
    expect(pool.bytes).toBeLessThan(log.bytes * 1.5);
    for (const number of order) {
      expect(settledOf(log, number, number)).toEqual([number]);
      expect(pool.bytes).toBeLessThanOrEqual(Math.max(512, 8 * (log.bytes + 8 * log.length)));
    }
    expect([log.length, pool.bytes]).toEqual([0, 0]);
  });

  test('one message that is never settled costs no segment while others pass', () => {
    const { log, pool } = logOf([0]);
    for (let number = 1; number < 100_000; number++) {
      send(log, number);
      if (number > 300) log.settle(number - 300, number - 300);
    }
    log.settle(1, 99_999);
    expect([log.length, log.oldest, pool.bytes]).toEqual([1, 0, 512]);
    expect(settledOf(log, 0, 0)).toEqual([0]);
  });

  test('ten thousand that are never settled cost their bytes while others pass between them', () => {
    const pool = new SegmentPool();
    const log = new UnackedLog(pool);
    for (let number = 0; number < 300_000; number++) {
      send(log, number);
      if (number % 30 !== 0) log.settle(number, number);
    }
    expect(log.length).toBe(10_000);
    expect(pool.bytes).toBeLessThan(3 * log.bytes);
    const settled = new Settled();
    log.settleAll(settled);
    expect(settled.numbers).toEqual(ascending(0, 10_000).map(i => i * 30));
  });

  test('none for consumers without messages', () => {
    const pool = new SegmentPool();
    const logs = Array.from({ length: 1000 }, () => new UnackedLog(pool));
    expect(pool.bytes).toBe(0);
    for (const log of logs) send(log, 1);
    expect(pool.bytes).toBe(512_000);
    for (const log of logs) log.settle(1, 1);
    expect(pool.bytes).toBe(0);
  });
});

test('a log settles what a sorted array does', () => {
  const step = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ send: fc.nat(60), bytes: fc.nat(500), gap: fc.constantFrom(1, 1, 7) }),
    },
    { weight: 3, arbitrary: fc.record({ from: fc.nat(400), many: fc.nat(150), watched: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ single: fc.nat(400), watched: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ oldest: fc.nat(80), watched: fc.boolean() }) },
  );
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 150 }),
      fc.constantFrom(1, 2 ** 31 - 200, -200),
      (steps, firstNumber) => {
        const { log, pool } = logOf([]);
        /** Positions count on where tags wrap. */
        let model: { position: number; bytes: number }[] = [];
        let next = firstNumber;
        const settle = (first: number, last: number, watched: boolean): void => {
          const inRange = model.filter(({ position }) => position >= first && position <= last);
          model = model.filter(({ position }) => position < first || position > last);
          if (watched) {
            expect(settledOf(log, first | 0, last | 0)).toEqual(inRange.map(({ position }) => position | 0));
          } else {
            expect(log.settle(first | 0, last | 0)).toBe(inRange.length);
          }
        };
        for (const step of steps) {
          if ('send' in step) {
            for (let i = 0; i < step.send; i++) {
              send(log, next | 0, step.bytes);
              model.push({ position: next, bytes: step.bytes });
              next += step.gap;
            }
          } else if ('from' in step) {
            settle(next - step.from, next - step.from + step.many, step.watched);
          } else if ('single' in step) {
            settle(next - step.single, next - step.single, step.watched);
          } else {
            const oldest = model[0]?.position ?? next;
            settle(oldest, oldest + step.oldest, step.watched);
          }
          const bytes = model.reduce((sum, message) => sum + int32sOf(message.bytes) * 4, 0);
          expect([log.length, log.bytes]).toEqual([model.length, bytes]);
          expect(log.oldest).toBe(model.length > 0 ? model[0]!.position | 0 : undefined);
          const probe = next - 1 - (steps.length % 50);
          expect(log.has(probe | 0)).toBe(model.some(({ position }) => position === probe));
          const held = bytes + 8 * model.length;
          expect(pool.bytes).toBeLessThanOrEqual(held === 0 ? 0 : Math.max(512, 8 * held));
        }
        const rest = new Settled();
        log.settleAll(rest);
        expect(rest.numbers).toEqual(model.map(({ position }) => position | 0));
        expect(pool.bytes).toBe(0);
      },
    ),
    { numRuns: 400 },
  );
});
