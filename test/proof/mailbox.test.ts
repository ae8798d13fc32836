import { describe, expect, test } from 'vitest';
import { explore } from '#explore/index.js';
import { loadCode } from '#proof/code-under-test.js';
import { POLLING_ROUNDS } from '#proof/polling.js';
import { mailboxEntries } from '#proof/scenarios/mailbox/mailbox.js';
import { givesUpBeforeTheDead } from '#proof/scenarios/mailbox/two-claimants.js';

const code = await loadCode();

/**
 * The quick scenarios: executions at least, and different outcomes. Far fewer executions would say that a scenario does not
 * meet any more what it is there for.
 */
const QUICK: readonly (readonly [name: string, executions: number, outcomes: number])[] = [
  ['mailbox/attach', 6, 4],
  ['mailbox/made-over-another', 1, 1],
  ['mailbox/detach', 10, 2],
  ['mailbox/mark-dead', 70, 4],
  ['mailbox/lineage-of-a-former-owner', 3, 1],
  ['mailbox/slot-changes-hands-amid-a-report', 7, 1],
  ['exclusive-writer/parking-reader', 100, 1],
  ['exclusive-writer/close', 100, 1],
  ['exclusive-writer/waits-for-space', 200, 1],
  ['exclusive-writer/waits-for-space-above-2^31', 200, 1],
  ['exclusive-writer/waits-for-space-on-event-loop', 200, 1],
  ['exclusive-writer/asks-for-bell', 300, 1],
  ['exclusive-writer/end-of-ring', 9, 1],
  ['exclusive-writer/padding', 10, 1],
  ['exclusive-writer/full', 3, 2],
  ['exclusive-writer/takes-over', 9, 1],
  ['exclusive-writer/last-reply', 3, 1],
  ['mailbox/positions-wrap-at-2^31', 100, 2],
  ['mailbox/positions-wrap-at-2^32', 100, 2],
  ['mailbox/full-at-2^32', 6, 2],
  ['mailbox/stale-head', 5, 1],
  ['mailbox/stale-mark-amid-claims', 10, 2],
  ['mailbox/reader-on-event-loop', 100, 1],
  ['mailbox/onlooker', 10, 7],
  ['mailbox/close-amid-announcements', 100, 1],
  ['mailbox/close-wakes-reader', 6, 1],
  ['mailbox/close-wakes-reader-on-event-loop', 6, 1],
  ['mailbox/close-wakes-writer', 5, 1],
  ['mailbox/close-wakes-writer-on-event-loop', 5, 1],
  ['mailbox/waits-for-space', 100, 1],
  ['mailbox/waits-for-space-on-event-loop', 100, 1],
  ['mailbox/waits-for-space-above-2^31', 80, 1],
  ['mailbox/waits-for-space-padding', 1000, 1],
  ['mailbox/full', 20, 6],
  ['mailbox/parking-reader', 100, 1],
  ['mailbox/2-writers-1-frame', 30, 2],
  ['mailbox/padding', 10, 1],
  ['mailbox/2-writers-padding', 400, 2],
  ['mailbox/batches', 10, 1],
  ['mailbox/long-record', 3, 1],
  ['mailbox/oversized-record', 30, 2],
  ['mailbox/spinning-reader', 10, 1],
  ['mailbox/dead-loser', 7, 1],
  ['mailbox/leaves-amid-recovery', 2, 1],
  ['mailbox/note-of-the-next-owner', 3, 1],
  ['mailbox/note-of-a-former-owner', 1000, 3],
  ['mailbox/dies', 1000, 3],
  ['mailbox/2-die-measured-8-8', 100, 3],
  ['bell/2-ringers', 100, 1],
  ['bell/event-loop', 100, 1],
  ['bell/timeout', 2000, 1],
  ['bell/ringer-dies', 30, 2],
  ['mailbox/fifo-1-writer', 50, 6],
  ['mailbox/fifo-2-writers', 100, 7],
  ['mailbox/untaken-of-a-dead-reader', 600, 7],
  ['mailbox/untaken-of-a-reader-that-stopped', 3, 1],
  ['mailbox/close-amid-sleepers', 700, 2],
  ['mailbox/gives-up-before-the-dead', 2000, 2],
];

test('every quick scenario stands in the table, and every name once', () => {
  const quick = mailboxEntries.filter(({ trap }) => trap !== undefined).map(({ name }) => name);
  expect(QUICK.map(([name]) => name).sort()).toEqual(quick.sort());
  expect(new Set(mailboxEntries.map(({ name }) => name)).size).toBe(mailboxEntries.length);
});

describe('no schedule breaks the mailbox', () => {
  test.each(QUICK)('%s', (name, executions, outcomes) => {
    const entry = mailboxEntries.find(each => each.name === name)!;
    const result = explore(entry.make(code), { rounds: POLLING_ROUNDS, ...entry.trap });
    expect(result.violation).toBeUndefined();
    expect(result.complete).toBe(true);
    expect(result.executions).toBeGreaterThanOrEqual(executions);
    expect(result.outcomes.size).toBeGreaterThanOrEqual(outcomes);
  });
});

test('a router that does not look at notes before it sleeps would be found to sleep for ever', () => {
  const entry = givesUpBeforeTheDead(burial => burial.news);
  const { violation } = explore(entry.make(code), { preemptions: 2 });
  expect(violation?.kind).toBe('deadlock');
  expect(violation?.message).toContain('router');
});
