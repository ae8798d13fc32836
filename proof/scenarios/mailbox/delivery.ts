import { type Ending, reachable } from '../../../explore/index.js';
import { AWAKE, Mailbox } from '../../../src/memory/layout.js';
import type { MailboxMemory } from '../../../src/memory/mailbox.js';
import type { MailboxReader } from '../../../src/memory/mailbox-reader.js';
import { NO_ROOM } from '../../../src/memory/record-queue.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { type MailboxProgram, mailboxEntry } from './mailbox-entry.js';
import { expect, expectDelivery, expectEmpty, opened, park, poll, put, send, take } from './messages.js';

type Frames = readonly (readonly number[])[];

/** Writers that send frames (the numbers of their records), and a reader that reads until it has all of them. */
function delivery(
  code: CodeUnderTest,
  read: (reader: MailboxReader, count: number) => number[],
  frames: readonly Frames[],
  more: Partial<MailboxProgram> = {},
): MailboxProgram {
  const sent = frames.map(own => own.flat());
  const writers = frames.map((own, slot): [string, (memory: MailboxMemory) => void] => [
    `writer${slot + 1}`,
    memory => {
      const writer = new code.MailboxWriter(memory, slot);
      for (const ids of own) expect(send(writer, ...ids), 'The mailbox is full although it is not');
    },
  ]);
  return {
    writers: frames.length,
    ...(read === park ? { reachable: ['slept'] } : {}),
    ...more,
    threads: {
      ...Object.fromEntries(writers),
      reader: memory => read(new code.MailboxReader(memory), sent.flat().length),
    },
    check(end) {
      expectDelivery(end.results['reader'], ...sent);
      expectAtRest(end);
      more.check?.(end);
    },
  };
}

/** As poll() does; throws if the reader takes a frame for another writer's. */
function pollBySlot(reader: MailboxReader, count: number): number[] {
  const ids: number[] = [];
  while (ids.length < count) {
    for (const id of take(reader) ?? []) {
      expect(id === 10 * (reader.writer + 1) + 1, `Record ${id} came through slot ${reader.writer}`);
      ids.push(id);
    }
  }
  return ids;
}

/** Throws unless a mailbox that was read to its end looks like it, and like one whose reader does not sleep. */
function expectAtRest({ shared: memory }: Ending<MailboxMemory>): void {
  expectEmpty(memory);
  expect(memory.control[Mailbox.HEAD] === memory.tail, 'HEAD is not where TAIL is');
  expect(memory.control[Mailbox.READER] === AWAKE, 'The next writer will wake a reader that does not sleep');
}

/** A frame of 16 words. */
const TWO_BLOCKS = [11, 12, 13, 14];

