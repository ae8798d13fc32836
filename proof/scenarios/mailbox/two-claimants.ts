import { joinThread, reachable } from '../../../explore/index.js';
import type { ProofEntry } from '../../proof-entry.js';
import { Deaths, expectEnded, expectFree, type SecondLook } from './deaths.js';
import { mailboxEntry } from './mailbox-entry.js';
import { drain, expect, expectDelivery, send } from './messages.js';
import { stopsAfter, Until } from './stopping.js';

/** What a writer has done, by where it stops. */
const SO_FAR = {
  MEASURED: 'written the length of its claim',
  NOTED: 'noted it',
  CLAIMED: 'claimed',
  COPYING: 'claimed and begun to copy',
};

/**
 * A dead writer's frame, which a living writer had noted too. Until its note is gone the reader may not skip the frame.
 *
 * @param secondLook tests give one that is too short: with `burial.news`, which does not look at notes, the reader fell
 *   asleep before a frame that it might skip since
 */
export function givesUpBeforeTheDead(secondLook?: SecondLook): ProofEntry {
  return mailboxEntry(
    'mailbox/gives-up-before-the-dead',
    'a living writer that had noted the claim of a dead one, and gives up, tells the reader, who waits for its note',
    code => {
      const deaths = new Deaths(code);
      return {
        capacity: 16,
        writers: 3,
        prepare(memory) {
          deaths.prepare();
          expect(send(new code.MailboxWriter(memory, 2), 31), 'An empty ring was full');
        },
        threads: {
          // Its claim fills the ring.
          dead: memory =>
            stopsAfter(Until.CLAIMED, memory, limited => send(new code.MailboxWriter(limited, 0), 11)),
          living: memory => send(new code.MailboxWriter(memory, 1), 21),
          witness(memory) {
            joinThread('dead');
            deaths.report(memory, 1);
          },
          router(memory) {
            const ids = deaths.route(memory, (_, buried) => buried.has(0), secondLook);
            joinThread('living');
            return [...ids, ...drain(new code.MailboxReader(memory))];
          },
        },
        check({ shared: memory, results }) {
          const accepted = results['living'] === true;
          expectDelivery(results['router'], [31], accepted ? [21] : []);
          expectEnded(memory);
          expectFree(memory, 0);
          reachable(accepted ? 'accepted' : 'gave up');
        },
        reachable: ['skipped', 'slept', 'accepted', 'gave up'],
      };
    },
  );
}

/** Two writers noted a claim at one position, and one of them or both die. */
export const twoClaimantsEntries: readonly ProofEntry[] = [
  givesUpBeforeTheDead(),
  ...[
    { until: 'MEASURED', first: [11], second: [21] } as const,
    { until: 'NOTED', first: [11], second: [21, 22, 23, 24] } as const,
    { until: 'NOTED', first: [11, 12, 13, 14], second: [21] } as const,
    { until: 'CLAIMED', first: [11], second: [21, 22, 23, 24] } as const,
    { until: 'CLAIMED', first: [11, 12, 13, 14], second: [21] } as const,
    { until: 'COPYING', first: [11], second: [21] } as const,
  ].map(({ until, first, second }) => {
    const lengths = [first, second].map(ids => (ids.length === 1 ? 8 : 16));
    return mailboxEntry(
      `mailbox/2-die-${until.toLowerCase()}-${lengths.join('-')}`,
      `two writers die that wanted to claim ${lengths.join(' and ')} words, the first as soon as it has ${SO_FAR[until]}`,
      code => {
        const deaths = new Deaths(code);
        return {
          writers: 3,
          prepare: () => deaths.prepare(),
          threads: {
            first: memory =>
              stopsAfter(Until[until], memory, limited => send(new code.MailboxWriter(limited, 0), ...first)),
            second: memory => send(new code.MailboxWriter(memory, 1), ...second),
            witness(memory) {
              joinThread('first');
              joinThread('second');
              deaths.report(memory, 1, 2);
              // The living writer comes when the dead are known: what is behind their frames shows where those end.
              send(new code.MailboxWriter(memory, 2), 31);
              memory.close();
            },
            reader: memory => deaths.poll(memory),
          },
          mayDie: ['second'],
          check({ shared: memory, results }) {
            const ids = results['reader'] as number[];
            expectDelivery(ids, ids.includes(second[0]) ? second : [], [31]);
            expectEnded(memory);
          },
          reachable: ['skipped'],
        };
      },
      {
        search: { preemptions: until === 'MEASURED' ? 0 : 1 },
        nightly: { preemptions: 3, milliseconds: 600_000 },
      },
    );
  }),
];
