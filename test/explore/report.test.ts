import { expect, test } from 'vitest';
import { formatViolation } from '#explore/report.js';
import type { Step, Violation } from '#explore/scenario.js';
import { scheduleTable } from '#explore/schedule-table.js';
import { VIOLATION } from './violation.js';

test('a violation as people see it', () => {
  expect(formatViolation(VIOLATION)).toBe(
    `
not-linearizable: No order of the calls explains their results.

step  writer              reader                      watch
   1  invoke enqueue(7n)  │                           │
   2  store b0+128 = 7    │                           │                           mailbox.js:3   Atomics.store(words, 32, 7);
   3  ├─────────────────> invoke dequeue()            │
   4  │                   load b0+128 → 7             │                           mailbox.js:12  const tail = Atomics.load(words, 32);
   5  │                   ├─────────────────────────> wait b1+0 while 0n: sleeps
   6  dies <──────────────┼───────────────────────────┤
   7  └───────────────────┼─────────────────────────> join writer: died
   8                      return dequeue → undefined <┤                           mailbox.js:14  return tail;

Calls, and the steps at which they began and ended:
  writer  enqueue(7n)            1, never ended
  reader  dequeue() → undefined  3 to 8

To run exactly this schedule again:
  explore(scenario, { replay: '0x2.1x2.2.0.2.1!0@1' })`.trimStart(),
  );
});

test('where the width is short, source text is cut, and columns overlap', () => {
  expect(scheduleTable(VIOLATION, 100)).toBe(
    `
step  writer   reader   watch
   1  invoke enqueue(7n)
   2  store b0+128 = 7  │                           mailbox.js:3   Atomics.store(words, 32, 7);
   3  ├──────> invoke dequeue()
   4  │        load b0+128 → 7                      mailbox.js:12  const tail = Atomics.load(words,…
   5  │        ├──────> wait b1+0 while 0n: sleeps
   6  dies <───┼────────┤
   7  └────────┼──────> join writer: died
   8           return dequeue → undefined           mailbox.js:14  return tail;`.trimStart(),
  );
});

/** Many steps of many threads: every thread goes on after every other. */
function longViolation(threads: number, steps: number): Violation {
  const all: Step[] = Array.from({ length: steps }, (_, i) => ({
    thread: (i * i + (i >> 2)) % threads,
    kind: 'compareExchange',
    buffer: i % 3,
    byteOffset: 128 * i,
    arguments: [i, i + 1],
    result: i,
    source: {
      file: '/app/mailbox.js',
      line: i,
      text: `if (Atomics.compareExchange(this.#control, Mailbox.TAIL, step${i}) !== tail) return;`,
    },
  }));
  const names = Array.from({ length: threads }, (_, i) => `thread-${i}`);
  return { ...VIOLATION, threads: names, steps: all, history: [] };
}

test.each([
  [2, 160],
  [3, 160],
  [4, 120],
  [2, 100],
])('%d threads fit into %d columns, and every step is there', (threads, width) => {
  const violation = longViolation(threads, 500);
  const [, ...rows] = scheduleTable(violation, width).split('\n');
  expect(rows).toHaveLength(500);
  for (const [i, row] of rows.entries()) {
    expect(row.length).toBeLessThanOrEqual(width);
    expect(row).toMatch(new RegExp(`^ *${i + 1} `));
    expect(row).toContain(`compareExchange b${i % 3}+${128 * i} ${i} → ${i + 1}: was ${i} (stored)`);
    expect(row).toContain(`mailbox.js:${i} `);
  }
});

test('nothing of a step is cut where no width is left', () => {
  const report = scheduleTable(longViolation(3, 20), 20);
  for (let i = 0; i < 20; i++) {
    expect(report).toContain(`compareExchange b${i % 3}+${128 * i} ${i} → ${i + 1}: was ${i} (stored)`);
    expect(report).toContain(`mailbox.js:${i}`);
  }
});

test('one thread alone is wider than the terminal', () => {
  expect(scheduleTable(longViolation(1, 1), 20)).toBe(
    ['step  thread-0', '   1  compareExchange b0+0 0 → 1: was 0 (stored)  mailbox.js:0'].join('\n'),
  );
});

test('a label that was not reached has neither steps nor a replay', () => {
  const message = "No execution reached 'full'.";
  const violation: Violation = {
    ...VIOLATION,
    kind: 'unreachable',
    message,
    steps: [],
    replay: '',
    history: [],
  };
  expect(formatViolation(violation)).toBe(`unreachable: ${message}`);
});