export const deliveryEntries: readonly ProofEntry[] = [
  mailboxEntry('mailbox/parking-reader', 'a reader that sleeps hears of every frame', code =>
    delivery(code, park, [[[11], [12]]]),
  ),
  mailboxEntry(
    'mailbox/2-writers-1-frame',
    'frames of two writers arrive whole, once, in their order, and with the slots of their writers',
    code => delivery(code, pollBySlot, [[[11]], [[21]]]),
  ),
  mailboxEntry(
    'mailbox/padding',
    'a frame that does not fit before the end of the ring goes to its start',
    code =>
      delivery(code, poll, [[TWO_BLOCKS, [15]]], {
        capacity: 32,
        start: 24,
        reachable: ['padded'],
        check({ shared: memory }) {
          if (memory.tail === 24 + 8 + 16 + 8) reachable('padded');
        },
      }),
  ),
  mailboxEntry('mailbox/2-writers-padding', 'two writers find the end of the ring at once', code =>
    delivery(code, poll, [[TWO_BLOCKS], [[21, 22, 23, 24]]], {
      capacity: 64,
      start: 56,
      reachable: ['padded'],
      check({ shared: memory }) {
        if (memory.tail === 56 + 8 + 2 * 16) reachable('padded');
      },
    }),
  ),
  mailboxEntry(
    'mailbox/batches',
    'a batch that is full goes as a frame of its own, and a record larger than the batch memory too',
    code => ({
      ...delivery(code, poll, [[[11], [12], [13], [14]]]),
      threads: {
        writer(memory) {
          const writer = new code.MailboxWriter(memory, 0, { records: 2, words: 4 });
          // Two records fill the batch: the third sends them. The fourth is longer than the batch memory.
          for (const id of [11, 12, 13]) expect(put(writer, id), 'The batch was full');
          expect(put(writer, 14, 6), 'A long record found no room');
          expect(writer.flush(), 'The mailbox was full');
        },
        reader(memory) {
          const reader = new code.MailboxReader(memory);
          const ids: number[] = [];
          while (ids.length < 4) {
            if (!reader.open()) continue;
            if (reader.count === 2) reachable('two records');
            ids.push(...opened(reader));
            reader.release();
          }
          return ids;
        },
      },
      reachable: ['two records'],
    }),
  ),
  mailboxEntry(
    'mailbox/long-record',
    'a long record, which is copied in another way, arrives whole',
    code => ({
      ...delivery(code, poll, [[[11]]], { capacity: 128 }),
      threads: {
        writer(memory) {
          const writer = new code.MailboxWriter(memory, 0);
          expect(put(writer, 11, 40) && writer.flush(), 'The mailbox was full');
        },
        reader: memory => poll(new code.MailboxReader(memory), 1),
      },
    }),
  ),
  mailboxEntry(
    'mailbox/oversized-record',
    'a record that never fits is refused, and changes nothing',
    code => ({
      ...delivery(code, poll, [[[11]], [[21]]]),
      capacity: 16,
      threads: {
        writer1(memory) {
          const writer = new code.MailboxWriter(memory, 0);
          put(writer, 11);
          try {
            writer.reserve(writer.maxRecordWords + 1);
          } catch (error) {
            if (!(error instanceof RangeError)) throw error;
            reachable('refused');
          }
          // What was in the batch had to go first.
          expect(writer.flush() && writer.count === 0, 'The first record was not sent');
          expect(writer.reserve(writer.maxRecordWords) !== NO_ROOM, 'The longest record was refused');
          writer.discard();
        },
        writer2: memory => send(new code.MailboxWriter(memory, 1), 21),
        reader: memory => poll(new code.MailboxReader(memory), 2),
      },
      reachable: ['refused'],
    }),
  ),
  mailboxEntry(
    'mailbox/spinning-reader',
    'a reader that looks before it sleeps',
    code => ({
      ...delivery(code, park, [[[11]]]),
      threads: {
        writer: memory => send(new code.MailboxWriter(memory, 0), 11),
        reader: memory => park(new code.MailboxReader(memory, { spins: () => 2 }), 1),
      },
    }),
    { search: { rounds: 4 } },
  ),
  mailboxEntry('mailbox/2-writers-parking-reader', 'two writers, and a reader that sleeps', code =>
    delivery(code, park, [[[11]], [[21]]]),
  ),
  mailboxEntry('mailbox/3-writers-1-frame', 'frames of three writers', code =>
    delivery(code, poll, [[[11]], [[21]], [[31]]]),
  ),
  mailboxEntry('mailbox/2-writers-2-frames', 'two frames of each of two writers', code =>
    delivery(code, poll, [
      [[11], [12]],
      [[21], [22]],
    ]),
  ),
  mailboxEntry(
    'mailbox/2-writers-2-frames-parking-reader',
    'two frames of each of two writers, and a reader that sleeps',
    code =>
      delivery(code, park, [
        [[11], [12]],
        [[21], [22]],
      ]),
    { search: { preemptions: 2 }, nightly: { preemptions: 4, milliseconds: 600_000 } },
  ),
  mailboxEntry(
    'mailbox/3-writers-parking-reader',
    'frames of three writers, and a reader that sleeps',
    code => delivery(code, park, [[[11]], [[21]], [[31]]]),
    { search: { preemptions: 2 }, nightly: { preemptions: 4, milliseconds: 600_000 } },
  ),
  mailboxEntry(
    'mailbox/3-writers-3-frames',
    'three frames of each of three writers, on a ring that they go round',
    code =>
      delivery(
        code,
        park,
        [1, 2, 3].map(w => [[10 * w + 1], [10 * w + 2, 10 * w + 3, 10 * w + 4, 10 * w + 5], [10 * w + 6]]),
        { capacity: 128, start: 120 },
      ),
    {
      search: { search: 'random', executions: 2000, seed: 4 },
      nightly: { search: 'random', executions: 500_000, seed: 5 },
    },
  ),
];
