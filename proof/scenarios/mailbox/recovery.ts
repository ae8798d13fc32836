import { joinThread, reachable } from '../../../explore/index.js';
import { Slot } from '../../../src/memory/layout.js';
import type { MailboxWriter } from '../../../src/memory/mailbox-writer.js';
import type { ProofEntry } from '../../proof-entry.js';
import { Deaths, dyingAndReader, expectEnded, expectFrames, expectFree } from './deaths.js';
import { mailboxEntry } from './mailbox-entry.js';
import { expect, expectDelivery, send, take } from './messages.js';
import { stopsAfter, Until } from './stopping.js';

/** A writer dies: its frame is skipped if it was not committed, and nobody else's. */
export const recoveryEntries: readonly ProofEntry[] = [
  mailboxEntry(
    'mailbox/dead-loser',
    'a frame is not skipped because a dead writer, too, had wanted to claim there',
    code => ({
      writers: 2,
      prepare(memory) {
        stopsAfter(Until.NOTED, memory, limited => send(new code.MailboxWriter(limited, 0), 11));
        expect(
          memory.control[memory.slotAt(0) + Slot.NOTE] === 1 && memory.tail === 0,
          'It did not stop there',
        );
        memory.markDead(1);
      },
      threads: {
        living: memory => send(new code.MailboxWriter(memory, 1), 21),
        reader(memory) {
          const reader = new code.MailboxReader(memory);
          let ids: number[] | undefined;
          while (ids === undefined) {
            ids = take(reader);
            if (reader.recover()) throw new Error('The frame of a living writer was skipped');
          }
          return ids;
        },
      },
      check({ shared: memory, results }) {
        expectDelivery(results['reader'], [21]);
        expectEnded(memory);
      },
    }),
  ),
  mailboxEntry(
    'mailbox/dies',
    'wherever a writer dies, its frame is read if it was committed, and skipped if not',
    code => {
      const deaths = new Deaths(code);
      return {
        prepare: () => deaths.prepare(),
        threads: dyingAndReader(code, deaths, 0, [11]),
        mayDie: ['dying'],
        check({ shared: memory, results, died }) {
          expectFrames(results['reader'], [[11]], []);
          if (died === undefined) expectDelivery(results['reader'], [11]);
          expectEnded(memory);
        },
        reachable: ['skipped'],
      };
    },
  ),
  mailboxEntry(
    'mailbox/dies-padding',
    'wherever a writer dies that fills up the end of the ring before its frame',
    code => {
      const deaths = new Deaths(code);
      return {
        capacity: 32,
        start: 24,
        prepare: () => deaths.prepare(),
        threads: dyingAndReader(code, deaths, 0, [11, 12, 13, 14]),
        mayDie: ['dying'],
        check({ shared: memory, results }) {
          const ids = results['reader'] as number[];
          expectDelivery(ids, ids.length === 0 ? [] : [11, 12, 13, 14]);
          expectEnded(memory);
          reachable(`TAIL at ${memory.tail}`);
        },
        reachable: ['skipped', 'TAIL at 24', 'TAIL at 32', 'TAIL at 48'],
      };
    },
  ),
  mailboxEntry(
    'mailbox/dies-beside-the-living',
    'wherever one writer dies, the frames of the other arrive',
    code => {
      const deaths = new Deaths(code);
      return {
        writers: 2,
        prepare: () => deaths.prepare(),
        threads: {
          living: memory => send(new code.MailboxWriter(memory, 1), 21),
          dying: memory => send(new code.MailboxWriter(memory, 0), 11),
          witness(memory) {
            joinThread('dying');
            deaths.report(memory, 1);
            joinThread('living');
            memory.close();
          },
          reader: memory => deaths.poll(memory),
        },
        mayDie: ['dying'],
        check({ shared: memory, results }) {
          expectFrames(results['reader'], [[11]], [21]);
          expectEnded(memory);
        },
        reachable: ['skipped'],
      };
    },
    { search: { preemptions: 1 }, nightly: { preemptions: 3, milliseconds: 600_000 } },
  ),
  mailboxEntry(
    'mailbox/dies-beside-the-living-router',
    'the same with the reader as the router has it: it sleeps, and buries the dead',
    code => {
      const deaths = new Deaths(code);
      return {
        writers: 2,
        prepare: () => deaths.prepare(),
        threads: {
          living: memory => send(new code.MailboxWriter(memory, 1), 21),
          dying: memory => send(new code.MailboxWriter(memory, 0), 11),
          witness(memory) {
            joinThread('dying');
            deaths.report(memory, 1);
          },
          router: memory => deaths.route(memory, (ids, buried) => ids.includes(21) && buried.has(0)),
        },
        mayDie: ['dying'],
        check({ shared: memory, results }) {
          expectFrames(results['router'], [[11]], [21]);
          expectEnded(memory);
          expectFree(memory, 0);
        },
        reachable: ['skipped', 'slept'],
      };
    },
    { search: { preemptions: 1 }, nightly: { preemptions: 3, milliseconds: 600_000 } },
  ),
  mailboxEntry(
    'mailbox/dies-waiting-for-space',
    'a writer that sleeps on the request for space of one that died is woken',
    code => {
      const deaths = new Deaths(code);
      return {
        capacity: 16,
        writers: 3,
        prepare(memory) {
          deaths.prepare();
          const writer = new code.MailboxWriter(memory, 2);
          expect(send(writer, 31) && send(writer, 32), 'The ring was full too early');
        },
        threads: {
          dying: memory => sendWhenThereIsRoom(new code.MailboxWriter(memory, 0), 11),
          living: memory => sendWhenThereIsRoom(new code.MailboxWriter(memory, 1), 21),
          witness(memory) {
            joinThread('dying');
            deaths.report(memory, 1);
          },
          router: memory => deaths.route(memory, ids => ids.includes(21)),
        },
        mayDie: ['dying'],
        check({ results }) {
          const ids = results['router'] as number[];
          expectDelivery(ids, [31, 32], ids.includes(11) ? [11] : [], [21]);
        },
        reachable: ['full', 'slept'],
      };
    },
    { search: { preemptions: 1 }, nightly: { preemptions: 3, milliseconds: 600_000 } },
  ),
];

function sendWhenThereIsRoom(writer: MailboxWriter, id: number): void {
  while (!send(writer, id)) {
    reachable('full');
    writer.awaitSpace();
  }
}
