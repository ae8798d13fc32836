import type { ProofEntry } from './proof-entry.js';
import { brokerStateEntries } from './scenarios/arena/broker-state.js';
import { memoryAlarmEntries } from './scenarios/arena/memory-alarm.js';
import { memoryWaiterEntries } from './scenarios/arena/memory-waiters.js';
import { pageAllocatorEntries } from './scenarios/arena/page-allocator.js';
import { pageDeathEntries } from './scenarios/arena/page-deaths.js';
import { replyMailboxEntries } from './scenarios/arena/reply-mailboxes.js';
import { routerSleepEntries } from './scenarios/arena/router-sleep.js';
import { sessionEntries } from './scenarios/arena/sessions.js';
import { mailboxEntries } from './scenarios/mailbox/mailbox.js';
import { lockFreeEntries } from './scenarios/rings/lock-free.js';
import { lockedEntries } from './scenarios/rings/locked.js';
import { mutexEntries } from './scenarios/rings/mutex.js';
import { spinningLockEntries } from './scenarios/rings/spinning-locks.js';

/** Every scenario of RingMQ's shared-memory code, in the order of the table. */
export const ENTRIES: readonly ProofEntry[] = [
  ...mailboxEntries,
  ...mutexEntries,
  ...spinningLockEntries,
  ...lockedEntries,
  ...lockFreeEntries,
  ...pageAllocatorEntries,
  ...pageDeathEntries,
  ...memoryWaiterEntries,
  ...memoryAlarmEntries,
  ...brokerStateEntries,
  ...sessionEntries,
  ...replyMailboxEntries,
  ...routerSleepEntries,
];
