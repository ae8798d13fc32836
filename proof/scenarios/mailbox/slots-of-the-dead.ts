import { joinThread } from '../../../explore/index.js';
import type { ProofEntry } from '../../proof-entry.js';
import { Deaths, dyingAndReader, expectEnded, expectFrames, expectFree } from './deaths.js';
import { mailboxEntry } from './mailbox-entry.js';
import { expect, send } from './messages.js';
import { stopsAfter, Until } from './stopping.js';

/** Slots that change hands: what the former owner left takes nothing from the next, and the other way round. */
export const slotsOfTheDeadEntries: readonly ProofEntry[] = [
  mailboxEntry(
    'mailbox/leaves-amid-recovery',
    'a living writer gives up its slot while the frame of a dead one is skipped',
    code => ({
      writers: 2,
      prepare(memory) {
        stopsAfter(Until.CLAIMED, memory, limited => send(new code.MailboxWriter(limited, 0), 11));
        memory.markDead(1);
      },
      threads: {
        leaving: memory => memory.detachWriter(1),
        reader: memory => new code.MailboxReader(memory).recover(),
      },
      check({ shared: memory, results }) {
        expect(results['reader'] === true, 'The frame of the dead writer was not skipped');
        expectFree(memory, 1);
      },
    }),
  ),
  mailboxEntry(
    'mailbox/note-of-the-next-owner',
    'what is left to do when a slot is freed takes nothing from its next owner',
    code => {
      const deaths = new Deaths(code);
      return {
        prepare: () => deaths.prepare(),
        threads: {
          former: memory => memory.detachWriter(0),
          next(memory) {
            let slot = -1;
            while (slot < 0) slot = memory.attachWriter(9);
            stopsAfter(Until.CLAIMED, memory, limited => send(new code.MailboxWriter(limited, slot), 91));
          },
          router(memory) {
            joinThread('former');
            joinThread('next');
            deaths.report(memory, 9);
            return deaths.route(memory, (_, buried) => buried.has(0));
          },
        },
        check({ shared: memory }) {
          expectEnded(memory);
          expectFree(memory, 0);
        },
        reachable: ['skipped'],
      };
    },
  ),
  mailboxEntry(
    'mailbox/note-of-a-former-owner',
    'a slot whose dead owner had only noted a claim says nothing of it once it is free',
    code => {
      const deaths = new Deaths(code);
      return {
        writers: 2,
        prepare(memory) {
          stopsAfter(Until.NOTED, memory, limited => send(new code.MailboxWriter(limited, 0), 1));
          memory.markDead(1);
          memory.detachWriter(0);
          deaths.prepare();
        },
        threads: dyingAndReader(code, deaths, 1, [21]),
        mayDie: ['dying'],
        check({ shared: memory, results }) {
          expectFrames(results['reader'], [[21]], []);
          expectEnded(memory);
        },
        reachable: ['skipped'],
      };
    },
  ),
  mailboxEntry(
    'mailbox/slot-of-the-dead',
    'the slot of a writer that died, or left, is taken by another thread, whose frame arrives',
    code => {
      const deaths = new Deaths(code);
      return {
        prepare: () => deaths.prepare(),
        threads: {
          former(memory) {
            send(new code.MailboxWriter(memory, 0), 11);
            memory.detachWriter(0);
          },
          witness(memory) {
            joinThread('former');
            deaths.report(memory, 1);
          },
          next(memory) {
            let slot = -1;
            while (slot < 0) slot = memory.attachWriter(9);
            return send(new code.MailboxWriter(memory, slot), 91);
          },
          router: memory => deaths.route(memory, ids => ids.includes(91)),
        },
        mayDie: ['former'],
        check({ shared: memory, results }) {
          expectFrames(results['router'], [[11]], [91]);
          expectEnded(memory);
          expect(memory.writerThread(0) === 9, 'The slot has the wrong owner');
        },
        reachable: ['skipped', 'slept'],
      };
    },
    { search: { preemptions: 1 }, nightly: { preemptions: 3, milliseconds: 600_000 } },
  ),
];
