import { reachable } from '../../../explore/index.js';
import { Mailbox, Slot, STALE_NOTE } from '../../../src/memory/layout.js';
import type { MailboxMemory } from '../../../src/memory/mailbox.js';
import type { ProofEntry } from '../../proof-entry.js';
import { mailboxEntry } from './mailbox-entry.js';
import { expect, expectDelivery, expectEmpty, poll, send } from './messages.js';

/** A position just below one at which the reader marks idle writers: those are a quarter of all positions apart. */
const BELOW_CROSSING = (1 << 30) - 8;
const CAPACITY = 16;

/**
 * Moves an empty mailbox on to `position`, as some 2^27 frames and more would. */
function fastForward(memory: MailboxMemory, position: number): void {
  Atomics.store(memory.control, Mailbox.HEAD, position | 0);
  Atomics.store(memory.control, Mailbox.TAIL, position | 0);
}

/** One word for two threads that take turns. */
function turns(): { pass(turn: number): void; await(turn: number): void; prepare(): void } {
  let word: Int32Array;
  return {
    prepare() {
      word = new Int32Array(new SharedArrayBuffer(4));
    },
    pass(turn) {
      Atomics.store(word, 0, turn);
      Atomics.notify(word, 0);
    },
    await(turn) {
      Atomics.wait(word, 0, turn - 1);
    },
  };
}

export const positionEntries: readonly ProofEntry[] = [
  ...[
    { name: '2^31', start: 0x7ffffff8 },
    { name: '2^32', start: -8 },
  ].map(({ name, start }) =>
    mailboxEntry(
      `mailbox/positions-wrap-at-${name}`,
      `two writers whose frames lie around position ${name}`,
      code => ({
        capacity: CAPACITY,
        start,
        writers: 2,
        threads: {
          writer1: memory => send(new code.MailboxWriter(memory, 0), 11),
          writer2: memory => send(new code.MailboxWriter(memory, 1), 21),
          reader: memory => poll(new code.MailboxReader(memory), 2),
        },
        check({ shared: memory, results }) {
          expect(results['writer1'] === true && results['writer2'] === true, 'An empty ring was full');
          expectDelivery(results['reader'], [11], [21]);
          expectEmpty(memory);
          expect(memory.control[Mailbox.HEAD] === ((start + 16) | 0), 'HEAD is not where it should be');
        },
      }),
    ),
  ),
  mailboxEntry(
    'mailbox/full-at-2^32',
    'a writer that comes to a full ring whose frames lie below position 2^32 finds it full',
    code => ({
      capacity: CAPACITY,
      start: -CAPACITY,
      writers: 2,
      prepare(memory) {
        const writer = new code.MailboxWriter(memory, 0);
        expect(send(writer, 11) && send(writer, 12), 'The ring was full too early');
      },
      threads: {
        writer: memory => send(new code.MailboxWriter(memory, 1), 21),
        reader: memory => poll(new code.MailboxReader(memory), 2),
      },
      check({ results }) {
        expectDelivery(results['reader'], [11, 12]);
        reachable(results['writer'] ? 'accepted' : 'full');
      },
      reachable: ['accepted', 'full'],
    }),
  ),
  mailboxEntry(
    'mailbox/stale-head',
    'a writer that was idle while 2^32 words passed does not believe the HEAD that it remembers',
    code => {
      const { pass, await: awaitTurn, prepare } = turns();
      return {
        capacity: CAPACITY,
        writers: 2,
        prepare,
        threads: {
          idle(memory) {
            const writer = new code.MailboxWriter(memory, 0);
            expect(send(writer, 11), 'An empty ring was full');
            pass(1);
            awaitTurn(2);
            const fits = send(writer, 12);
            expect(!fits, 'A frame was accepted that overwrites one that nobody has read');
          },
          others(memory) {
            awaitTurn(1);
            expectDelivery(poll(new code.MailboxReader(memory), 1), [11]);
            fastForward(memory, BELOW_CROSSING);
            const writer = new code.MailboxWriter(memory, 1);
            expect(send(writer, 21), 'An empty ring was full');
            expectDelivery(poll(new code.MailboxReader(memory), 1), [21]);
            // As far on as makes HEAD as `idle` remembers it, 0, look like one that leaves room.
            fastForward(memory, -8);
            const later = new code.MailboxWriter(memory, 1);
            expect(send(later, 22) && send(later, 23), 'An empty ring was full');
            pass(2);
          },
        },
      };
    },
  ),
  mailboxEntry(
    'mailbox/stale-mark-amid-claims',
    'a reader that marks idle writers while one of them claims takes nothing from it',
    code => ({
      capacity: CAPACITY,
      start: BELOW_CROSSING,
      writers: 2,
      prepare: memory => expect(send(new code.MailboxWriter(memory, 1), 21), 'An empty ring was full'),
      threads: {
        writer(memory) {
          const writer = new code.MailboxWriter(memory, 0);
          return send(writer, 11) && send(writer, 12);
        },
        reader: memory => poll(new code.MailboxReader(memory), 2),
      },
      check({ shared: memory, results }) {
        expectDelivery((results['reader'] as number[]).slice(0, 2), [21], [11]);
        const note = memory.control[memory.slotAt(0) + Slot.NOTE];
        expect(note === 0 || note === STALE_NOTE, `The writer left the note ${note}`);
        reachable(note === 0 ? 'claimed since' : 'idle');
      },
      reachable: ['claimed since', 'idle'],
    }),
  ),
];
