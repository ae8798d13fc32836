import type { ProofEntry } from './proof-entry.js';
import { mailboxEntries } from './scenarios/mailbox/mailbox.js';

/** Every scenario of RingMQ's shared-memory code, in the order of the table. */
export const ENTRIES: readonly ProofEntry[] = [...mailboxEntries];
