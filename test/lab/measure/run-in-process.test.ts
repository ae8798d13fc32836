import { describe, expect, test } from 'vitest';
import { type Cell, cellKey, cellSchema } from '#src/lab/cell.js';
import { hasWebLocks } from '#src/lab/impossible.js';
import { runInProcess } from '#src/lab/measure/run-in-process.js';
import { runSchema } from '#src/lab/results.js';

const BASE: Cell = {
  design: 'queue-per-consumer',
  lock: null,
  producers: 2,
  consumers: 2,
  body: 32,
  batch: 64,
  ring: 1 << 16,
  work: 0,
  wait: 'block',
  routed: false,
  rate: null,
};
const LOCKED = { ...BASE, design: 'shared-locked' } as const;
const RATED = { ...BASE, producers: 1, consumers: 1, batch: 8, rate: 2000 } as const;

const CELLS: Cell[] = [
  BASE,
  { ...BASE, batch: 1, body: 16 },
  { ...LOCKED, lock: 'futex' },
  { ...LOCKED, lock: 'futex', batch: 1, body: 256 },
  { ...LOCKED, lock: 'spin', producers: 1, consumers: 1 },
  { ...LOCKED, lock: 'ticket', producers: 1, consumers: 1 },
  { ...LOCKED, lock: 'mcs', producers: 1, consumers: 1 },
  { ...BASE, design: 'shared-lock-free' },
  { ...BASE, design: 'shared-lock-free', body: 4096 },
  { ...BASE, design: 'message-port', batch: 1 },
  { ...BASE, design: 'message-port', wait: 'event-loop' },
  { ...BASE, body: 4096, consumers: 3 },
  { ...BASE, wait: 'event-loop', work: 100 },
  { ...BASE, wait: 'poll' },
  { ...BASE, wait: 'pull' },
  { ...BASE, wait: 'spin', producers: 1, consumers: 1 },
  { ...BASE, routed: true },
  { ...LOCKED, lock: 'futex', routed: true },
  { ...LOCKED, lock: 'futex', routed: true, batch: 1 },
  { ...BASE, design: 'shared-lock-free', routed: true },
  { ...BASE, design: 'message-port', routed: true },
  { ...BASE, design: 'message-port', routed: true, batch: 1, wait: 'event-loop' },
  RATED,
  { ...RATED, wait: 'event-loop' },
  { ...RATED, wait: 'poll' },
  { ...RATED, wait: 'pull' },
  { ...RATED, routed: true },
  { ...RATED, routed: true, wait: 'event-loop' },
  { ...RATED, routed: true, wait: 'poll' },
  { ...RATED, routed: true, wait: 'pull' },
  { ...RATED, routed: true, wait: 'spin' },
];

const ORDER = { round: 1, warmUpSeconds: 0.02, seconds: 0.1, trace: false };

describe('one run in a process of its own', () => {
  test.each(CELLS.map(cell => [cellKey(cellSchema.parse(cell)), cell] as const))('%s', async (_, cell) => {
    // A busy machine may give a thread nothing for a while.
    const run = await runInProcess({ ...ORDER, seconds: cell.rate === null ? 0.1 : 0.5, cell });
    expect(runSchema.parse(run)).toEqual(run);
    expect(run.faults).toEqual([]);
    expect(run.verified).toBe(true);
    expect(run.received).toBe(run.sent);
    expect(run.sent).toBeGreaterThan(0);
    expect(run.cell).toEqual(cell);
    expect(run.threads.filter(({ role }) => role === 'producer').length).toBe(cell.producers);
    expect(run.threads.filter(({ role }) => role === 'consumer').length).toBe(cell.consumers);
    if (cell.rate === null) {
      expect(run.throughput).toBeGreaterThan(0);
      expect(run.latency).toBeNull();
    } else {
      expect(run.latency!.count).toBeGreaterThan(0);
      expect(run.latency!.p50).toBeLessThanOrEqual(run.latency!.max);
    }
    const locks = run.threads.filter(({ lock }) => lock !== null);
    expect(locks.length).toBe(cell.lock !== null && !cell.routed ? cell.producers + cell.consumers : 0);
    for (const { lock } of locks) expect(lock!.acquisitions).toBeGreaterThanOrEqual(lock!.timed);
  });

  test('with a trace, the holds of a lock do not overlap', async () => {
    const run = await runInProcess({ ...ORDER, trace: true, cell: { ...LOCKED, lock: 'futex' } });
    const holds = run.timeline!;
    expect(holds.length).toBeGreaterThan(10);
    for (const [index, [thread, from, to]] of holds.entries()) {
      expect(thread).toBeLessThan(4);
      expect(to).toBeGreaterThanOrEqual(from);
      // The clocks of two threads differ by less than this.
      if (index > 0) expect(from).toBeGreaterThan(holds[index - 1]![2] - 5);
    }
  });

  test.skipIf(!hasWebLocks)(
    `Node's own locks (${hasWebLocks ? 'there are some' : `skipped: Node ${process.version} has no worker_threads.locks`})`,
    async () => {
      const run = await runInProcess({ ...ORDER, cell: { ...LOCKED, lock: 'web-locks' } });
      expect(run.faults).toEqual([]);
      expect(run.sent).toBeGreaterThan(0);
      expect(run.threads.every(({ lock }) => lock!.contended === null)).toBe(true);
    },
  );

  test('an aborted run is dead when its promise rejects', async () => {
    const controller = new AbortController();
    const run = runInProcess({ ...ORDER, seconds: 3600, cell: BASE }, controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(run).rejects.toBe(reason);
  });

  test('a run that cannot be is a run with a fault', async () => {
    const run = await runInProcess({ ...ORDER, cell: { ...BASE, design: 'none' as 'message-port' } });
    expect(run.verified).toBe(false);
    expect(run.faults.length).toBe(1);
    expect(run.throughput).toBeNull();
  });
});
