import type { BrokerStats } from '../../src/index.js';
import type { Tally } from './board.js';
import type { Member } from './crowd.js';
import { autoDeleteQueue, ownQueue, WORK, workQueue } from './names.js';

/** True if no message waits anywhere, and no memory of one is held. */
export function isAtRest({ queues, largeBodies, messageBytes }: BrokerStats): boolean {
  const messages = queues.reduce((sum, queue) => sum + queue.ready + queue.unacknowledged, 0);
  return messages === 0 && largeBodies === 0 && messageBytes === 0;
}

/** What does not agree, at rest: what the broker counted, and what the threads noted. */
export function disagreements(stats: BrokerStats, tally: Tally, members: readonly Member[]): string[] {
  const found = tally.lost.map(number => `message ${number} was confirmed, and nobody received it`);
  for (const [work, count] of tally.received.entries()) {
    const queue = stats.queues.find(({ name }) => name === workQueue(work))!;
    if (queue.published === count && queue.acknowledged === count) continue;
    found.push(`${count} messages were received, and their queue's counters are ${JSON.stringify(queue)}`);
  }
  const alive = new Set(members.flatMap(({ thread }) => [ownQueue(thread), autoDeleteQueue(thread)]));
  for (const queue of stats.queues) {
    const { name, published, acknowledged } = queue;
    if (published !== acknowledged) found.push(`counters do not add up: ${JSON.stringify(queue)}`);
    if (!name.startsWith(WORK) && !alive.has(name)) found.push(`queue ${name} of a dead thread is there`);
  }
  if (stats.sessions > 1 + members.length)
    found.push(`there are ${stats.sessions} sessions of ${1 + members.length} threads`);
  return found;
}

/** What is left when all threads have ended and the work queues are deleted; undefined: nothing, as it should be. */
export function leftOver(stats: BrokerStats): string | undefined {
  const { queues, sessions, pagesInUse, largeBodies, messageBytes } = stats;
  const left = { queues: queues.length, sessions: sessions - 1, pagesInUse, largeBodies, messageBytes };
  if (Object.values(left).every(count => count === 0)) return undefined;
  return `all threads have ended, and this is left: ${JSON.stringify(left)}`;
}
