import { BLOCK_SHIFT, CLOSED_BIT, Mailbox, Slot, STALE_NOTE } from './layout.js';
import type { MailboxMemory } from './mailbox.js';

/**
 * Who claimed the uncommitted frame at `head`, if its writer is known to be dead: the number of words to skip.
 * 0 if nothing is claimed there, the frame is committed by now, or its writer is alive and will commit it.
 *
 * A writer notes the position and the length of a claim, then moves TAIL by a compare-exchange, commits the frame
 * and clears the note. So whoever claimed at `head` still has a note of `head`, or has committed. The reverse does
 * not hold: a writer that noted `head` may have lost the compare-exchange. Therefore
 *
 * - as long as a living writer has a note of `head`, the answer waits: it commits, or its note goes away;
 * - if only dead writers have one, one of them is the owner. If their lengths differ, the true one is the shortest
 *   that ends at a position where TAIL once stood: the owner's frame ends there, and none starts inside it. TAIL
 *   stood at a position if it stands there now, a writer has a note of it, or a frame there is committed.
 *
 * The order of the reads matters. TAIL first: if it has moved on from a position, whoever moved it had noted the
 * position before. Notes before stamps: a note is cleared only after its stamp is stored.
 */
export function deadClaim(memory: MailboxMemory, head: number): number {
  const { control, stamps, capacity } = memory;
  const mask = capacity - 1;
  const tail = Atomics.load(control, Mailbox.TAIL) & ~CLOSED_BIT; // pairs with the compareExchange of a claim
  if (tail === head) return 0;

  const noted = new Set<number>();
  const lengths: number[] = [];
  for (let slot = 0; slot < memory.writers; slot++) {
    const at = memory.slotAt(slot);
    const stamp = Atomics.load(control, at + Slot.NOTE); // pairs with the exchange in MailboxWriter.#claim()
    if (stamp === 0 || stamp === STALE_NOTE) continue;
    const position = (stamp - 1) | 0;
    noted.add(position);
    if (position !== head) continue;
    if (!memory.isDead(slot)) return 0;
    lengths.push(control[at + Slot.NOTE_WORDS]!);
  }

  const committed = (position: number): boolean =>
    // pairs with the commit in MailboxWriter.flush()
    // mutant weaken: equivalent, whoever stored it has changed its note since, or died, and both were seen above
    Atomics.load(stamps, (position & mask) >>> BLOCK_SHIFT) === ((position + 1) | 0);
  if (committed(head)) return 0;
  lengths.sort((a, b) => a - b);
  return (
    lengths.find(length => {
      const end = (head + length) | 0;
      return end === tail || noted.has(end) || committed(end);
    }) ?? 0
  );
}
