import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordReader } from '../../memory/record-queue.js';
import type { Wait } from '../cell.js';

/** Milliseconds between two looks of a consumer that polls. */
export const POLL_INTERVAL = 1;

/** What a consumer does when it found nothing; a promise if it goes back to its event loop for that. */
export type Pause = () => Promise<unknown> | undefined;

export function pauseOf(wait: Wait, reader: RecordReader): Pause {
  switch (wait) {
    case 'block':
      return () => void reader.await();
    case 'event-loop':
      return () => reader.awaitAsync();
    case 'poll':
      return () => delay(POLL_INTERVAL);
    case 'pull':
      return () => nextTurn();
    case 'spin':
      return () => undefined;
  }
}

/** True if a consumer that waits so is woken by others: it may be woken in vain. */
export function isWoken(wait: Wait): boolean {
  return wait === 'block' || wait === 'event-loop';
}
