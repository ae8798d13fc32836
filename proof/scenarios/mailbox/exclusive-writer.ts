import { joinThread, reachable } from '../../../explore/index.js';
import type { ExclusiveWriter } from '../../../src/memory/exclusive-writer.js';
import { AWAKE, Mailbox, PADDING } from '../../../src/memory/layout.js';
import type { MailboxMemory } from '../../../src/memory/mailbox.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { onIdleEventLoop } from './event-loop.js';
import { type MailboxProgram, mailboxEntry } from './mailbox-entry.js';
import {
  expect,
  expectDelivery,
  expectEmpty,
  opened,
  park,
  poll,
  put,
  take,
  untilEnded,
} from './messages.js';

/** Writes records, each as a frame of its own. There is room for them. */
function write(writer: ExclusiveWriter, ...ids: readonly number[]): void {
  for (const id of ids) expect(put(writer, id) && writer.flush(), 'The ring is full although it is not');
}

/** Reads until the end of a mailbox that has one writer; sleeps in between. */
function readToEnd(code: CodeUnderTest, memory: MailboxMemory): number[] {
  const reader = new code.MailboxReader(memory, { exclusive: true });
  return untilEnded(reader, () => {
    reader.await();
    reachable('slept');
  });
}

/** Writes a frame when there is room; sleeps until then. It is alone: once it was woken, there must be room. */
function writeSleeping(writer: ExclusiveWriter, id: number, sleep: () => void): void {
  if (!put(writer, id)) {
    reachable('full');
    sleep();
    expect(writer.hasSpace, 'The writer did not sleep until half of the ring was free');
    expect(put(writer, id), 'Half of the ring is free, and a record does not fit');
  }
  expect(writer.flush(), 'A frame with room of its own was refused');
}

/** A full ring of four blocks, and a writer that waits for space in it. */
function waiting(
  code: CodeUnderTest,
  start: number,
  sleep: (writer: ExclusiveWriter) => void,
): MailboxProgram {
  return {
    capacity: 32,
    start,
    prepare: memory => write(new code.ExclusiveWriter(memory), 1, 2, 3, 4),
    threads: {
      writer(memory) {
        const writer = new code.ExclusiveWriter(memory);
        writeSleeping(writer, 5, () => sleep(writer));
      },
      reader: memory => poll(new code.MailboxReader(memory, { exclusive: true }), 5),
    },
    check: ({ shared: memory, results }) => {
      expectDelivery(results['reader'], [1, 2, 3, 4, 5]);
      expectEmpty(memory);
    },
    reachable: ['full'],
  };
}

/** Positions that are negative as int32s. */
const HALFWAY = (0x80000000 | 0) + 1024;

/** Whoever looks at HEAD three times in a row does not wait in a loop. */
const LOOKS = { rounds: 4 };

