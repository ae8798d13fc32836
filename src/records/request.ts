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
  | { op: 'get'; queue: string; noAck: boolean }
  | { op: 'stats'; collectGarbage: boolean }
  /** All that this session published before was routed. */
  | { op: 'sync' }
  | { op: 'detach' };

export type Request = Operation & { id: number };

/** A consumer that stopped reading. */
export interface Abandoned {
  consumer: number;
  /** Records that it received of the frame that it has opened and not released; 0 if it has none. */
  taken: number;
  /** From a shared ring without acknowledgements: the records of that frame that it did not receive. */
  left: Uint8Array | undefined;
  /** With acknowledgements: number of the last message that it received. */
  received: number;
}

/** The queue that stands for "this session" in a request's replyTo (RabbitMQ, "Direct Reply-to"). */
export const REPLY_TO = 'amq.rabbitmq.reply-to';

/** How a queue hands its messages to its consumers. */
export type DispatchName =
  | 'queue-per-consumer'
  | 'shared-locked'
  | 'shared-locked-batched'
  | 'shared-lock-free';

/** What happens to a queue that is at its limit when one more message comes. */
export type Overflow = 'drop-head' | 'reject-publish' | 'reject-publish-dlx';

/**
 * What can be asked of a new queue. What is left out is off, or without limit. A declaration of a queue that exists
 * must ask for the same.
 */
export interface QueueOptions {
  /** How messages reach the consumers: a ring for each (default), or one ring that all of them share. */
  dispatch?: DispatchName | undefined;
  /** Bytes of the ring that the consumers of a shared dispatch share: a power of two, 64 KiB to 256 MiB (1 MiB). */
  ringBytes?: number | undefined;
  /** It is there again after the broker was stopped and started. Refused: there is no store yet. */
  durable?: boolean | undefined;
  /** Only the session that declares it may use it, and it goes with that session. */
  exclusive?: boolean | undefined;
  /** It goes when its last consumer goes. One that never had a consumer stays. */
  autoDelete?: boolean | undefined;
  /** `x-message-ttl`: milliseconds that a message may wait in it, from 0 to ten years. */
  messageTtl?: number | undefined;
  /** `x-expires`: milliseconds after which it goes if nobody used it, from 1 to ten years. */
  expires?: number | undefined;
  /** `x-max-length`: messages that may wait in it. */
  maxLength?: number | undefined;
  /** `x-max-length-bytes`: bytes that the bodies of the messages that wait in it may have together. */
  maxLengthBytes?: number | undefined;
  /**
   * `x-overflow`: at its limit the queue drops its oldest message (`drop-head`, the default), refuses the new one, or
   * refuses and dead-letters the new one.
   */
  overflow?: Overflow | undefined;
  /** `x-dead-letter-exchange`: where messages go that are rejected, expire or are dropped at the limit. */
  deadLetterExchange?: string | undefined;
  /** `x-dead-letter-routing-key`: the key they are published with there; their own keys if it is left out. */
  deadLetterRoutingKey?: string | undefined;
  /** `x-max-priority`: messages of a higher priority are delivered first; priorities above this one, 0 to 255, equal it. */
  maxPriority?: number | undefined;
  /** `x-single-active-consumer`: one consumer gets all messages, and the next one when it goes. */
  singleActiveConsumer?: boolean | undefined;
  /** `x-delivery-limit`: how often a message is delivered again after a failure; -1 is without limit (default). */
  deliveryLimit?: number | undefined;
  /** `x-consumer-timeout`: milliseconds that a consumer may take to acknowledge a message, from 1 to ten years. */
  consumerTimeout?: number | undefined;
  /**
   * The same settings as AMQP clients give them, by the names above that begin with `x-`. `x-queue-type` may be
   * `classic`. `x-queue-mode`, `x-queue-version`, `x-queue-master-locator` and `x-queue-leader-locator` have no effect,
   * like any argument that RabbitMQ does not know.
   */
  arguments?: Arguments | undefined;
}

