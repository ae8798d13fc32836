import type { ProofEntry } from '../../proof-entry.js';
import { bellEntries } from './bell.js';
import { closingEntries } from './closing.js';
import { deliveryEntries } from './delivery.js';
import { eventLoopEntries } from './event-loop.js';
import { exclusiveWriterEntries } from './exclusive-writer.js';
import { fifoEntries } from './fifo.js';
import { positionEntries } from './positions.js';
import { recoveryEntries } from './recovery.js';
import { slotEntries } from './slots.js';
import { slotsOfTheDeadEntries } from './slots-of-the-dead.js';
import { spaceEntries } from './space.js';
import { twoClaimantsEntries } from './two-claimants.js';
import { untakenEntries } from './untaken.js';

/**
 * Scenarios that take longer than a third of a second. What they show is shown, on a smaller scale, by others.
 */
const LARGE = new Set([
  'exclusive-writer/dies',
  'exclusive-writer/dies-amid-frames',
  'mailbox/2-die-claimed-8-16',
  'mailbox/2-die-claimed-16-8',
  'mailbox/2-die-copying-8-8',
  'mailbox/2-die-noted-8-16',
  'mailbox/2-die-noted-16-8',
  'mailbox/2-writers-2-frames',
  'mailbox/2-writers-2-frames-parking-reader',
  'mailbox/2-writers-parking-reader',
  'mailbox/2-writers-wait-for-space',
  'mailbox/3-writers-1-frame',
  'mailbox/3-writers-3-frames',
  'mailbox/3-writers-parking-reader',
  'mailbox/close-amid-more-frames',
  'mailbox/close-amid-sleepers',
  'mailbox/close-amid-writers',
  'mailbox/dies-beside-the-living',
  'mailbox/dies-beside-the-living-router',
  'mailbox/dies-padding',
  'mailbox/dies-waiting-for-space',
  'mailbox/fifo-2-writers-2-frames',
  'mailbox/fifo-3-writers',
  'mailbox/gives-up-before-the-dead',
  'mailbox/slot-of-the-dead',
]);

const all: readonly ProofEntry[] = [
  ...slotEntries,
  ...exclusiveWriterEntries,
  ...positionEntries,
  ...eventLoopEntries,
  ...closingEntries,
  ...spaceEntries,
  ...deliveryEntries,
  ...recoveryEntries,
  ...slotsOfTheDeadEntries,
  ...twoClaimantsEntries,
  ...bellEntries,
  ...fifoEntries,
  ...untakenEntries,
];

/** Those of them that mutants need too: with two preemptions at most they are quick. */
const BOUNDED = new Set(['mailbox/close-amid-sleepers', 'mailbox/gives-up-before-the-dead']);

/** The search for mutants: none for a large scenario, which would find nothing that the others do not find. */
function trapOf({ name, search }: ProofEntry): Pick<ProofEntry, 'trap'> {
  if (BOUNDED.has(name)) return { trap: { ...search, preemptions: 2 } };
  return LARGE.has(name) ? {} : { trap: search };
}

/** The scenarios of the mailbox, its bell, its writers and its reader: the quick ones first. */
export const mailboxEntries: readonly ProofEntry[] = [
  ...all.filter(({ name }) => !LARGE.has(name)),
  ...all.filter(({ name }) => LARGE.has(name)),
].map(entry => ({ ...entry, ...trapOf(entry) }));
