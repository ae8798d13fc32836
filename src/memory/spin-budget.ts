import { availableParallelism } from 'node:os';
import type { Arena } from './arena.js';

const CORES = availableParallelism();
/** Looks before sleeping, where a core is free for it: about 5 microseconds. */
const SPINS = 300;

/** How often to look before sleeping: not at all where threads outnumber cores, because that delays those with work. */
export function spinBudget(arena: Arena): number {
  return arena.threads < CORES ? SPINS : 0;
}
