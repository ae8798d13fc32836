/** The shared-memory modules that scenarios use, as paths below `src/`. No two of them export the same name. */
const MODULES = [
  'client/outgoing.js',
  'memory/arena.js',
  'memory/bell.js',
  'memory/exclusive-writer.js',
  'memory/layout.js',
  'memory/mailbox.js',
  'memory/mailbox-reader.js',
  'memory/mailbox-writer.js',
  'memory/page-allocator.js',
  'memory/record-queue.js',
  'memory/recovery.js',
  'memory/untaken.js',
  'queues/end-broker.js',
  'queues/lock-free-layout.js',
  'queues/lock-free-reader.js',
  'queues/lock-free-recovery.js',
  'queues/lock-free-ring.js',
  'queues/lock-free-sole-writer.js',
  'queues/lock-free-writer.js',
  'queues/locked-layout.js',
  'queues/locked-reader.js',
  'queues/locked-ring.js',
  'queues/locked-writer.js',
  'queues/mcs-lock.js',
  'queues/mutex.js',
  'queues/ring-lock.js',
  'queues/sleepers.js',
  'queues/space-waiters.js',
  'queues/spin-lock.js',
  'queues/ticket-lock.js',
  'router/burial.js',
  'router/large-bodies.js',
  'router/memory-alarm.js',
  'router/outlet.js',
];

/** What a scenario runs: everything that MODULES export, of the shipped code or of a mutated copy of it. */
export type CodeUnderTest = typeof import('../src/client/outgoing.js') &
  typeof import('../src/memory/arena.js') &
  typeof import('../src/memory/bell.js') &
  typeof import('../src/memory/exclusive-writer.js') &
  typeof import('../src/memory/layout.js') &
  typeof import('../src/memory/mailbox.js') &
  typeof import('../src/memory/mailbox-reader.js') &
  typeof import('../src/memory/mailbox-writer.js') &
  typeof import('../src/memory/page-allocator.js') &
  typeof import('../src/memory/record-queue.js') &
  typeof import('../src/memory/recovery.js') &
  typeof import('../src/memory/untaken.js') &
  typeof import('../src/queues/end-broker.js') &
  typeof import('../src/queues/lock-free-layout.js') &
  typeof import('../src/queues/lock-free-reader.js') &
  typeof import('../src/queues/lock-free-recovery.js') &
  typeof import('../src/queues/lock-free-ring.js') &
  typeof import('../src/queues/lock-free-sole-writer.js') &
  typeof import('../src/queues/lock-free-writer.js') &
  typeof import('../src/queues/locked-layout.js') &
  typeof import('../src/queues/locked-reader.js') &
  typeof import('../src/queues/locked-ring.js') &
  typeof import('../src/queues/locked-writer.js') &
  typeof import('../src/queues/mcs-lock.js') &
  typeof import('../src/queues/mutex.js') &
  typeof import('../src/queues/ring-lock.js') &
  typeof import('../src/queues/sleepers.js') &
  typeof import('../src/queues/space-waiters.js') &
  typeof import('../src/queues/spin-lock.js') &
  typeof import('../src/queues/ticket-lock.js') &
  typeof import('../src/router/burial.js') &
  typeof import('../src/router/large-bodies.js') &
  typeof import('../src/router/memory-alarm.js') &
  typeof import('../src/router/outlet.js');

/** `src/` of the shipped code, compiled. */
export const SHIPPED_CODE = new URL('../src/', import.meta.url);

/**
 * Loads the code under test from a folder laid out like the compiled `src/`; each folder is loaded once. What lies above
 * `memory` and `queues` is always the shipped code: mutants are made of those two.
 */
export async function loadCode(root: URL = SHIPPED_CODE): Promise<CodeUnderTest> {
  const modules = await Promise.all(
    MODULES.map(path => import(new URL(path, /^(memory|queues)\//.test(path) ? root : SHIPPED_CODE).href)),
  );
  return Object.assign({}, ...modules) as CodeUnderTest;
}
