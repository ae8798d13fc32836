import { reachable } from '../../../explore/index.js';
import type { MailboxMemory } from '../../../src/memory/mailbox.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { onIdleEventLoop } from './event-loop.js';
import { type MailboxProgram, mailboxEntry } from './mailbox-entry.js';
import { accepted, expect, expectDelivery, expectEmpty, send, sendAll, untilEnded } from './messages.js';

/** Throws unless a mailbox takes nothing any more. */
function expectClosed(code: CodeUnderTest, memory: MailboxMemory): void {
  expect(memory.closed, 'close() had no effect');
  const writer = new code.MailboxWriter(memory, 0);
  expect(!send(writer, 99) && writer.closed, 'A frame was accepted after the end');
}

/** Fills a ring of 16 words. */
function fill(code: CodeUnderTest, memory: MailboxMemory): void {
  const writer = new code.MailboxWriter(memory, 0);
  expect(send(writer, 11) && send(writer, 12), 'The ring was full too early');
}

type Frames = readonly (readonly number[])[];

/** Two writers, a reader that polls, and a third thread that closes the mailbox. */
function closedAmid(code: CodeUnderTest, first: Frames, second: Frames): MailboxProgram {
  const frames = first.length + second.length;
  return {
    writers: 2,
    threads: {
      closer: memory => memory.close(),
      writer1: memory => sendAll(new code.MailboxWriter(memory, 0), first),
      writer2: memory => sendAll(new code.MailboxWriter(memory, 1), second),
      reader: memory => untilEnded(new code.MailboxReader(memory)),
    },
    check({ shared: memory, results }) {
      const sent = [accepted(first, results['writer1']), accepted(second, results['writer2'])] as const;
      expectDelivery(results['reader'], ...sent);
      expectEmpty(memory);
      expectClosed(code, memory);
      reachable(`${sent.flat().length} accepted`);
    },
    reachable: Array.from({ length: frames + 1 }, (_, n) => `${n} accepted`),
  };
}

export const closingEntries: readonly ProofEntry[] = [
  mailboxEntry(
    'mailbox/onlooker',
    'any thread can see how far the writers are, and whether the mailbox is closed',
    code => ({
      threads: {
        writer: memory => send(new code.MailboxWriter(memory, 0), 11),
        closer: memory => memory.close(),
        onlooker: memory => [memory.tail, memory.closed, memory.tail],
      },
      check({ shared: memory, results }) {
        const [before, closed, after] = results['onlooker'] as [number, boolean, number];
        const end = results['writer'] === true ? 8 : 0;
        expect(before === 0 || before === end, `TAIL was ${before}`);
        // Nothing is claimed behind the end.
        expect(closed ? after === end : after >= before, `TAIL was ${after}, closed: ${closed}`);
        reachable(closed ? 'closed' : 'open');
        expectClosed(code, memory);
      },
      reachable: ['closed', 'open'],
    }),
    { search: { rounds: 4 } },
  ),
  mailboxEntry('mailbox/close-wakes-reader', 'a reader that sleeps hears of the end', code => ({
    threads: {
      closer: memory => memory.close(),
      reader(memory) {
        const reader = new code.MailboxReader(memory);
        return untilEnded(reader, () => {
          reader.await();
          reachable('slept');
        });
      },
    },
    check({ shared: memory }) {
      expectClosed(code, memory);
    },
    reachable: ['slept'],
  })),
  mailboxEntry('mailbox/close-wakes-reader-on-event-loop', 'the same on an event loop', code => ({
    threads: {
      closer: memory => memory.close(),
      reader(memory) {
        const reader = new code.MailboxReader(memory);
        return untilEnded(reader, () => {
          if (onIdleEventLoop(() => reader.awaitAsync()) !== undefined) reachable('slept');
        });
      },
    },
    reachable: ['slept'],
  })),
  ...[
    { where: '', sleep: 'awaitSpace' } as const,
    { where: '-on-event-loop', sleep: 'awaitSpaceAsync' } as const,
  ].map(({ where, sleep }) =>
    mailboxEntry(
      `mailbox/close-wakes-writer${where}`,
      'a writer that sleeps for space hears of the end, and says that the mailbox is closed',
      code => ({
        capacity: 16,
        start: 16,
        writers: 2,
        prepare: memory => fill(code, memory),
        threads: {
          closer: memory => memory.close(),
          writer(memory) {
            const writer = new code.MailboxWriter(memory, 1);
            let tries = 0;
            while (!send(writer, 21) && !writer.closed) {
              reachable('full');
              expect(tries++ === 0, 'The writer was woken for nothing');
              onIdleEventLoop(() => writer[sleep]());
            }
            return writer.closed;
          },
        },
        check({ shared: memory, results }) {
          expect(results['writer'] === true, 'The writer does not say that the mailbox is closed');
          expectClosed(code, memory);
        },
        reachable: ['full'],
      }),
    ),
  ),
  mailboxEntry(
    'mailbox/close-amid-writers',
    'what was accepted before a third thread closes the mailbox is read before its end, and nothing after it',
    code => closedAmid(code, [[11]], [[21]]),
  ),
  mailboxEntry(
    'mailbox/close-amid-more-frames',
    'the same with two frames of each writer',
    code => closedAmid(code, [[11], [12]], [[21], [22]]),
    { search: { preemptions: 2 }, nightly: { preemptions: 4, milliseconds: 600_000 } },
  ),
  mailboxEntry(
    'mailbox/close-amid-announcements',
    'a writer that falls asleep slowly is not left asleep by another one that announces itself after the end',
    code => {
      const untilClosed = (memory: MailboxMemory, slot: number): boolean => {
        const writer = new code.MailboxWriter(memory, slot);
        while (!send(writer, 21) && !writer.closed) writer.awaitSpace();
        return writer.closed;
      };
      return {
        capacity: 16,
        writers: 2,
        prepare: memory => fill(code, memory),
        threads: {
          writer1: memory => untilClosed(memory, 0),
          writer2: memory => untilClosed(memory, 1),
          closer: memory => memory.close(),
        },
        check({ results }) {
          expect(
            results['writer1'] === true && results['writer2'] === true,
            'A writer did not hear of the end',
          );
        },
      };
    },
    { search: { preemptions: 2, rounds: 4 } },
  ),
  mailboxEntry(
    'mailbox/close-amid-sleepers',
    'a third thread closes the mailbox while a writer and the reader may sleep',
    code => ({
      capacity: 16,
      writers: 2,
      prepare: memory => fill(code, memory),
      threads: {
        writer(memory) {
          const writer = new code.MailboxWriter(memory, 1);
          while (!send(writer, 21)) {
            if (writer.closed) return false;
            reachable('full');
            writer.awaitSpace();
          }
          return true;
        },
        closer: memory => memory.close(),
        reader(memory) {
          const reader = new code.MailboxReader(memory);
          return untilEnded(reader, () => {
            reader.await();
            reachable('slept');
          });
        },
      },
      check({ shared: memory, results }) {
        expectDelivery(results['reader'], [11, 12], results['writer'] ? [21] : []);
        expectEmpty(memory);
        reachable(results['writer'] ? 'accepted' : 'refused');
      },
      reachable: ['full', 'slept', 'accepted', 'refused'],
    }),
  ),
];
