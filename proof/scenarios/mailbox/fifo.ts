import { fifoQueue, operation, type Scenario } from '../../../explore/index.js';
import type { MailboxMemory } from '../../../src/memory/mailbox.js';
import type { MailboxReader } from '../../../src/memory/mailbox-reader.js';
import type { MailboxWriter } from '../../../src/memory/mailbox-writer.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { type MailboxProgram, mailboxEntry } from './mailbox-entry.js';
import { send, take } from './messages.js';

/** A ring of two blocks: every frame of these scenarios takes one. */
const CAPACITY = 16;
const FRAMES = 2;

function enqueue(writer: MailboxWriter, id: number): boolean {
  return operation('enqueue', [id], () => send(writer, id));
}

function dequeue(reader: MailboxReader): number | undefined {
  return operation('dequeue', [], () => take(reader)?.[0]);
}

/** Writers that each send some frames, and a reader that looks some times: a history to be judged. */
function queue(code: CodeUnderTest, frames: readonly number[], looks: number): MailboxProgram {
  const writers = frames.map((count, slot): [string, (memory: MailboxMemory) => unknown] => [
    `writer${slot + 1}`,
    memory => {
      const writer = new code.MailboxWriter(memory, slot);
      return Array.from({ length: count }, (_, n) => enqueue(writer, 10 * (slot + 1) + n + 1));
    },
  ]);
  return {
    capacity: CAPACITY,
    writers: frames.length,
    threads: {
      ...Object.fromEntries(writers),
      reader(memory) {
        const reader = new code.MailboxReader(memory);
        return Array.from({ length: looks }, () => dequeue(reader));
      },
    },
    // "Empty" may be said while a frame that is claimed and not committed hides those behind it: see MailboxReader.
    // "Full" may be said while a frame was opened and not given back.
    linearizable: fifoQueue({
      capacity: FRAMES,
      emptyWhileEnqueueing: true,
      fullWhileDequeueing: true,
    }) as NonNullable<Scenario['linearizable']>,
  };
}

export const fifoEntries: readonly ProofEntry[] = [
  mailboxEntry(
    'mailbox/fifo-1-writer',
    'a queue for one writer of three frames: full and empty mean what they say',
    code => queue(code, [3], 2),
  ),
  mailboxEntry(
    'mailbox/fifo-2-writers',
    'a linearizable queue with relaxed "empty", for two writers of one frame',
    code => queue(code, [1, 1], 2),
  ),
  mailboxEntry(
    'mailbox/fifo-2-writers-2-frames',
    'a linearizable queue with relaxed "empty", for two writers of two frames each',
    code => queue(code, [2, 2], 3),
    { search: { preemptions: 2 }, nightly: { milliseconds: 600_000 } },
  ),
  mailboxEntry(
    'mailbox/fifo-3-writers',
    'a linearizable queue with relaxed "empty", for three writers',
    code => queue(code, [1, 1, 1], 2),
    { search: { preemptions: 2 }, nightly: { milliseconds: 600_000 } },
  ),
];
