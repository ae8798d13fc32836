import { MailboxMemory } from '../../src/memory/mailbox.js';
import { runThreads } from '../threads/start.js';

const MESSAGES = 4000;
const WARM_UP = 1000;

/** Microseconds (median) from the commit of a record to its sleeping reader's having it, one every 200 microseconds. */
export async function wake(way: 'blocking' | 'event-loop'): Promise<number> {
  const buffer = MailboxMemory.standalone(1 << 12, 1);
  const [median] = await runThreads<number>([
    { file: 'wake-reader', data: { buffer, way, messages: MESSAGES, warmUp: WARM_UP } },
    { file: 'wake-writer', data: { buffer, messages: MESSAGES, gap: 200 } },
  ]);
  return median!;
}
