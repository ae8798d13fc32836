import { reachable } from '../../../explore/index.js';
import { Mailbox } from '../../../src/memory/layout.js';
import type { ProofEntry } from '../../proof-entry.js';
import { mailboxEntry } from './mailbox-entry.js';
import { expect, expectDelivery, send, take } from './messages.js';

/**
 * Runs `call` with an Atomics.waitAsync that waits there and then, as a thread whose event loop has nothing else to do:
 * threads of a scenario are synchronous, so the real one is not modelled. What that leaves out is what a thread does
 * between the call and the wake-up, and the code under test does nothing there.
 */
export function onIdleEventLoop<T>(call: () => T): T {
  const before = Atomics.waitAsync;
  Atomics.waitAsync = ((view: Int32Array, index: number, value: number) =>
    Atomics.wait(view, index, value) === 'ok'
      ? { async: true, value: OK }
      : { async: false, value: 'not-equal' }) as typeof before;
  try {
    return call();
  } finally {
    Atomics.waitAsync = before;
  }
}

/** What a wait answers that was ended by a notify. */
const OK = Promise.resolve('ok');

export const eventLoopEntries: readonly ProofEntry[] = [
  mailboxEntry(
    'mailbox/reader-on-event-loop',
    'a reader that sleeps on its event loop hears of every frame',
    code => ({
      threads: {
        writer(memory) {
          const writer = new code.MailboxWriter(memory, 0);
          for (const id of [11, 12]) expect(send(writer, id), 'The mailbox is full although it is not');
        },
        reader(memory) {
          const reader = new code.MailboxReader(memory);
          const ids: number[] = [];
          while (ids.length < 2) {
            const found = take(reader);
            if (found !== undefined) ids.push(...found);
            else if (onIdleEventLoop(() => reader.awaitAsync()) !== undefined) reachable('slept');
          }
          return ids;
        },
      },
      check({ shared: memory, results }) {
        expectDelivery(results['reader'], [11, 12]);
        expect(
          memory.control[Mailbox.READER] === 0,
          'The next writer will wake a reader that does not sleep',
        );
      },
      reachable: ['slept'],
    }),
  ),
];