export interface ConsumeRequest {
  /** Words of the consumer's ring, a power of two. */
  ringWords: number;
  /** True: messages count as done when they are sent. */
  noAck: boolean;
  /** Messages that it may have unacknowledged; 0: any number. */
  prefetch: number;
  /** Bytes of bodies that it may have unacknowledged; 0: any number. */
  prefetchBytes: number;
  priority: number;
  /** True: no other consumer may be on the queue. */
  exclusive: boolean;
  /** Milliseconds in which a delivery must be settled; undefined: as the queue or the broker says. */
  consumerTimeout: number | undefined;
}

/**
 * Records of a frame in a shared ring, for a consumer with this prefetch; 0: any number. A quarter, so that it can
 * take the next frame while it works on what it has.
 */
export function frameLimit(prefetch: number): number {
  return prefetch === 0 ? 0 : Math.max(1, prefetch >>> 2);
}

/** What the router answers. */
export type Reply = { id: number; value: unknown } | { id: number; error: EncodedError } | Notice;

/** What the router says unasked. */
export type Notice =
  | { id: 0; notice: 'publishRefused'; exchange: string; error: EncodedError }
  /** The consumer gets nothing any more: its queue was deleted (no error), or it did not acknowledge in time. */
  | { id: 0; notice: 'consumerClosed'; consumer: number; error: EncodedError | undefined }
  /** Publishers are held from now on, or go on. */
  | { id: 0; notice: 'memoryAlarm'; on: boolean };

/** Where a consumer finds its messages: the answer to `consume`. */
export interface ConsumerPlace {
  consumer: number;
  queue: string;
  dispatch: DispatchName;
  /** First page of the mailbox, or of the shared ring. */
  page: number;
  /** The consumer's reader slot in a shared ring. */
  readerSlot: number;
}

/**
 * What `get` found. `busy`: the session must read its replies first, and ask again. The message, if there is one, goes
 * before this answer.
 */
export type GetOutcome =
  | { outcome: 'empty' }
  | { outcome: 'busy' }
  /** @property consumer by which it is settled; @property messages that still wait */
  | { outcome: 'delivered'; consumer: number; messages: number };

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
  /** Messages that wait in the queue. */
  ready: number;
  /** Bytes that they take in memory. */
  readyBytes: number;
  /** Messages that were sent to consumers, and are neither settled nor back. */
  unacknowledged: number;
  consumers: number;
  /** Messages that the queue accepted since it was declared. */
  published: number;
  /** Messages handed to consumers, and by `get`; one that was handed out twice counts twice. */
  delivered: number;
  /** Those of them that had been handed out before. */
  redelivered: number;
  /** Messages that consumers acknowledged, and those sent to consumers that need not. */
  acknowledged: number;
  /** Messages that expired, were rejected or were too many, in a queue without dead-letter exchange. */
  dropped: number;
  /** The same in a queue with one. */
  deadLettered: number;
  /** Messages that purge() dropped. */
  purged: number;
}

/** How long the router's loop was away, pass by pass. */
export interface LoopTimes {
  passes: number;
  /** Milliseconds of the longest pass. */
  longest: number;
  /** Passes that took at most so many microseconds, and more than the class before; the last one is Infinity. */
  histogram: { microseconds: number; passes: number }[];
}

export interface BrokerStats {
  queues: QueueStats[];
  /** Sessions that the router knows. */
  sessions: number;
  /** Messages that no queue took. */
  unroutable: number;
  /** Bytes that messages take: those that wait, those that are not acknowledged, and bodies in pages. */
  messageBytes: number;
  /** True while publishers are held. */
  memoryAlarm: boolean;
  /** Pages of shared memory in use by mailboxes, rings and large bodies. */
  pagesInUse: number;
  /** Bodies that lie in pages. */
  largeBodies: number;
  /** Bytes of the router thread's JavaScript heap in use, garbage included. */
  routerHeapBytes: number;
  /** How long the passes of the router's loop took. */
  loop: LoopTimes;
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
