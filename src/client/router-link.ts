import { ClosedError, InvalidArgumentError, type RingMQError } from '../errors.js';
import type { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/layout.js';
import { MailboxReader } from '../memory/mailbox-reader.js';
import { NO_ROOM } from '../memory/record-queue.js';
import { decodeError } from '../records/error-record.js';
import { HEADER_INT32S, LARGE_FLAG, paddedInt32s, RecordType, TYPE_MASK } from '../records/record.js';
import { decode, encode, type Operation, type Reply } from '../records/request.js';
import { KeepAlive } from './keep-alive.js';
import { DeliveryMemory, Message } from './message.js';
import { brokerClosed, type Outgoing } from './outgoing.js';

interface Pending {
  resolve(value: unknown): void;
  reject(error: RingMQError): void;
}

/**
 * A session's requests to the router and the router's answers. Answers are read on the event loop while one is
 * awaited, and by whoever publishes, because the router also says unasked that it refused a message.
 */
export class RouterLink {
  /** Messages that `get` was sent, before the reply that says so. */
  readonly got: Message[] = [];
  readonly #arena: Arena;
  readonly #outgoing: Outgoing;
  readonly #replies: MailboxReader;
  readonly #refused: (exchange: string, error: RingMQError) => void;
  readonly #pending = new Map<number, Pending>();
  readonly #keepAlive = new KeepAlive();
  #nextRequest = 1;
  #listening = false;
  /** True once the farewell was written. */
  #left = false;

  /** @param refused told when the router refused a message to `exchange` */
  constructor(
    arena: Arena,
    slot: number,
    outgoing: Outgoing,
    refused: (exchange: string, error: RingMQError) => void,
  ) {
    this.#arena = arena;
    this.#outgoing = outgoing;
    this.#replies = new MailboxReader(arena.createReplies(slot), {
      spaceBell: arena.inbox.bell,
      exclusive: true,
    });
    this.#refused = refused;
  }

  /** Resolves with what the router answers; rejects with the error that it met. */
  async request(operation: Operation): Promise<unknown> {
    const id = this.#nextRequest++;
    const bytes = encode({ ...operation, id });
    const words = (HEADER_INT32S + paddedInt32s(bytes.length)) >>> 1;
    const { writer } = this.#outgoing;
    if (words > writer.maxRecordWords) {
      throw new InvalidArgumentError(
        `The request takes ${bytes.length} bytes, and the router's mailbox takes at most ${writer.maxRecordWords * 8}. ` +
          'Use fewer or shorter arguments, or start the broker with a larger `inboxBytes`.',
      );
    }
    let at = this.#reserve(words);
    for (; at === NO_ROOM; at = this.#reserve(words)) await this.#outgoing.awaitSpace();
    writer.words[at] = bytes.length;
    writer.words[at + 1] = RecordType.REQUEST;
    writer.bytes.set(bytes, (at + HEADER_INT32S) * 4);
    if (operation.op === 'detach') this.#left = true;
    const answer = new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    void this.#listen();
    return answer;
  }

  /** Nothing may follow the farewell: the writer slot will be another session's. */
  #reserve(words: number): number {
    if (this.#left) throw new ClosedError('session');
    return this.#outgoing.reserveRequest(words);
  }

  /** Reads answers for as long as one is awaited. Never rejects: what goes wrong is told to those who wait. */
  async #listen(): Promise<void> {
    if (this.#listening) return;
    this.#listening = true;
    this.#keepAlive.hold();
    try {
      for (;;) {
        this.readReplies();
        if (this.#pending.size === 0) break;
        if (this.#replies.ended) throw brokerClosed(this.#arena);
        await this.#outgoing.flushAsync();
        await this.#replies.awaitAsync();
      }
    } catch (error) {
      for (const { reject } of this.#pending.values()) reject(error as RingMQError);
      this.#pending.clear();
    } finally {
      this.#listening = false;
      this.#keepAlive.release();
    }
  }

  /** Handles what the router has sent. */
  readReplies(): void {
    const replies = this.#replies;
    while (replies.open()) {
      const words = replies.words;
      let at = replies.at;
      for (let left = replies.count; left > 0; left--) {
        if ((words[at + 1]! & TYPE_MASK) === RecordType.DELIVER) this.got.push(this.#copyDelivery(words, at));
        else this.#handle(this.#readReply(words, at));
        at += HEADER_INT32S + paddedInt32s(words[at]!);
      }
      replies.release();
    }
  }

  #copyDelivery(words: Int32Array, at: number): Message {
    const record = words.slice(at, at + HEADER_INT32S + paddedInt32s(words[at]!));
    const memory = new DeliveryMemory(record);
    return new Message<Uint8Array>(memory, undefined).point(memory, 0, this.#arena, true);
  }

  #readReply(words: Int32Array, at: number): Reply {
    const payload = at + HEADER_INT32S;
    if ((words[at + 1]! & LARGE_FLAG) === 0) {
      return decode(this.#replies.bytes.subarray(payload * 4, payload * 4 + words[at]!));
    }
    const start = words[payload]! * PAGE_BYTES;
    return decode(this.#arena.bytes.subarray(start, start + words[payload + 2]!));
  }

  #handle(reply: Reply): void {
    if ('notice' in reply) {
      this.#refused(reply.exchange, decodeError(reply.error));
      return;
    }
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if ('error' in reply) pending?.reject(decodeError(reply.error));
    else pending?.resolve(reply.value);
  }
}
