import { type Transferable, threadId } from 'node:worker_threads';
import type { FlowMemory } from '../../comparison/flow.js';
import { Bell } from '../../memory/bell.js';
import { recordWords } from '../../memory/layout.js';
import { MailboxMemory } from '../../memory/mailbox.js';
import { MailboxReader } from '../../memory/mailbox-reader.js';
import { MailboxWriter } from '../../memory/mailbox-writer.js';
import type { RecordReader, RecordWriter } from '../../memory/record-queue.js';
import type { Lock, LockOptions } from '../../queues/lock.js';
import { LockFreeRing } from '../../queues/lock-free-ring.js';
import { LockedRing } from '../../queues/locked-ring.js';
import {
  createMessagePortQueue,
  type MessagePortReaderHandle,
  type MessagePortWriterHandle,
  Port,
} from '../../queues/message-port.js';
import { MessagePortReader } from '../../queues/message-port-reader.js';
import { MessagePortWriter } from '../../queues/message-port-writer.js';
import type { Cell } from '../cell.js';
import type { LockClock } from './lock-clock.js';
import { TimedLock } from './timed-lock.js';

/** What a thread needs to reach the queues of a cell; plain data, `transfer` goes into the transfer list. */
export type End =
  | { readonly kind: 'mailboxes'; readonly buffers: readonly SharedArrayBuffer[] }
  | { readonly kind: 'locked' | 'lock-free'; readonly buffer: SharedArrayBuffer; readonly slot: number }
  | { readonly kind: 'ports-out'; readonly ports: readonly MessagePortWriterHandle[] }
  | {
      readonly kind: 'port-in';
      readonly port: MessagePortReaderHandle;
      /** Control words of a router that waits for space here. */
      readonly router?: SharedArrayBuffer;
    }
  | { readonly kind: 'broker'; readonly handle: SharedArrayBuffer; readonly flow: FlowMemory };

export interface ThreadEnd {
  readonly end: End;
  readonly transfer: readonly Transferable[];
}

/** The queues of a cell: an end for each thread. */
export interface Ends {
  readonly producers: readonly ThreadEnd[];
  readonly consumers: readonly ThreadEnd[];
  /** Ends the queues once every producer is done: consumers receive what is left. */
  close(): void;
}

/** Looks of a consumer before it sleeps, where every thread has a core; see spin-budget.ts. */
export const SPINS = 300;
/** Words of a frame at most, whatever the batch: 16 KiB, as the broker's writers. */
const FRAME_WORDS = 2048;

/** Words of one record of a cell. */
function cellRecordWords({ body }: Cell): number {
  return recordWords(body);
}

/** Words of one of `rings` rings: they share what the cell allows, and each has room for some records. */
function ringWords(cell: Cell, rings: number): number {
  const least = 8 * cellRecordWords(cell);
  return 2 ** Math.floor(Math.log2(Math.max(cell.ring / 8 / rings, 2 * least)));
}

/** Words of a frame of this cell, its records alone. */
function frameWords(cell: Cell): number {
  return Math.max(cellRecordWords(cell), Math.min(cell.batch * cellRecordWords(cell), FRAME_WORDS));
}

/** Makes the queues of a cell that is not routed. */
export function makeQueues(cell: Cell): Ends {
  switch (cell.design) {
    case 'queue-per-consumer':
      return mailboxes(cell);
    case 'shared-locked':
      return lockedRing(cell);
    case 'shared-lock-free':
      return lockFreeRing(cell);
    case 'message-port':
      return ports(cell);
  }
}

function mailboxes(cell: Cell): Ends {
  const capacity = ringWords(cell, cell.consumers);
  const buffers = times(cell.consumers, () => MailboxMemory.standalone(capacity, cell.producers));
  return {
    producers: times(cell.producers, () => shared({ kind: 'mailboxes', buffers })),
    consumers: buffers.map(buffer => shared({ kind: 'mailboxes', buffers: [buffer] })),
    close: () => buffers.forEach(buffer => void MailboxMemory.attach(buffer, 0).close()),
  };
}

function lockedRing(cell: Cell): Ends {
  const options = {
    capacity: ringWords(cell, 1),
    readers: cell.consumers,
    writers: cell.producers,
    batch: cell.batch,
    lock: cell.lock === 'web-locks' ? ('none' as const) : cell.lock!,
  };
  const buffer = new SharedArrayBuffer(LockedRing.bytes(options));
  const ring = LockedRing.create(buffer, 0, options);
  return {
    producers: times(cell.producers, slot => shared({ kind: 'locked', buffer, slot })),
    consumers: times(cell.consumers, slot => shared({ kind: 'locked', buffer, slot })),
    close: () => ring.close(),
  };
}

