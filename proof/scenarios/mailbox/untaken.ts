import { joinThread, reachable } from '../../../explore/index.js';
import type { ProofEntry } from '../../proof-entry.js';
import { mailboxEntry } from './mailbox-entry.js';
import { expect, expectDelivery, opened, put } from './messages.js';

export const untakenEntries: readonly ProofEntry[] = [
  mailboxEntry(
    'mailbox/untaken-of-a-dead-reader',
    'what a dead reader did not take is found, in its order; one frame in doubt is left out',
    code => {
      let handled: Int32Array;
      return {
        start: 48,
        prepare() {
          handled = new Int32Array(new SharedArrayBuffer(4));
        },
        threads: {
          writer(memory) {
            const writer = new code.ExclusiveWriter(memory);
            // The second frame does not fit before the end of the ring.
            for (const [id, words] of [
              [1, 2],
              [2, 12],
              [3, 2],
            ] as const) {
              expect(put(writer, id, words) && writer.flush(), 'The ring is full although it is not');
            }
          },
          reader(memory) {
            const reader = new code.MailboxReader(memory, { exclusive: true });
            for (let looks = 0; looks < 3; looks++) {
              if (!reader.open()) continue;
              for (const id of opened(reader)) Atomics.store(handled, 0, id);
              reader.release();
            }
          },
          router(memory) {
            joinThread('writer');
            joinThread('reader');
            const { words, records } = code.untaken(memory, 0);
            const at = { at: 0, count: records, words };
            return opened(at as Parameters<typeof opened>[0]);
          },
        },
        mayDie: ['reader'],
        check({ results, died }) {
          const left = results['router'] as number[];
          expectDelivery(left, [1, 2, 3].slice(3 - left.length));
          const taken = Atomics.load(handled, 0);
          const missing = 3 - left.length - taken;
          // It may have died between opening a frame and handling it, or between handling it and giving it back.
          expect(
            missing === 0 || (missing === 1 && died !== undefined),
            `${taken} were taken, and ${left} are left`,
          );
          reachable(`${left.length} left`);
        },
        reachable: ['0 left', '1 left', '2 left', '3 left'],
      };
    },
  ),
  mailboxEntry(
    'mailbox/untaken-of-a-reader-that-stopped',
    'of a frame whose reader says how much it took, the rest is found',
    code => ({
      threads: {
        writer(memory) {
          const writer = new code.MailboxWriter(memory, 0);
          for (const id of [1, 2, 3]) put(writer, id);
          writer.flush();
          put(writer, 4);
          writer.flush();
        },
        reader(memory) {
          const reader = new code.MailboxReader(memory);
          while (!reader.open());
          return 2;
        },
        router(memory) {
          joinThread('writer');
          joinThread('reader');
          const { words, records } = code.untaken(memory, 2);
          return opened({ at: 0, count: records, words } as Parameters<typeof opened>[0]);
        },
      },
      check({ results }) {
        expectDelivery(results['router'], [3, 4]);
      },
    }),
  ),
];
