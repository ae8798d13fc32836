import { deserialize, serialize } from 'node:v8';
import { InvalidArgumentError } from '../errors.js';
import type { Arguments } from '../routing/arguments.js';
import type { ExchangeOptions } from '../routing/declaration.js';
import type { EncodedError } from './error-record.js';

/**
 * What a session asks of the router, beside publishing. These are rare, so they are plain objects: `v8.serialize`
 * writes them, and the values of `arguments` keep their types.
 */
export type Operation =
  | { op: 'declareExchange'; name: string; type: string; options: ExchangeOptions }
  | { op: 'checkExchange'; name: string }
  /** May this be published to? */
  | { op: 'checkPublish'; name: string }
  | { op: 'deleteExchange'; name: string; ifUnused: boolean }
  | { op: 'declareQueue'; name: string; options: QueueOptions }
  | { op: 'checkQueue'; name: string }
  | { op: 'deleteQueue'; name: string; ifUnused: boolean; ifEmpty: boolean }
  | { op: 'purgeQueue'; name: string }
  | { op: 'bindQueue' | 'unbindQueue'; name: string; source: string; key: string; arguments: Arguments }
  | { op: 'bindExchange' | 'unbindExchange'; name: string; source: string; key: string; arguments: Arguments }
  | { op: 'consume'; queue: string; options: ConsumeRequest }
  | ({ op: 'cancel' } & Abandoned)
  | { op: 'get'; queue: string }
  | { op: 'stats' }
  /** All that this session published before was routed. */
  | { op: 'sync' }
  | { op: 'detach' };

export type Request = Operation & { id: number };

/** A consumer that stopped reading. */
export interface Abandoned {
  consumer: number;
  /** Records that it received of the frame that it has opened and not released; 0 if it has none. */
  taken: number;
  /** From a shared ring: the records of that frame that it did not receive. */
  left: Uint8Array | undefined;
}

/** How a queue hands its messages to its consumers. */
export type DispatchName =
  | 'queue-per-consumer'
  | 'shared-locked'
  | 'shared-locked-batched'
  | 'shared-lock-free';

export interface QueueOptions {
  /** How messages reach the consumers: a ring for each (default), or one ring that all of them share. */
  dispatch?: DispatchName;
  /** Bytes of the ring that the consumers of a shared dispatch share; a power of two. */
  ringBytes?: number;
}

export interface ConsumeRequest {
  /** Words of the consumer's ring, a power of two. */
  ringWords: number;
}

/** What the router answers. */
export type Reply = { id: number; value: unknown } | { id: number; error: EncodedError } | Notice;

/** What the router says unasked. */
export type Notice = { id: 0; notice: 'publishRefused'; exchange: string; error: EncodedError };

/** Where a consumer finds its messages: the answer to `consume`. */
export interface ConsumerPlace {
  consumer: number;
  dispatch: DispatchName;
  /** First page of the mailbox, or of the shared ring. */
  page: number;
  /** The consumer's reader slot in a shared ring. */
  readerSlot: number;
}

/** `busy`: the session must read its replies first, and ask again. */
export type GetOutcome = 'empty' | 'delivered' | 'busy';

/** What a queue is now. */
export interface QueueInfo {
  queue: string;
  /** Messages that wait in it. */
  messages: number;
  consumers: number;
}

/** Counters of one queue. */
export interface QueueStats {
  name: string;
  dispatch: DispatchName;
  /** Messages that wait in the queue; those in a consumer's ring are delivered. */
  ready: number;
  /** Bytes that they take. */
  readyBytes: number;
  consumers: number;
  /** Messages routed to the queue since it was declared. */
  published: number;
  /** Messages handed to consumers, and by `get`. */
  delivered: number;
}

export interface BrokerStats {
  queues: QueueStats[];
  /** Sessions that the router knows. */
  sessions: number;
  /** Messages that no queue took. */
  unroutable: number;
  /** Pages of shared memory in use by mailboxes, rings and large bodies. */
  pagesInUse: number;
  /** Bodies that lie in pages. */
  largeBodies: number;
}

/** @throws InvalidArgumentError if it holds what cannot be sent to another thread: a function, for example */
export function encode(value: Request | Reply): Buffer {
  try {
    return serialize(value);
  } catch (cause) {
    throw new InvalidArgumentError(
      `An argument cannot be sent to the router: ${(cause as Error).message} Use the types of a field table.`,
      { cause },
    );
  }
}

/** Reads what `encode` wrote; copies first, because the source may be shared memory that is about to be reused. */
export function decode<T extends Request | Reply>(source: Uint8Array): T {
  return deserialize(new Uint8Array(source)) as T;
}
