import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { CELL } from '../memory/layout.js';

/**
 * A queue out of what Node has: `postMessage`. One reader; a channel for each writer. Credit, so that a fast writer
 * does not fill the heap: the only thing that needs shared memory, one cell for each writer.
 *
 *     writer 0 ──── port ────▶┐
 *     writer 1 ──── port ────▶├─ reader        ┌────────┬──────────┬──────────┬─────┐
 *     writer 2 ──── port ────▶┘                │ READER │ writer 0 │ writer 1 │  …  │
 *                                              └────────┴──────────┴──────────┴─────┘
 *
 * A message is a Uint8Array: one record, or with `packed` a word {0, count} and up to 64 of them; `null` is the end.
 */
export const Port = {
  /** PARKED while the reader sleeps in await(). */
  READER: 0,
  /** 1 once the reader closed the queue. */
  CLOSED: CELL,
  /** The first writer's cell. */
  WRITERS: 2 * CELL,
} as const;

/** int32s of a writer's cell. */
export const PortCell = {
  /** Words posted; written by the writer, read by the reader. */
  POSTED: 0,
  /** Words that the reader gave back. */
  RELEASED: 1,
  /** Whether the writer waits for space (space-waiters.ts). */
  SPACE: 2,
} as const;

export interface MessagePortQueueOptions {
  /** How many writers there will be. */
  writers: number;
  /** Words that each writer may have posted and not got back. Default: 65,536 (512 KiB). */
  capacity?: number;
  /** Up to 64 records in one message, instead of one. */
  packed?: boolean;
}

/** What a thread needs to write; `port` goes into the transfer list. */
export interface MessagePortWriterHandle {
  readonly port: MessagePort;
  readonly control: SharedArrayBuffer;
  readonly slot: number;
  readonly capacity: number;
  readonly packed: boolean;
}

/** What a thread needs to read; `ports` are the transfer list. */
export interface MessagePortReaderHandle {
  /** One for each writer, and a last one that brings the slots of writers that died. */
  readonly ports: readonly MessagePort[];
  readonly control: SharedArrayBuffer;
  readonly capacity: number;
  readonly packed: boolean;
}

export interface MessagePortQueue {
  readonly reader: MessagePortReaderHandle;
  readonly writers: readonly MessagePortWriterHandle[];
  /**
   * Ends the channel of a writer whose thread has really ended; what it had posted can be read. The port's own `close`
   * event says the same, but Node 20 does not always give it: of some 600 terminated writers, one was missed.
   */
  recoverWriter(slot: number): void;
}

/** Opens the channels of a queue. */
export function createMessagePortQueue(options: MessagePortQueueOptions): MessagePortQueue {
  const { writers: count, capacity = 1 << 16, packed = false } = options;
  const control = new SharedArrayBuffer((Port.WRITERS + count * CELL) * 4);
  const channels = Array.from({ length: count }, () => new MessageChannel());
  const deaths = new MessageChannel();
  deaths.port2.unref();
  return {
    reader: { ports: [...channels, deaths].map(channel => channel.port1), control, capacity, packed },
    writers: channels.map((channel, slot) => ({ port: channel.port2, control, slot, capacity, packed })),
    recoverWriter: slot => deaths.port2.postMessage(slot),
  };
}
