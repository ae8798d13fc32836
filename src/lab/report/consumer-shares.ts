import { median } from '../../statistics/median.js';
import type { Run } from '../results.js';

/**
 * What the consumers got as multiples of an even share, the most first: in each run they are sorted, and each place in
 * that order has its median over the runs. Empty if nobody received anything.
 */
export function consumerShares(runs: readonly Run[]): number[] {
  const sorted = runs.map(sharesOf).filter(shares => shares.length > 0);
  return (sorted[0] ?? []).map((_, rank) => median(sorted.map(shares => shares[rank]!)));
}

function sharesOf({ threads }: Run): number[] {
  const messages = threads.filter(({ role }) => role === 'consumer').map(thread => thread.messages);
  const even = messages.reduce((sum, count) => sum + count, 0) / messages.length;
  return even > 0 ? messages.map(count => count / even).sort((a, b) => b - a) : [];
}
