import workerThreads from 'node:worker_threads';
import { type Cell, cellSchema } from './cell.js';

/** Whether this Node has the locks of the Web Locks API for threads. */
export const hasWebLocks = 'locks' in workerThreads;

/** Why a cell cannot run, with this Node or at all; undefined if it can. */
export function reasonAgainst(cell: Cell, webLocks = hasWebLocks): string | undefined {
  if (cell.lock === 'web-locks' && !webLocks) {
    return `Node ${process.version} has no worker_threads.locks: web-locks needs Node 24.5 or later.`;
  }
  return cellSchema.safeParse(cell).error?.issues[0]?.message;
}
