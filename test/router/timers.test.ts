import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Timer, Timers } from '#src/router/timers.js';

describe('timers', () => {
  test('run when they are due, the earliest first, equal ones in the order of scheduling', () => {
    const timers = new Timers();
    const ran: string[] = [];
    const schedule = (name: string, at: number) => timers.schedule(at, now => ran.push(`${name} at ${now}`));
    expect(timers.next).toBe(Number.POSITIVE_INFINITY);
    schedule('c', 20);
    schedule('a', 10);
    schedule('d', 20);
    schedule('b', 10);
    expect(timers.next).toBe(10);
    expect(timers.runDue(9.5, 100)).toBe(0);
    expect(timers.runDue(10, 100)).toBe(2);
    expect(timers.next).toBe(20);
    expect(timers.runDue(25, 100)).toBe(2);
    expect(ran).toEqual(['a at 10', 'b at 10', 'c at 25', 'd at 25']);
    expect(timers.next).toBe(Number.POSITIVE_INFINITY);
  });

  test('are cancelled once, and not after they ran', () => {
    const timers = new Timers();
    const ran: string[] = [];
    const first = timers.schedule(1, () => ran.push('first'));
    const second = timers.schedule(2, () => ran.push('second'));
    expect([timers.cancel(first), timers.cancel(first)]).toEqual([true, false]);
    expect(timers.next).toBe(2);
    timers.runDue(2, 100);
    expect(timers.cancel(second)).toBe(false);
    expect(ran).toEqual(['second']);
  });

  test('stay in order when one is cancelled whose place another takes that is due earlier than its parent', () => {
    const timers = new Timers();
    const ran: number[] = [];
    const schedule = (at: number) => timers.schedule(at, () => ran.push(at));
    const all = [1, 10, 2, 11, 12, 3, 4].map(schedule);
    timers.cancel(all[3]!);
    schedule(20);
    timers.runDue(100, 100);
    expect(ran).toEqual([1, 2, 3, 4, 10, 12, 20]);
  });

  test('may schedule and cancel others while they run', () => {
    const timers = new Timers();
    const ran: string[] = [];
    timers.schedule(1, now => {
      ran.push('first');
      timers.cancel(second);
      timers.schedule(now, () => ran.push('due at once'));
      timers.schedule(now + 1, () => ran.push('later'));
    });
    const second = timers.schedule(1, () => ran.push('second'));
    expect(timers.runDue(1, 100)).toBe(2);
    expect(ran).toEqual(['first', 'due at once']);
    expect(timers.next).toBe(2);
  });

  test('that schedule themselves again for now leave off at the limit', () => {
    const timers = new Timers();
    const again = (now: number): void => {
      timers.schedule(now, again);
    };
    timers.schedule(1, again);
    expect(timers.runDue(1, 5)).toBe(5);
    expect(timers.next).toBe(1);
  });

  test('one that throws is not run again', () => {
    const timers = new Timers();
    timers.schedule(1, () => {
      throw new Error('a defect');
    });
    expect(() => timers.runDue(1, 5)).toThrow('a defect');
    expect(timers.runDue(1, 5)).toBe(0);
  });

  test('run and are cancelled as in a sorted list', () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ schedule: fc.nat(500) }) },
      { weight: 2, arbitrary: fc.record({ cancel: fc.nat(200) }) },
      { weight: 1, arbitrary: fc.record({ pass: fc.nat(20), limit: fc.nat(10) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 200 }), steps => {
        const timers = new Timers();
        const all: Timer[] = [];
        let expected: { at: number; id: number }[] = [];
        let now = 0;
        const ran: number[] = [];
        for (const step of steps) {
          if ('schedule' in step) {
            const id = all.length;
            const at = now + step.schedule;
            all.push(timers.schedule(at, () => ran.push(id)));
            expected.push({ at, id });
            expected.sort((a, b) => a.at - b.at || a.id - b.id);
          } else if ('cancel' in step) {
            if (all.length === 0) continue;
            const id = step.cancel % all.length;
            const waits = expected.some(timer => timer.id === id);
            expect(timers.cancel(all[id]!)).toBe(waits);
            expected = expected.filter(timer => timer.id !== id);
          } else {
            now += step.pass;
            const due = expected.filter(timer => timer.at <= now).slice(0, step.limit);
            ran.length = 0;
            expect(timers.runDue(now, step.limit)).toBe(due.length);
            expect(ran).toEqual(due.map(timer => timer.id));
            expected = expected.slice(due.length);
          }
          expect(timers.next).toBe(expected[0]?.at ?? Number.POSITIVE_INFINITY);
        }
      }),
      { numRuns: 500 },
    );
  });
});
