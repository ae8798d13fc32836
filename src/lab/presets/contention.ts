import { DESIGNS, LOCKS, MAX_THREADS } from '../cell.js';
import { vary } from '../vary.js';
import type { Preset } from './preset.js';

/** Thread counts within the cores that the Universal Scalability Law is fitted to, at least. */
const FITTED = 6;

export const CONTENTION: Preset = {
  name: 'contention',
  description: 'how contention grows: each design and each lock, by threads, a message and 64 at a time',
  runSeconds: 1.4,
  asksThreads: true,
  cells: (cores, threads = Math.min(2 * cores, MAX_THREADS)) =>
    threadCounts(cores, threads).flatMap(count =>
      vary({ producers: count, consumers: count }, { design: DESIGNS, lock: LOCKS, batch: [64, 1] }),
    ),
};

/**
 * How many producers, and as many consumers: powers of two, and `most`. Where the cores suffice for six counts, all of
 * whose threads have a core, there are as many, the largest possible among them.
 */
export function threadCounts(cores: number, most: number): number[] {
  const counts = new Set([most]);
  for (let count = 1; count < most; count *= 2) counts.add(count);
  const within = Math.min(cores >> 1, most);
  if (within >= FITTED) {
    counts.add(within);
    for (let count = 1; [...counts].filter(each => each <= within).length < FITTED; count++) {
      counts.add(count);
    }
  }
  return [...counts].sort((a, b) => a - b);
}
