import { CLOSED_BIT } from '../memory/layout.js';
import { ALIVE, DEAD, LockFree, MAX_HELD, ReaderCell, WriterCell } from './lock-free-layout.js';
import type { LockFreeRing } from './lock-free-ring.js';

/**
 * What a dead thread held in the lock-free ring.
 *
 * A thread notes a position, then claims it by a compare-exchange on HEAD (readers) or TAIL (writers), and clears the
 * note only after it has stored the slot's next sequence. So whoever holds a slot has a note of it. The reverse does
 * not hold: a thread that noted a position may have lost the compare-exchange. Therefore a noted slot is given back
 * in the name of the dead only
 *
 * 1. if it was claimed: HEAD (or TAIL) has moved past it. It is read first: whoever moved it had noted before;
 * 2. if no living thread has a note of it. If one has, it is the holder, or its note will go away: wait;
 * 3. if its sequence still says that it is held. It is read last: a living holder stores it before it clears its
 *    note, so a holder that was not found in 2 would be found here.
 *
 * Several dead threads with the same note need no telling apart: a slot is a slot, whoever held it. The
 * compare-exchange on the sequence lets one of several that recover succeed, and makes the rest find nothing.
 *
 * `held` is told of each slot that a dead reader held: the first int32 of the first record's payload, and the number
 * of records.
 */
export function recoverReader(
  ring: LockFreeRing,
  slot: number,
  held?: (first: number, count: number) => void,
): boolean {
  const { control, sequences } = ring;
  const cell = ring.readerAt(slot);
  Atomics.store(control, cell + ReaderCell.STATE, DEAD); // pairs with the load in livingReaderNotes()
  let done = true;
  // The youngest first: HELD itself is what `released` goes by, and is cleared last.
  for (let note = cell + ReaderCell.HELD + MAX_HELD - 1; note >= cell + ReaderCell.HELD; note--) {
    const stamp = Atomics.load(control, note); // pairs with the stores in LockFreeReader.open() and release()
    if (stamp === 0) continue;
    const position = (stamp - 1) | 0;
    const head = Atomics.load(control, LockFree.HEAD); // 1: pairs with the compareExchange in open()
    if (((head - position) | 0) > 0) {
      if (livingReaderNotes(ring, position)) {
        done = false;
        continue;
      }
      // 3: pairs with the store in LockFreeReader.release()
      const at = ring.sequenceAt(position);
      if (Atomics.load(sequences, at) === position + 1) {
        const start = ring.slotAt(position);
        held?.(ring.words[start + 4]!, ring.words[start + 1]!);
        Atomics.compareExchange(sequences, at, position + 1, (position + 2 * ring.slots) | 0);
      }
    }
    Atomics.store(control, note, 0); // pairs with the load in LockFreeRing.released
  }
  if (done) Atomics.store(control, cell + ReaderCell.STATE, ALIVE); // pairs with the load in livingReaderNotes()
  return done;
}

function livingReaderNotes(ring: LockFreeRing, position: number): boolean {
  const { control } = ring;
  const used = Atomics.load(control, LockFree.USED); // pairs with the compareExchange in LockFreeRing.reader()
  for (let slot = 0; slot < used; slot++) {
    const cell = ring.readerAt(slot);
    if (Atomics.load(control, cell + ReaderCell.STATE) === DEAD) continue; // pairs with recoverReader()
    for (let i = 0; i < MAX_HELD; i++) {
      // 2: pairs with the stores in LockFreeReader.open() and release()
      if (Atomics.load(control, cell + ReaderCell.HELD + i) === ((position + 1) | 0)) return true;
    }
  }
  return false;
}

/** The same for a writer. Its slot becomes a frame without records, which readers skip. */
export function recoverWriter(ring: LockFreeRing, slot: number): boolean {
  const { control, sequences, words } = ring;
  const cell = ring.writerAt(slot);
  Atomics.store(control, cell + WriterCell.STATE, DEAD); // pairs with the load in livingWriterNotes()
  const stamp = Atomics.load(control, cell + WriterCell.NOTE); // pairs with the stores in LockFreeWriter.flush()
  if (stamp !== 0) {
    const position = (stamp - 1) | 0;
    // 1: pairs with the compareExchange in LockFreeWriter.flush()
    const tail = Atomics.load(control, LockFree.TAIL) & ~CLOSED_BIT;
    if (((tail - position) | 0) > 0) {
      if (livingWriterNotes(ring, position)) return false;
      const at = ring.sequenceAt(position);
      // 3: pairs with the store in LockFreeWriter.flush()
      if (Atomics.load(sequences, at) === position) {
        words[ring.slotAt(position) + 1] = 0;
        // pairs with the load in LockFreeReader.open(): readers see the count above
        Atomics.compareExchange(sequences, at, position, position + 1);
      }
    }
    Atomics.store(control, cell + WriterCell.NOTE, 0); // pairs with the load above
  }
  Atomics.store(control, cell + WriterCell.STATE, ALIVE); // pairs with the load in livingWriterNotes()
  return true;
}

/**
 * The same for the only writer of a ring, which keeps no notes: it can only have stopped between the claim and the
 * commit of its last slot. For a ring that nobody writes to any more.
 */
export function recoverSoleWriter(ring: LockFreeRing): void {
  const { control, sequences, words } = ring;
  // pairs with the compareExchange in LockFreeSoleWriter.flush()
  const last = ((Atomics.load(control, LockFree.TAIL) & ~CLOSED_BIT) - 2) | 0;
  const at = ring.sequenceAt(last);
  if (Atomics.load(sequences, at) !== last) return; // pairs with the commit in LockFreeSoleWriter.flush()
  words[ring.slotAt(last) + 1] = 0;
  // pairs with the load in LockFreeReader.open(): readers see the count above
  Atomics.compareExchange(sequences, at, last, last + 1);
}

function livingWriterNotes(ring: LockFreeRing, position: number): boolean {
  const { control } = ring;
  for (let slot = 0; slot < ring.writers; slot++) {
    const cell = ring.writerAt(slot);
    if (Atomics.load(control, cell + WriterCell.STATE) === DEAD) continue; // pairs with recoverWriter()
    // 2: pairs with the stores in LockFreeWriter.flush()
    if (Atomics.load(control, cell + WriterCell.NOTE) === ((position + 1) | 0)) return true;
  }
  return false;
}