function lockFreeRing(cell: Cell): Ends {
  const slotWords = (frameWords(cell) + 1 + 15) & -16;
  const slots = Math.max(4, 2 ** Math.floor(Math.log2(cell.ring / 8 / slotWords)));
  const options = { slots, slotWords, readers: cell.consumers, writers: cell.producers };
  const buffer = new SharedArrayBuffer(LockFreeRing.bytes(options));
  const ring = LockFreeRing.create(buffer, 0, options);
  return {
    producers: times(cell.producers, slot => shared({ kind: 'lock-free', buffer, slot })),
    consumers: times(cell.consumers, slot => shared({ kind: 'lock-free', buffer, slot })),
    close: () => ring.close(),
  };
}

/** Channels have credit: as many words as a ring's, shared between all that lead to a consumer. */
export function portQueueOptions(cell: Cell, writers: number, readers: number) {
  return { writers, capacity: ringWords(cell, writers * readers), packed: cell.batch > 1 };
}

function ports(cell: Cell): Ends {
  const options = portQueueOptions(cell, cell.producers, cell.consumers);
  const queues = times(cell.consumers, () => createMessagePortQueue(options));
  return {
    producers: times(cell.producers, producer => portsOut(queues.map(({ writers }) => writers[producer]!))),
    consumers: queues.map(({ reader }) => portIn(reader)),
    close() {}, // the producers closed their ports
  };
}

export function portsOut(handles: readonly MessagePortWriterHandle[]): ThreadEnd {
  return { end: { kind: 'ports-out', ports: handles }, transfer: handles.map(({ port }) => port) };
}

export function portIn(port: MessagePortReaderHandle, router?: SharedArrayBuffer): ThreadEnd {
  return {
    end: { kind: 'port-in', port, ...(router === undefined ? {} : { router }) },
    transfer: [...port.ports],
  };
}

function shared(end: End): ThreadEnd {
  return { end, transfer: [] };
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** The locks of a thread's ends, and what times them. */
export interface TimedLocks {
  readonly clock: LockClock;
  /** Filled as the ends are opened. */
  readonly locks: Lock[];
}

/** Node's own lock is taken around the ring and not in it, and timed there. */
function lockOptions({ lock }: Cell, { clock, locks }: TimedLocks): LockOptions {
  if (lock === 'web-locks') return {};
  return {
    wrap(inner) {
      locks.push(inner);
      return new TimedLock(inner, clock);
    },
  };
}

/** A producer's writers: one, or one for each consumer. */
export function openWriters(end: End, cell: Cell, timed: TimedLocks): RecordWriter[] {
  const limits = { records: cell.batch, words: frameWords(cell) };
  switch (end.kind) {
    case 'mailboxes':
      return end.buffers.map(buffer => {
        const memory = MailboxMemory.attach(buffer, 0);
        return new MailboxWriter(memory, memory.attachWriter(threadId), limits);
      });
    case 'locked':
      return [LockedRing.attach(end.buffer, 0).writer(end.slot, lockOptions(cell, timed))];
    case 'lock-free':
      return [LockFreeRing.attach(end.buffer, 0).writer(end.slot, limits)];
    case 'ports-out':
      return end.ports.map(port => new MessagePortWriter(port));
    default:
      throw new Error(`No records are written to an end of the kind ${end.kind}`);
  }
}

/** A consumer's reader. @param spins looks before it sleeps */
export function openReader(end: End, cell: Cell, timed: TimedLocks, spins: number): RecordReader {
  const options = { spins: () => spins };
  switch (end.kind) {
    case 'mailboxes':
      return new MailboxReader(MailboxMemory.attach(end.buffers[0]!, 0), options);
    case 'locked':
      return LockedRing.attach(end.buffer, 0).reader(end.slot, {
        ...options,
        lock: lockOptions(cell, timed),
      });
    case 'lock-free':
      return LockFreeRing.attach(end.buffer, 0).reader(end.slot, options);
    case 'port-in':
      return new MessagePortReader(end.port, {
        spaceBell: end.router && new Bell(new Int32Array(end.router), Port.READER),
      });
    default:
      throw new Error(`No records are read from an end of the kind ${end.kind}`);
  }
}
