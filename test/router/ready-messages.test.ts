import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReadyMessages } from '#src/router/ready-messages.js';
import { SegmentPool } from '#src/router/segment-pool.js';
import { levelOf, storedInt32s } from '#src/router/stored-message.js';
import { int32sOf, sequenceAt, shuffled, store } from './stored.js';

/** A queue's messages; `taken` copies as an unacked log would. */
class Queue {
  readonly pool = new SegmentPool();
  readonly ready: ReadyMessages;
  next: number;

  constructor(levels = 1, firstSequence = 0) {
    this.ready = new ReadyMessages(this.pool, levels);
    this.next = firstSequence;
  }

  add(bytes = 8, level = 0): void {
    const at = this.ready.reserve(level, int32sOf(bytes));
    store(this.ready.words, at, this.next, bytes, level);
    this.next = (this.next + 1) | 0;
  }

  take(): Int32Array {
    const { head, headAt } = this.ready;
    sequenceAt(head, headAt);
    const message = head.slice(headAt, headAt + storedInt32s(head, headAt));
    this.ready.shift();
    return message;
  }

  takeAll(): Int32Array[] {
    return Array.from({ length: this.ready.length }, () => this.take());
  }

  /** Sequences in the order in which they come, to the last. */
  drain(): number[] {
    return this.takeAll().map(message => message[0]!);
  }

  putBack(message: Int32Array): void {
    this.ready.putBack(message, 0);
  }
}

