import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { busy } from '#src/lab/measure/busy.js';
import { MachineLoad } from '#src/lab/measure/machine-load.js';

const known = existsSync('/proc/stat');

test.skipIf(!known)(
  `what others took is a part of the processors' time (${known ? 'from /proc' : 'skipped: this system has no /proc/stat'})`,
  () => {
    const load = new MachineLoad();
    let state = 1;
    // Longer than a tick of /proc/stat, so that there is something to divide.
    for (const start = performance.now(); performance.now() - start < 100; ) state = busy(10_000, state);
    expect(state).not.toBe(0);
    const { average, steal, others } = load.since()!;
    expect(average).toBeGreaterThanOrEqual(0);
    for (const part of [steal!, others!]) {
      expect(part).toBeGreaterThanOrEqual(0);
      expect(part).toBeLessThanOrEqual(1);
    }
    expect(steal! + others!).toBeLessThanOrEqual(1);
  },
);
