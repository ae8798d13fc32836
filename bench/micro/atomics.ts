import { CELL } from '../../src/memory/layout.js';
import { repeated } from './repeated.js';

/**
 * The atomic operations that the queues make for a frame, when nobody else is there, and nothing but them: the part of
 * a frame's cost that no other way to write the code would save. Each sequence follows the code that its comment names.
 * `stamp` is the stamp of a mailbox, or the sequence of a lock-free ring: each frame has one of its own.
 */

// Words that are far from each other in a queue have a cell of their own here, too.
const TAIL = 0;
const HEAD = CELL;
const NOTE = 2 * CELL;
const BELL = 3 * CELL;
const SPACE = 4 * CELL;
const LOCK = 5 * CELL;

/** MailboxWriter.#claim() */
function mailboxClaim(words: Int32Array): boolean {
  const position = Atomics.load(words, TAIL);
  Atomics.exchange(words, NOTE, position + 1);
  return Atomics.compareExchange(words, TAIL, position, (position + 8) | 0) === position;
}

/** MailboxWriter.flush(), after its claim */
function mailboxCommit(words: Int32Array, stamp: number): boolean {
  Atomics.store(words, stamp, stamp);
  Atomics.store(words, NOTE, 0);
  return Atomics.load(words, BELL) === 0;
}

export const mailboxClaimAlone = repeated(mailboxClaim);
export const mailboxCommitAlone = repeated(mailboxCommit);
export const mailboxFrameAlone = repeated(
  (words, stamp) => mailboxClaim(words) && mailboxCommit(words, stamp),
);

/** ExclusiveWriter.flush() */
export const exclusiveFrameAlone = repeated((words, stamp) => {
  const position = Atomics.load(words, TAIL);
  Atomics.add(words, TAIL, 8);
  Atomics.store(words, stamp, position + 1);
  return Atomics.load(words, BELL) === 0;
});

/** LockedWriter.flush() with the Mutex */
export const lockedFrameAlone = repeated(words => {
  if (Atomics.compareExchange(words, LOCK, 0, 2) !== 0) return false;
  const tail = Atomics.load(words, TAIL);
  Atomics.compareExchange(words, TAIL, tail, (tail + 2) | 0);
  return Atomics.exchange(words, LOCK, 0) === 2 && Atomics.load(words, BELL) === 0;
});

/** LockFreeWriter.flush() */
export const lockFreeFrameAlone = repeated((words, stamp) => {
  const tail = Atomics.load(words, TAIL);
  Atomics.load(words, stamp);
  Atomics.store(words, NOTE, tail + 1);
  if (Atomics.compareExchange(words, TAIL, tail, (tail + 2) | 0) !== tail) return false;
  Atomics.store(words, stamp, tail + 1);
  Atomics.store(words, NOTE, 0);
  return Atomics.load(words, BELL) === 0;
});

/** LockFreeSoleWriter.reserve() and flush() */
export const soleFrameAlone = repeated((words, stamp) => {
  const tail = Atomics.load(words, TAIL);
  Atomics.load(words, stamp);
  if (Atomics.compareExchange(words, TAIL, tail, (tail + 2) | 0) !== tail) return false;
  Atomics.store(words, stamp, tail + 1);
  return Atomics.load(words, BELL) === 0;
});

/** MailboxReader.open() and release() */
export const mailboxDrainAlone = repeated((words, stamp) => {
  Atomics.store(words, HEAD, Atomics.load(words, stamp) + stamp);
  return Atomics.load(words, SPACE) === 0;
});

/** LockedReader.open() and release() with the Mutex, where more records are left */
export const lockedDrainAlone = repeated(words => {
  if (Atomics.compareExchange(words, LOCK, 0, 2) !== 0) return false;
  const tail = Atomics.load(words, TAIL);
  Atomics.store(words, NOTE, tail | 1);
  Atomics.store(words, HEAD, tail);
  if (Atomics.exchange(words, LOCK, 0) !== 2 || Atomics.load(words, BELL) !== 0) return false;
  Atomics.store(words, NOTE, 0);
  return Atomics.load(words, SPACE) === 0;
});

/** LockFreeReader.open() and release() */
export const lockFreeDrainAlone = repeated((words, stamp) => {
  const head = Atomics.load(words, HEAD);
  Atomics.load(words, stamp);
  Atomics.store(words, NOTE, head | 1);
  if (Atomics.compareExchange(words, HEAD, head, (head + 2) | 0) !== head) return false;
  if (Atomics.load(words, BELL) !== 0) return false;
  Atomics.store(words, stamp, head);
  Atomics.store(words, NOTE, 0);
  return Atomics.load(words, SPACE) === 0;
});