export const exclusiveWriterEntries: readonly ProofEntry[] = [
  mailboxEntry('exclusive-writer/parking-reader', 'a reader that sleeps hears of every frame', code => ({
    threads: {
      writer: memory => write(new code.ExclusiveWriter(memory), 1, 2),
      reader: memory => park(new code.MailboxReader(memory, { exclusive: true }), 2),
    },
    check({ shared: memory, results }) {
      expectDelivery(results['reader'], [1, 2]);
      expectEmpty(memory);
    },
    reachable: ['slept'],
  })),
  mailboxEntry(
    'exclusive-writer/close',
    'a reader that sleeps hears of the end, and gets what close() flushes before',
    code => ({
      start: 64,
      threads: {
        writer(memory) {
          const writer = new code.ExclusiveWriter(memory);
          expect(put(writer, 1), 'The ring is full although it is not');
          writer.close(); // flushes first
          expect(put(writer, 2) && !writer.flush(), 'A frame was accepted after the end');
        },
        reader: memory => readToEnd(code, memory),
      },
      check({ shared: memory, results }) {
        expectDelivery(results['reader'], [1]);
        expectEmpty(memory);
        expect(memory.tail === memory.control[Mailbox.HEAD], 'TAIL is not where the reader is');
        expect(
          memory.control[Mailbox.READER] === AWAKE,
          'The next writer will wake a reader that does not sleep',
        );
      },
      reachable: ['slept'],
    }),
  ),
  mailboxEntry(
    'exclusive-writer/waits-for-space',
    'a writer that sleeps for space wakes when half of the ring is free',
    code => waiting(code, 0, writer => writer.awaitSpace()),
    { search: LOOKS },
  ),
  mailboxEntry(
    'exclusive-writer/waits-for-space-above-2^31',
    'the same where positions are negative as int32s',
    code => waiting(code, HALFWAY, writer => writer.awaitSpace()),
    { search: LOOKS },
  ),
  mailboxEntry(
    'exclusive-writer/waits-for-space-on-event-loop',
    'the same on an event loop',
    code => waiting(code, 32, writer => onIdleEventLoop(() => writer.awaitSpaceAsync())),
    { search: LOOKS },
  ),
  mailboxEntry(
    'exclusive-writer/asks-for-bell',
    'a writer that sleeps on a bell of its own, as the router does, hears of space',
    code => {
      let words: Int32Array;
      return {
        ...waiting(code, 0, () => {}),
        prepare(memory) {
          words = new Int32Array(new SharedArrayBuffer(4));
          write(new code.ExclusiveWriter(memory), 1, 2, 3, 4);
        },
        threads: {
          writer(memory) {
            const bell = new code.Bell(words, 0);
            const writer = new code.ExclusiveWriter(memory);
            writeSleeping(writer, 5, () => {
              bell.announce();
              writer.askForBell();
              if (!writer.hasSpace) bell.sleep();
              bell.retract();
            });
          },
          reader: memory =>
            poll(new code.MailboxReader(memory, { exclusive: true, spaceBell: new code.Bell(words, 0) }), 5),
        },
      };
    },
    { search: LOOKS },
  ),
  mailboxEntry(
    'exclusive-writer/end-of-ring',
    'a frame that comes to the end of the ring is sent, and the next begins at its start',
    code => ({
      capacity: 32,
      start: 24,
      threads: {
        writer(memory) {
          const writer = new code.ExclusiveWriter(memory);
          // Three records fill the last block.
          for (const id of [1, 2, 3, 4]) expect(put(writer, id), 'The ring is full although it is not');
          expect(writer.count === 1, 'The fourth record is not in a frame of its own');
          writer.flush();
        },
        reader: memory => poll(new code.MailboxReader(memory, { exclusive: true }), 4),
      },
      check: ({ shared: memory, results }) => {
        expectDelivery(results['reader'], [1, 2, 3, 4]);
        expectEmpty(memory);
      },
    }),
  ),
  mailboxEntry(
    'exclusive-writer/padding',
    'a record that does not fit before the end of the ring goes to its start',
    code => ({
      start: 56,
      threads: {
        writer(memory) {
          const writer = new code.ExclusiveWriter(memory);
          expect(put(writer, 1, 10) && writer.flush(), 'The ring is full although it is not');
          write(writer, 2);
        },
        reader: memory => poll(new code.MailboxReader(memory, { exclusive: true }), 2),
      },
      check: ({ shared: memory, results }) => {
        expectDelivery(results['reader'], [1, 2]);
        expectEmpty(memory);
        if (memory.tail === 56 + 8 + 16 + 8 && memory.words[2 * 56 + 1] === PADDING) reachable('padded');
      },
      reachable: ['padded'],
    }),
  ),
  mailboxEntry(
    'exclusive-writer/full',
    'a writer that gives up when the ring is full changes nothing',
    code => ({
      capacity: 16,
      threads: {
        writer(memory) {
          const writer = new code.ExclusiveWriter(memory);
          return [1, 2, 3].filter(id => put(writer, id) && writer.flush());
        },
        reader(memory) {
          const reader = new code.MailboxReader(memory, { exclusive: true });
          const ids = take(reader) ?? [];
          joinThread('writer');
          return [...ids, ...(take(reader) ?? []), ...(take(reader) ?? [])];
        },
      },
      check({ shared: memory, results }) {
        const sent = results['writer'] as number[];
        expect(sent[0] === 1 && sent[1] === 2, 'Two frames fit, and were refused');
        reachable(`${sent.length} accepted`);
        expectDelivery(results['reader'], sent);
        expectEmpty(memory);
      },
      reachable: ['2 accepted', '3 accepted'],
    }),
  ),
  mailboxEntry(
    'exclusive-writer/takes-over',
    'a writer that takes over a ring which is being read',
    code => ({
      capacity: 16,
      start: 16,
      prepare: memory => write(new code.ExclusiveWriter(memory), 1),
      threads: {
        writer: memory => write(new code.ExclusiveWriter(memory), 2),
        reader: memory => poll(new code.MailboxReader(memory, { exclusive: true }), 2),
      },
      check({ results }) {
        expectDelivery(results['reader'], [1, 2]);
      },
    }),
  ),
  mailboxEntry(
    'exclusive-writer/last-reply',
    'a reader that has read the last frame may give the memory to another: its writer does not touch it any more',
    code => ({
      threads: {
        writer(memory) {
          const writer = new code.ExclusiveWriter(memory);
          put(writer, 1);
          writer.flush();
        },
        reader(memory) {
          const reader = new code.MailboxReader(memory, { exclusive: true });
          while (!reader.open());
          const ids = opened(reader);
          // As MailboxMemory.create() does for the next session. Its writer still looks at the bell, and that is all.
          memory.control[Mailbox.TAIL] = 0;
          memory.stamps[0] = 0;
          return ids;
        },
      },
      check({ shared: memory, results }) {
        expectDelivery(results['reader'], [1]);
        expect(
          memory.control[Mailbox.TAIL] === 0,
          'The former writer stored to what is not its own any more',
        );
      },
    }),
  ),
  ...[
    { name: 'exclusive-writer/dies', frames: [1], search: {} },
    { name: 'exclusive-writer/dies-amid-frames', frames: [1, 2], search: { preemptions: 2 } },
  ].map(({ name, frames, search }) =>
    mailboxEntry(
      name,
      'whoever sees the writer die closes the mailbox: the reader gets what was committed, and the end',
      code => ({
        threads: {
          writer(memory) {
            const writer = new code.ExclusiveWriter(memory);
            write(writer, ...frames);
            writer.close();
          },
          witness(memory) {
            if (joinThread('writer')) memory.close();
          },
          reader: memory => readToEnd(code, memory),
        },
        mayDie: ['writer'],
        check({ shared: memory, results, died }) {
          const ids = results['reader'] as number[];
          expectDelivery(ids, died === undefined ? frames : frames.slice(0, ids.length));
          expectEmpty(memory);
          reachable(`${ids.length} read`);
        },
        reachable: ['0 read', `${frames.length} read`, 'slept'],
      }),
      { search },
    ),
  ),
];
