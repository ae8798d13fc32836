import type { ProofEntry } from './proof-entry.js';

/** Every scenario of RingMQ's shared-memory code, in the order of the table. */
export const ENTRIES: readonly ProofEntry[] = [];
