import { NotFoundError, ResourceLockedError, type Session } from '../../src/index.js';
import type { Member } from './crowd.js';
import { autoDeleteQueue, ownQueue } from './names.js';

/** Milliseconds that a burial may take. */
const LONGEST = 5000;

/**
 * Resolves when the router has done all that a thread's end asks of it: then the exclusive queue of the thread is gone,
 * and the messages that it did not settle are back.
 *
 * @returns milliseconds since the thread's exit event; undefined for a thread that had not come so far as to have queues
 * @throws Error if it takes too long, or something is left
 */
export async function awaitBurial(session: Session, member: Member): Promise<number | undefined> {
  const { thread, exitedAt, started } = member;
  while (await exists(session, ownQueue(thread))) {
    if (performance.now() - exitedAt > LONGEST)
      throw new Error(`thread ${thread} is not buried ${LONGEST} ms after its end`);
  }
  const milliseconds = performance.now() - exitedAt;
  if (!started) {
    // It never had a consumer, so it stays (RabbitMQ, "Queues": an auto-delete queue goes when its last consumer goes).
    await session.deleteQueue(autoDeleteQueue(thread));
    return undefined;
  }
  if (await exists(session, autoDeleteQueue(thread)))
    throw new Error(`thread ${thread} is buried, and its auto-delete queue is there`);
  return milliseconds;
}

async function exists(session: Session, queue: string): Promise<boolean> {
  try {
    await session.checkQueue(queue);
    return true;
  } catch (error) {
    if (error instanceof ResourceLockedError) return true;
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
