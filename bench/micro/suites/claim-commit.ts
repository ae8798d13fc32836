import {
  exclusiveFrameAlone,
  lockedFrameAlone,
  lockFreeFrameAlone,
  mailboxClaimAlone,
  mailboxCommitAlone,
  mailboxFrameAlone,
  soleFrameAlone,
} from '../atomics.js';
import {
  lockedRing,
  lockFreeRing,
  lockFreeRingOfOneWriter,
  mailbox,
  mailboxOfOneWriter,
} from '../designs.js';
import { writingFrames } from '../frames.js';
import { TimedSuite } from '../timed-suite.js';

/** Words of a slot of the lock-free ring: the least it takes. */
const SLOT_WORDS = 16;

/**
 * What a writer pays for a frame, whatever is in it. Claim and commit cannot be timed apart, because neither exists
 * without the other; so their atomic operations stand beside them, together and apart.
 */
export const suite = new TimedSuite('a frame with one empty record: what its writer does', 'frame', {
  mailbox: () => writingFrames(mailbox()),
  'mailbox, its 6 atomic operations alone': mailboxFrameAlone,
  "mailbox, the claim's 3 alone": mailboxClaimAlone,
  "mailbox, the commit's 3 alone": mailboxCommitAlone,
  'mailbox with one writer': () => writingFrames(mailboxOfOneWriter()),
  'mailbox with one writer, its 4 alone': exclusiveFrameAlone,
  'ring under a futex lock': () => writingFrames(lockedRing('futex', 1)),
  'ring under a futex lock, its 5 alone': lockedFrameAlone,
  'ring under a spin lock': () => writingFrames(lockedRing('spin', 1)),
  'ring under a ticket lock': () => writingFrames(lockedRing('ticket', 1)),
  'ring under an MCS lock': () => writingFrames(lockedRing('mcs', 1)),
  'lock-free ring': () => writingFrames(lockFreeRing(SLOT_WORDS)),
  'lock-free ring, its 7 alone': lockFreeFrameAlone,
  'lock-free ring with one writer': () => writingFrames(lockFreeRingOfOneWriter(SLOT_WORDS)),
  'lock-free ring with one writer, its 5 alone': soleFrameAlone,
});
