import { lockedDrainAlone, lockFreeDrainAlone, mailboxDrainAlone } from '../atomics.js';
import { lockedRing, lockFreeRing, mailbox } from '../designs.js';
import { readingFrames } from '../frames.js';
import { TimedSuite } from '../timed-suite.js';

/** Words of a slot of the lock-free ring: the least it takes. */
const SLOT_WORDS = 16;

/** What a reader pays for a frame, whatever is in it: open and release. */
export const suite = new TimedSuite('a frame with one empty record: what its reader does', 'frame', {
  mailbox: () => readingFrames(mailbox()),
  'mailbox, its 3 atomic operations alone': mailboxDrainAlone,
  'ring under a futex lock': () => readingFrames(lockedRing('futex', 1)),
  'ring under a futex lock, its 8 alone': lockedDrainAlone,
  'ring under a spin lock': () => readingFrames(lockedRing('spin', 1)),
  'ring under a ticket lock': () => readingFrames(lockedRing('ticket', 1)),
  'ring under an MCS lock': () => readingFrames(lockedRing('mcs', 1)),
  'lock-free ring': () => readingFrames(lockFreeRing(SLOT_WORDS)),
  'lock-free ring, its 8 alone': lockFreeDrainAlone,
});
