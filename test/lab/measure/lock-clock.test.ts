import { expect, test } from 'vitest';
import { LockClock } from '#src/lab/measure/lock-clock.js';
import { timelineOf } from '#src/lab/measure/timeline.js';

function hold(clock: LockClock, times: number): void {
  for (let i = 0; i < times; i++) {
    clock.ask();
    clock.grant();
    clock.give();
  }
}

test('every acquisition is counted, every 61st is timed, and none is written down', () => {
  const clock = new LockClock();
  hold(clock, 61 * 3);
  expect(clock.times).toMatchObject({ acquisitions: 183, timed: 3 });
  expect(clock.trace.length).toBe(0);
});

test('while it traces, every hold is timed and written down, up to a limit', () => {
  const clock = new LockClock();
  clock.tracing = true;
  hold(clock, 5000);
  expect(clock.times).toMatchObject({ acquisitions: 5000, timed: 5000 });
  expect(clock.trace.length).toBe(2 * 4096);
});

test('the timeline begins when all threads write, is in the order of time, and counts microseconds', () => {
  const traces = [Float64Array.of(1, 1.5, 3, 3.25), Float64Array.of(2, 2.5), new Float64Array(0)];
  expect(timelineOf(traces)).toEqual([
    [1, 0, 500],
    [0, 1000, 1250],
  ]);
});

test('without a lock there is no timeline', () => {
  expect(timelineOf([new Float64Array(0)])).toBeNull();
});
