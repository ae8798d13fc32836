import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { busy } from '#src/lab/measure/busy.js';
import { threadUsage, usageBetween } from '#src/lab/measure/thread-usage.js';

const known = existsSync('/proc/thread-self/schedstat');

test.skipIf(!known)(
  `a thread that works uses its core (${known ? 'from /proc' : 'skipped: this system has no /proc/thread-self/schedstat'})`,
  () => {
    const before = threadUsage();
    const state = busy(20_000_000, 1);
    const used = usageBetween(before, threadUsage());
    expect(state).not.toBe(0);
    expect(used.cpuSeconds).toBeGreaterThan(0);
    expect(used.voluntarySwitches).toBeGreaterThanOrEqual(0);
  },
);

describe('where the system says nothing', () => {
  const nothing = {
    cpuSeconds: null,
    runQueueSeconds: null,
    voluntarySwitches: null,
    involuntarySwitches: null,
  };

  test('a thread that does not exist', () => {
    expect(threadUsage(0x7fffffff)).toEqual(nothing);
  });

  test('differences are null, and never below 0', () => {
    const some = { cpuSeconds: 1, runQueueSeconds: 2, voluntarySwitches: 3, involuntarySwitches: null };
    const later = { ...some, cpuSeconds: 3, runQueueSeconds: 1 };
    expect(usageBetween(some, nothing)).toEqual(nothing);
    expect(usageBetween(some, later)).toEqual({
      cpuSeconds: 2,
      runQueueSeconds: 0,
      voluntarySwitches: 0,
      involuntarySwitches: null,
    });
  });
});
