import { reachable } from '../../../explore/index.js';
import { Mailbox, Slot } from '../../../src/memory/layout.js';
import type { ProofEntry } from '../../proof-entry.js';
import { mailboxEntry } from './mailbox-entry.js';
import { expect } from './messages.js';

export const slotEntries: readonly ProofEntry[] = [
  mailboxEntry(
    'mailbox/attach',
    'two threads that attach at once get two slots, and a third one gets none',
    () => ({
      writers: 2,
      prepare(memory) {
        memory.detachWriter(0);
        memory.detachWriter(1);
      },
      threads: {
        first: memory => memory.attachWriter(3),
        second: memory => memory.attachWriter(4),
        onlooker: memory => [memory.writerThread(0), memory.isDead(0)],
      },
      check({ shared: memory, results }) {
        const [first, second] = [results['first'] as number, results['second'] as number];
        expect(
          first + second === 1 && first * second === 0,
          `The slots ${first} and ${second} were handed out`,
        );
        expect(
          memory.writerThread(first) === 3 && memory.writerThread(second) === 4,
          'A slot has the wrong owner',
        );
        expect(memory.attachWriter(5) === -1, 'A slot was handed out twice');
        const [thread, dead] = results['onlooker'] as [number | undefined, boolean];
        expect(
          !dead && (thread === undefined || thread === memory.writerThread(0)),
          `Slot 0 was ${thread}'s`,
        );
      },
    }),
  ),
  mailboxEntry(
    'mailbox/made-over-another',
    'a mailbox that is made where another one was has nothing of it',
    code => ({
      threads: {
        next(memory) {
          Atomics.store(memory.control, Mailbox.SPACE, 3); // the former one's writers waited for space
          const made = code.MailboxMemory.create(memory.control.buffer as SharedArrayBuffer, 0, 64, 1);
          return [made.attachWriter(8), made.wakeWriters()];
        },
      },
      check: ({ results }) => expect(`${results['next']}` === '0,0', `It found ${results['next']}`),
    }),
  ),
  mailboxEntry(
    'mailbox/detach',
    'a slot that one thread gives up and another one takes is never dead',
    () => ({
      threads: {
        former: memory => memory.detachWriter(0),
        next: memory => memory.attachWriter(2),
        // The thread that ended is another one, or the former owner after it had detached.
        witness: memory => memory.markDead(8),
        reader: memory => memory.isDead(0),
      },
      check({ shared: memory, results }) {
        expect(results['witness'] === 0 && results['reader'] === false, 'A living writer was marked dead');
        expect(
          memory.writerThread(0) === (results['next'] === 0 ? 2 : undefined),
          'Slot 0 has the wrong owner',
        );
        reachable(results['next'] === 0 ? 'taken over' : 'came too early');
      },
      reachable: ['taken over', 'came too early'],
    }),
  ),
  mailboxEntry(
    'mailbox/mark-dead',
    'whoever ran in a thread that ended is marked dead, and nobody else, ever',
    () => ({
      writers: 3,
      prepare(memory) {
        for (let slot = 0; slot < 3; slot++) memory.detachWriter(slot);
        expect(
          memory.attachWriter(10, [7]) === 0 && memory.attachWriter(11, [5, 6]) === 1,
          'No slot was free',
        );
      },
      threads: {
        // Thread 10 had ended with 7, which had created it. Both tell of it: one of them marks it.
        witness1: memory => memory.markDead(7),
        witness2: memory => memory.markDead(10),
        reader: memory => [memory.isDead(0), memory.isDead(1)],
        attaching: memory => memory.attachWriter(12, [5]),
      },
      check({ shared: memory, results }) {
        const marked = (results['witness1'] as number) + (results['witness2'] as number);
        expect(marked === 1, `One writer died, and ${marked} were marked`);
        expect((results['reader'] as boolean[])[1] === false, 'A living writer was dead');
        expect(results['attaching'] === 2, 'A free slot was not found');
        expect(memory.isDead(0) && !memory.isDead(1) && !memory.isDead(2), 'The wrong ones are dead');
        expect(
          memory.writerThread(0) === undefined && memory.writerThread(1) === 11,
          'A slot has the wrong owner',
        );
        expect(memory.markDead(6) === 1 && memory.isDead(1), 'A descendant was not marked dead');
        expect(memory.markDead(5) === 1 && memory.isDead(2), 'A descendant was not marked dead');
      },
    }),
  ),
  mailboxEntry(
    'mailbox/lineage-of-a-former-owner',
    'what a slot says of the ancestors of its former owner counts no more',
    () => ({
      prepare(memory) {
        memory.detachWriter(0);
        expect(memory.attachWriter(3, [7]) === 0, 'The slot was not free');
        memory.detachWriter(0);
      },
      threads: {
        attaching: memory => memory.attachWriter(4, [5]),
        witness: memory => memory.markDead(7),
      },
      check({ shared: memory, results }) {
        expect(results['attaching'] === 0 && results['witness'] === 0, 'A living writer was marked dead');
        expect(memory.markDead(5) === 1, 'A descendant was not marked dead');
      },
    }),
  ),
  mailboxEntry(
    'mailbox/slot-changes-hands-amid-a-report',
    'a slot that changes hands while somebody looks at its lineage',
    () => ({
      prepare(memory) {
        memory.detachWriter(0);
        expect(memory.attachWriter(3, [6]) === 0, 'The slot was not free');
      },
      threads: {
        owner(memory) {
          memory.detachWriter(0);
          return memory.attachWriter(4, [5]);
        },
        witness: memory => memory.markDead(9),
      },
      check({ shared: memory, results }) {
        expect(results['owner'] === 0 && results['witness'] === 0, 'A living writer was marked dead');
        expect(memory.control[memory.slotAt(0) + Slot.NOTE] === 0, 'The slot has a note');
      },
    }),
  ),
];
