import { expect, test } from 'vitest';
import { LockClock } from '#src/lab/measure/lock-clock.js';
import { timelineOf } from '#src/lab/measure/timeline.js';

function hold(clock: LockClock, times: number): void {
  for (let i = 0; i < times; i++) {
    clock.hold();
    clock.give();
  }
}

test('every hold is counted, every 31st is timed, and none is written down', () => {
  const clock = new LockClock();
  hold(clock, 31 * 3);
  expect(clock.times).toMatchObject({ acquisitions: 93, timed: 3, waited: 0 });
  expect(clock.trace.length).toBe(0);
});

test('every wait is timed, of whatever length', () => {
  const clock = new LockClock();
  for (let i = 0; i < 3; i++) {
    const before = clock.times.waited;
    clock.begin();
    for (const start = performance.now(); performance.now() - start < 0.1; );
    clock.end();
    expect(clock.times.waited).toBeGreaterThanOrEqual(before + 0.1 - 0.001);
  }
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