function ascending(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

describe('messages that wait', () => {
  test('are first in, first out, over many segments and messages of every length', () => {
    const queue = new Queue();
    for (let i = 0; i < 20_000; i++) queue.add(i % 500);
    queue.add(300_000); // longer than a segment
    queue.add();
    expect(queue.ready.length).toBe(20_002);
    expect(queue.drain()).toEqual(ascending(0, 20_002));
    expect([queue.ready.length, queue.ready.bytes, queue.pool.bytes]).toEqual([0, 0, 0]);
  });

  test('go by priority, and within a level by age', () => {
    const queue = new Queue(256);
    for (const level of [0, 3, 255, 3, 0, 31, 32]) queue.add(8, level);
    expect(levelOf(queue.ready.head, queue.ready.headAt)).toBe(255);
    expect(queue.drain()).toEqual([2, 6, 5, 1, 3, 0, 4]);
    queue.add(8, 1);
    queue.add(8, 2);
    expect(queue.drain()).toEqual([8, 7]);
  });

  test('take back what was taken, at its place', () => {
    const queue = new Queue(3);
    for (let i = 0; i < 12; i++) queue.add(8, i % 3);
    const taken = Array.from({ length: 7 }, () => queue.take()); // 2 5 8 11 1 4 7
    queue.putBack(taken[5]!);
    expect(queue.take()[0]).toBe(4);
    for (const message of [taken[5]!, taken[1]!, taken[6]!, taken[3]!]) queue.putBack(message);
    queue.add(8, 2);
    expect(queue.drain()).toEqual([5, 11, 12, 4, 7, 10, 0, 3, 6, 9]);
    expect(queue.pool.bytes).toBe(0);
  });

  test('are cleared, those put back, too, and the queue goes on', () => {
    const queue = new Queue(2);
    for (let i = 0; i < 5000; i++) queue.add(100, i % 2);
    const taken = Array.from({ length: 3000 }, () => queue.take());
    for (const i of shuffled(3000)) queue.putBack(taken[i]!);
    queue.ready.clear();
    expect([queue.ready.length, queue.ready.bytes, queue.pool.bytes]).toEqual([0, 0, 0]);
    queue.add();
    queue.add();
    queue.putBack(taken[0]!);
    expect(queue.drain()).toEqual([taken[0]![0], 5000, 5001]);
  });

  test.each(['ascending', 'descending', 'random', 'interleaved'] as const)(
    'take 100,000 back in %s order, in memory of their size',
    order => {
      const count = 100_000;
      const queue = new Queue(1, 2 ** 31 - 50_000); // the sequence wraps on the way
      for (let i = 0; i < count; i++) queue.add(40);
      const { bytes } = queue.ready;
      const taken = queue.takeAll();
      const orders = {
        ascending: () => ascending(0, count),
        descending: () => ascending(0, count).reverse(),
        random: () => shuffled(count),
        // As from 20 consumers that die one after the other.
        interleaved: () => ascending(0, count).map(i => (i % 5000) * 20 + Math.floor(i / 5000)),
      };
      for (const i of orders[order]()) queue.putBack(taken[i]!);
      expect(queue.ready.bytes).toBe(bytes);
      expect(queue.pool.bytes).toBeLessThan(bytes * 1.5);
      expect(queue.drain()).toEqual(taken.map(message => message[0]));
      expect(queue.pool.bytes).toBe(0);
    },
  );
});

test('messages that come back in any order are copied O(log n) times', () => {
  let acquired = 0;
  class CountingPool extends SegmentPool {
    override acquire(int32s: number, held?: number): Int32Array {
      const segment = super.acquire(int32s, held);
      acquired += segment.length;
      return segment;
    }
  }
  const count = 1 << 16;
  const message = new Int32Array(int32sOf(40));
  for (const order of [shuffled(count), ascending(0, count).reverse()]) {
    acquired = 0;
    const ready = new ReadyMessages(new CountingPool(), 1);
    for (const sequence of order) {
      store(message, 0, sequence, 40);
      ready.putBack(message, 0);
    }
    // Once into a run, and then into one that is at least half as long again.
    expect((acquired * 4) / ready.bytes).toBeLessThan(1 + Math.log(count) / Math.log(1.5));
  }
});

describe('memory of messages that wait', () => {
  test('none for a queue without messages, 512 bytes for one with a message', () => {
    const pool = new SegmentPool();
    const queues = Array.from({ length: 1000 }, () => new ReadyMessages(pool, 10));
    expect(pool.bytes).toBe(0);
    for (const queue of queues) {
      const at = queue.reserve(0, int32sOf(50));
      store(queue.words, at, 1, 50);
    }
    expect(pool.bytes).toBe(512_000);
    for (const queue of queues) queue.shift();
    expect(pool.bytes).toBe(0);
  });

  test('stays within a multiple of them while they come and go, and when a backlog was taken', () => {
    const queue = new Queue();
    let expected = 0;
    const check = (): void => {
      expect(queue.pool.bytes).toBeLessThanOrEqual(Math.max(512, queue.ready.bytes * 8));
    };
    for (const kept of [1, 30, 3, 3000, 2, 20_000, 1]) {
      for (let round = 0; round < 5000; round++) {
        queue.add(50);
        while (queue.ready.length > kept) expect(queue.take()[0]).toBe(expected++);
        check();
      }
      while (queue.ready.length > 1) {
        expect(queue.take()[0]).toBe(expected++);
        check();
      }
    }
  });
});

describe('a model of sorted arrays', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ add: fc.nat(2), bytes: fc.nat(600) }) },
    { weight: 1, arbitrary: fc.record({ addMany: fc.nat(60), bytes: fc.nat(600) }) },
    { weight: 3, arbitrary: fc.record({ take: fc.nat(40) }) },
    { weight: 4, arbitrary: fc.record({ putBack: fc.nat(20), from: fc.nat(), stride: fc.nat(10) }) },
    { weight: 1, arbitrary: fc.constant('putAllBack' as const) },
    { weight: 1, arbitrary: fc.constant('forget' as const) },
  );
  const rare = fc.constant('clear' as const);

  test.each([1, 3])('%i levels behave the same', levels => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 30, arbitrary: step }, { weight: 1, arbitrary: rare }), {
          maxLength: 150,
        }),
        fc.constantFrom(0, 2 ** 31 - 30, -30),
        (steps, first) => {
          const queue = new Queue(levels, first);
          const model: { age: number; level: number; sequence: number; bytes: number }[] = [];
          let taken: { entry: (typeof model)[number]; message: Int32Array }[] = [];
          let age = 0;
          const add = (level: number, bytes: number): void => {
            model.push({ age: age++, level, sequence: queue.next, bytes });
            queue.add(bytes, level);
            model.sort((a, b) => b.level - a.level || a.age - b.age);
          };
          const putBack = (index: number): void => {
            const [{ entry, message }] = taken.splice(index, 1) as [(typeof taken)[number]];
            queue.putBack(message);
            model.push(entry);
            model.sort((a, b) => b.level - a.level || a.age - b.age);
          };
          for (const step of steps) {
            if (step === 'putAllBack') {
              while (taken.length > 0) putBack(taken.length - 1);
            } else if (step === 'forget') {
              taken = [];
            } else if (step === 'clear') {
              queue.ready.clear();
              model.length = 0;
            } else if ('add' in step) {
              add(step.add % levels, step.bytes);
            } else if ('addMany' in step) {
              for (let i = 0; i < step.addMany; i++) add(i % levels, step.bytes);
            } else if ('take' in step) {
              for (let i = 0; i < step.take && model.length > 0; i++) {
                const message = queue.take();
                const entry = model.shift()!;
                expect([message[0], levelOf(message, 0)]).toEqual([entry.sequence, entry.level]);
                taken.push({ entry, message });
              }
            } else {
              for (let i = 0; i < step.putBack && taken.length > 0; i++) {
                putBack((step.from + i * step.stride) % taken.length);
              }
            }
            expect(queue.ready.length).toBe(model.length);
            expect(queue.ready.bytes).toBe(model.reduce((sum, { bytes }) => sum + int32sOf(bytes) * 4, 0));
            if (model.length === 0) expect(queue.pool.bytes).toBe(0);
            else expect(sequenceAt(queue.ready.head, queue.ready.headAt)).toBe(model[0]!.sequence);
          }
          expect(queue.drain()).toEqual(model.map(({ sequence }) => sequence));
          expect(queue.pool.bytes).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
