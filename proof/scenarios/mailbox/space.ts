import { joinThread, reachable } from '../../../explore/index.js';
import type { MailboxMemory } from '../../../src/memory/mailbox.js';
import type { MailboxWriter } from '../../../src/memory/mailbox-writer.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { onIdleEventLoop } from './event-loop.js';
import { type MailboxProgram, mailboxEntry } from './mailbox-entry.js';
import {
  accepted,
  drain,
  expect,
  expectDelivery,
  expectEmpty,
  park,
  poll,
  put,
  send,
  sendAll,
  take,
} from './messages.js';

type Await = (writer: MailboxWriter) => void;

/** Sends a frame; as long as there is no room, it sleeps. `vain`: how often it may be woken before there is room. */
function sendSleeping(writer: MailboxWriter, ids: readonly number[], sleep: Await, vain: number): void {
  for (const id of ids) expect(put(writer, id), 'The batch was full');
  for (let tries = 0; !writer.flush(); tries++) {
    reachable('full');
    expect(tries <= vain, `The writer of ${ids} did not sleep until there was room`);
    sleep(writer);
  }
}

/** Frames of one record, which fill a ring before the threads begin. */
function fill(code: CodeUnderTest, memory: MailboxMemory, ...ids: readonly number[]): void {
  const writer = new code.MailboxWriter(memory, 0);
  for (const id of ids) expect(send(writer, id), 'The ring was full too early');
  expect(!send(writer, 0), 'The ring is not full');
}

/** A full ring of four blocks, and a writer that waits for space in it. */
function waiting(
  code: CodeUnderTest,
  ids: readonly number[],
  sleep: Await,
  vain: number,
  more: Partial<MailboxProgram> = {},
): MailboxProgram {
  const first = [11, 12, 13, 14];
  return {
    capacity: 32,
    writers: 2,
    ...more,
    prepare: memory => fill(code, memory, ...first),
    threads: {
      writer: memory => sendSleeping(new code.MailboxWriter(memory, 1), ids, sleep, vain),
      reader: memory => poll(new code.MailboxReader(memory), first.length + ids.length),
    },
    check({ shared: memory, results }) {
      expectDelivery(results['reader'], first, ids);
      expectEmpty(memory);
    },
    reachable: ['full'],
  };
}

const FRAMES_1 = [[11], [12]];
const FRAMES_2 = [[21]];

/** Where a difference of positions that forgets one of the two is far from right. */
const HALFWAY = (0x80000000 | 0) + 1024;

const blocking: Await = writer => writer.awaitSpace();
const onEventLoop: Await = writer => void onIdleEventLoop(() => writer.awaitSpaceAsync());

/** A writer that does not sleep looks as often as it is woken in vain: that is no loop that waits. */
const LOOKS = { rounds: 4 };

export const spaceEntries: readonly ProofEntry[] = [
  mailboxEntry(
    'mailbox/waits-for-space',
    'a writer that sleeps for space wakes when half of the ring is free',
    code => waiting(code, [21], blocking, 0),
    { search: LOOKS },
  ),
  mailboxEntry(
    'mailbox/waits-for-space-on-event-loop',
    'the same on an event loop, with positions above 2^31',
    code => waiting(code, [21], onEventLoop, 0, { start: HALFWAY }),
    { search: LOOKS },
  ),
  mailboxEntry(
    'mailbox/waits-for-space-above-2^31',
    'a writer that sleeps for space, where positions are negative as int32s',
    code => waiting(code, [21], blocking, 0, { start: HALFWAY }),
  ),
  mailboxEntry(
    'mailbox/waits-for-space-padding',
    'a writer that sleeps for space for padding, and then for its frame',
    code => waiting(code, [21, 22, 23, 24], blocking, 4, { start: 24 }),
  ),
  mailboxEntry(
    'mailbox/2-writers-wait-for-space',
    'two writers that sleep for space, and a reader that sleeps for frames',
    code => ({
      capacity: 16,
      writers: 3,
      prepare: memory => fill(code, memory, 11, 12),
      threads: {
        writer1: memory => sendSleeping(new code.MailboxWriter(memory, 1), [21], blocking, 2),
        writer2: memory => sendSleeping(new code.MailboxWriter(memory, 2), [31], blocking, 2),
        reader: memory => park(new code.MailboxReader(memory), 4),
      },
      check({ shared: memory, results }) {
        expectDelivery(results['reader'], [11, 12], [21], [31]);
        expectEmpty(memory);
      },
      reachable: ['full', 'slept'],
    }),
    { search: { preemptions: 2 }, nightly: { preemptions: 4, milliseconds: 600_000 } },
  ),
  mailboxEntry(
    'mailbox/full',
    'writers that give up when the ring is full: what was accepted arrives',
    code => ({
      capacity: 16,
      writers: 2,
      threads: {
        writer1: memory => sendAll(new code.MailboxWriter(memory, 0), FRAMES_1),
        writer2: memory => sendAll(new code.MailboxWriter(memory, 1), FRAMES_2),
        reader(memory) {
          const reader = new code.MailboxReader(memory);
          const ids = take(reader) ?? [];
          joinThread('writer1');
          joinThread('writer2');
          return [...ids, ...drain(reader)];
        },
      },
      check({ shared: memory, results }) {
        const answers = [results['writer1'], results['writer2']].flat();
        const refused = answers.filter(answer => answer === false).length;
        // Two frames fit in any case, and a third one once the first was taken.
        expect(refused <= 1, `${refused} of three frames were refused`);
        if (refused === 1) reachable('full');
        if (refused === 0) reachable('room for three');
        expectDelivery(
          results['reader'],
          accepted(FRAMES_1, results['writer1']),
          accepted(FRAMES_2, results['writer2']),
        );
        expectEmpty(memory);
      },
      reachable: ['full', 'room for three'],
    }),
  ),
];
