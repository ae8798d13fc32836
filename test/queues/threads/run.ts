import { expect } from 'vitest';
import type { Design, Handle } from '../fixtures/designs.mjs';
import { SEED } from '../fixtures/records.mjs';
import { startThread, type Thread } from '../fixtures/thread.js';

export interface Run {
  writers: number;
  readers: number;
  /** Records of each writer that lives. */
  records: number;
  /** How threads wait: blocked, or on their event loop. */
  mode: 'block' | 'event';
  /** Threads sleep at random moments, so that the others run out of records or of space. */
  sleepy?: boolean;
  /** Further threads that are terminated in the middle. */
  doomedWriters?: number;
  doomedReaders?: number;
}

/** Records that one terminated reader may take along: what it had opened. */
const LOST_WITH_A_READER = 128;

/** Runs writers and readers in threads of their own, terminates the doomed, and checks what arrived. */
export async function run(design: Design, options: Run): Promise<void> {
  const { writers, readers, records, mode, sleepy = false, doomedWriters = 0, doomedReaders = 0 } = options;
  const queue = design.make({
    capacity: 512,
    writers: writers + doomedWriters,
    readers: readers + doomedReaders,
  });
  const tally = new SharedArrayBuffer(writers * records);
  const held = new Set<number>();
  const hold = (first: number, count: number): void => {
    for (let number = first; number < first + count; number++) held.add(number);
  };
  let seed = SEED;

  const startReader = (handle: Handle, doomed: boolean): Thread => {
    const { transfer = [], ...plain } = handle;
    const data = { handle: plain, design: design.name, seed: ++seed, mode, sleepy };
    const check = { writers: writers + doomedWriters, records, tallied: writers, tally };
    const contiguous = readers === 1 && doomedReaders === 0;
    const reportAt = doomed ? 1 + (seed % 500) : -1;
    return startThread('reader.mjs', { ...data, ...check, contiguous, reportAt }, transfer);
  };
  const startWriter = (handle: Handle, id: number, doomed: boolean): Thread => {
    const { transfer = [], ...plain } = handle;
    const data = { handle: plain, design: design.name, seed: ++seed, mode, sleepy: sleepy && !doomed };
    const reportAt = doomed ? 1 + (seed % 500) : -1;
    return startThread('writer.mjs', { ...data, id, records, endless: doomed, reportAt }, transfer);
  };

  const readerThreads = queue.readers.map((handle, i) => startReader(handle, i >= readers));
  const writerThreads = queue.writers.map((handle, i) => startWriter(handle, i, i >= writers));

  const endWriter = async (thread: Thread, i: number): Promise<void> => {
    await thread.message;
    await thread.kill();
    queue.recoverWriter(i);
  };
  const endReader = async (thread: Thread, i: number): Promise<void> => {
    await thread.message;
    await thread.kill();
    while (!queue.recoverReader?.(i, hold)) await new Promise(resolve => setImmediate(resolve));
  };
  // A doomed reader may find the queue empty before it has read enough: it ends with the others then.
  const readersEnd = readerThreads.slice(readers).map((thread, i) => endReader(thread, readers + i));
  await Promise.all([
    ...writerThreads.slice(0, writers).map(thread => thread.exited),
    ...writerThreads.slice(writers).map((thread, i) => endWriter(thread, writers + i)),
  ]);
  queue.close?.();
  await Promise.all(readersEnd);
  await Promise.all(readerThreads.slice(0, readers).map(thread => thread.exited));

  const counts = new Uint8Array(tally);
  expect(counts.filter(count => count > 1).length, 'records that came twice').toBe(0);
  const missing = [...counts.keys()].filter(number => counts[number] === 0);
  expect(missing.length, 'records that did not come').toBeLessThanOrEqual(doomedReaders * LOST_WITH_A_READER);
  // With one writer, the numbers tell the records apart, and they are what a dead reader's records begin with.
  if (writers + doomedWriters === 1) {
    expect(
      missing.filter(number => !held.has(number)),
      'records that no dead reader had taken',
    ).toEqual([]);
  }
}
