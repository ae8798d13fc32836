import { expect, test } from 'vitest';
import { explore } from '#explore/index.js';
import { loadCode } from '#proof/code-under-test.js';
import { brokerStateEntries } from '#proof/scenarios/arena/broker-state.js';
import { memoryAlarmEntries } from '#proof/scenarios/arena/memory-alarm.js';
import { memoryWaiterEntries } from '#proof/scenarios/arena/memory-waiters.js';
import { pageAllocatorEntries } from '#proof/scenarios/arena/page-allocator.js';
import { pageDeathEntries } from '#proof/scenarios/arena/page-deaths.js';
import { replyMailboxEntries, twoWaits } from '#proof/scenarios/arena/reply-mailboxes.js';
import { routerSleepEntries, sharedRing } from '#proof/scenarios/arena/router-sleep.js';
import { sessionEntries } from '#proof/scenarios/arena/sessions.js';

const entries = [
  ...brokerStateEntries,
  ...memoryAlarmEntries,
  ...memoryWaiterEntries,
  ...pageAllocatorEntries,
  ...pageDeathEntries,
  ...replyMailboxEntries,
  ...routerSleepEntries,
  ...sessionEntries,
];

const code = await loadCode();

/** The quick ones; each with the executions and outcomes that it has at least. `npm run explore` runs all. */
test.each([
  ['state/3-changes', 50, 4],
  ['state/3-changes-watched', 2000, 18],
  ['state/threads', 20, 6],
  ['alarm/1-publisher', 10, 1],
  ['alarm/2-publishers', 150, 1],
  ['alarm/closed', 150, 4],
  ['alarm/router-dies', 2500, 8],
  ['memory/2-wait-for-runs', 2000, 1],
  ['memory/ready', 1000, 1],
  ['memory/given-back', 1000, 3],
  ['memory/waker-dies', 5000, 2],
  ['memory/ended', 50, 1],
  ['pages/2-threads-1-page', 100, 3],
  ['pages/run-against-page', 150, 3],
  ['pages/run-against-run', 300, 3],
  ['pages/3-threads', 3000, 4],
  ['pages/3-threads-runs', 3500, 7],
  ['pages/high-water', 2500, 6],
  ['pages/transfer', 300, 4],
  ['pages/reserve', 20, 3],
  ['pages/low-pages-first', 1, 1],
  ['pages/owner-dies', 5000, 16],
  ['pages/owner-dies-2-runs', 5000, 6],
  ['replies/closing', 30, 3],
  ['replies/two-waits', 200, 1],
  ['router/body-reclaimed', 2500, 1],
  ['sessions/2-for-1-slot', 600, 9],
  ['sessions/3-for-2-slots', 4000, 13],
  ['sessions/lineage', 20, 6],
  ['sessions/changing-hands', 50, 3],
])('%s', (name, executions, outcomes) => {
  const entry = entries.find(each => each.name === name)!;
  const result = explore(entry.make(code), entry.search);
  expect(result.violation?.message).toBeUndefined();
  expect(result.complete).toBe(true);
  expect(result.executions).toBeGreaterThanOrEqual(executions);
  expect(result.outcomes.size).toBeGreaterThanOrEqual(outcomes);
});

test('names are unique', () => {
  expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
});

test('a router that asks for bells before it announces its sleep, as it once did, sleeps for ever', () => {
  const { violation } = explore(sharedRing(code, true), { preemptions: 2 });
  expect(violation?.kind).toBe('deadlock');
});

test('a wait that takes the announcement of another back, and wakes it not, leaves it asleep', () => {
  const { violation } = explore(twoWaits(code, false), { timeouts: 1 });
  expect(violation?.kind).toBe('deadlock');
});
