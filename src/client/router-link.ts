import { ClosedError, InvalidArgumentError, type RingMQError } from '../errors.js';
import type { Arena } from '../memory/arena.js';
import type { Bell } from '../memory/bell.js';
import { PAGE_BYTES } from '../memory/layout.js';
import { MailboxReader } from '../memory/mailbox-reader.js';
import { NO_ROOM } from '../memory/record-queue.js';
import { decodeError } from '../records/error-record.js';
import {
  HEADER_INT32S,
  LARGE_FLAG,
  paddedInt32s,
  REFUSED_FLAG,
  RecordType,
  TYPE_MASK,
} from '../records/record.js';
import { decode, encode, type Notice, type Operation, type Reply } from '../records/request.js';
import { Confirmations } from './confirmations.js';
import { KeepAlive } from './keep-alive.js';
import { DeliveryMemory, Message } from './message.js';
import { brokerClosed, type Outgoing } from './outgoing.js';

interface Pending {
  resolve(value: unknown): void;
  reject(error: RingMQError): void;
}

/** What the router says unasked. Told when everything that lay in the ring was read. */
export interface LinkListener {
  notice(notice: Notice): void;
  /** A mandatory message came back. */
  returned(message: Message): void;
  /** The broker is closed, or its router died. */
  ended(): void;
}

/**
 * A session's requests to the router and the router's answers. Answers are read on the event loop while one is
 * awaited or somebody listens to events, and by whoever publishes, because the router also says unasked what became of
 * messages.
 */
export class RouterLink {
  /** Messages that `get` was sent, before the reply that says so. */
  readonly got: Message[] = [];
  readonly confirmations = new Confirmations();
  readonly #arena: Arena;
  readonly #outgoing: Outgoing;
  readonly #replies: MailboxReader;
  readonly #bell: Bell;
  readonly #listener: LinkListener;
  readonly #pending = new Map<number, Pending>();
  readonly #keepAlive = new KeepAlive();
  #nextRequest = 1;
  #listening = false;
  /** True if the listening keeps the event loop alive. */
  #holding = false;
  #watched = false;
  /** True while replies are read: what is told meanwhile may ask to read them again. */
  #reading = false;
  #events: (() => void)[] = [];
  /** True once the farewell was written. */
  #left = false;

  constructor(arena: Arena, slot: number, outgoing: Outgoing, listener: LinkListener) {
    this.#arena = arena;
    this.#outgoing = outgoing;
    const replies = arena.createReplies(slot);
    this.#replies = new MailboxReader(replies, { spaceBell: arena.inbox.bell, exclusive: true });
    this.#bell = replies.bell;
    this.#listener = listener;
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

  /** Resolves when what `confirmed` asks the confirmations for is there. */
  async awaitConfirms(confirmed: (confirmations: Confirmations) => Promise<void>): Promise<void> {
    const answer = confirmed(this.confirmations);
    void this.#listen();
    await answer;
  }

  /** Blocks this thread until `done`, or until `milliseconds` have passed; false then. */
  awaitBlocking(done: () => boolean, milliseconds: number): boolean {
    const deadline = performance.now() + milliseconds;
    for (;;) {
      this.readReplies();
      if (done()) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      if (this.#replies.ended) throw brokerClosed(this.#arena);
      this.#outgoing.flushBlocking();
      this.#replies.await(left);
      // The event loop may sleep on the same bell, and its announcement was taken back with this one: it looks again.
      this.#bell.wake();
    }
  }

  /** Reads what the router says also while nothing is awaited: somebody listens to events. */
  watch(): void {
    this.#watched = true;
    void this.#listen();
  }

  get #awaited(): boolean {
    return this.#pending.size > 0 || this.confirmations.awaited;
  }

  /** Reads answers for as long as one is awaited. Never rejects: what goes wrong is told to those who wait. */
  async #listen(): Promise<void> {
    this.#holdIfAwaited();
    if (this.#listening) return;
    this.#listening = true;
    try {
      for (;;) {
        this.readReplies();
        this.#holdIfAwaited();
        if (!this.#awaited && !(this.#watched && !this.#left)) break;
        if (this.#replies.ended) throw brokerClosed(this.#arena);
        await this.#outgoing.flushAsync();
        await this.#replies.awaitAsync();
      }
    } catch (error) {
      for (const { reject } of this.#pending.values()) reject(error as RingMQError);
      this.#pending.clear();
      this.confirmations.fail(error as RingMQError);
      this.#listener.ended();
    } finally {
      this.#listening = false;
      this.#hold(false);
    }
  }

  #holdIfAwaited(): void {
    this.#hold(this.#awaited);
  }

  #hold(hold: boolean): void {
    if (hold === this.#holding) return;
    this.#holding = hold;
    if (hold) this.#keepAlive.hold();
    else this.#keepAlive.release();
  }

  /** Handles what the router has sent. */
  readReplies(): void {
    if (this.#reading) return;
    this.#reading = true;
    const replies = this.#replies;
    try {
      while (replies.open()) {
        const words = replies.words;
        let at = replies.at;
        for (let left = replies.count; left > 0; left--) {
          this.#read(words, at);
          at += HEADER_INT32S + paddedInt32s(words[at]!);
        }
        replies.release();
      }
    } finally {
      this.#reading = false;
    }
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    for (const tell of events) {
      try {
        tell();
      } catch (error) {
        // A listener of the user failed. Whoever reads here can do nothing about it, and must not miss the rest.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #read(words: Int32Array, at: number): void {
    const tag = words[at + 1]!;
    switch (tag & TYPE_MASK) {
      case RecordType.DELIVER:
        this.got.push(this.#copyDelivery(words, at));
        break;
      case RecordType.RETURN: {
        const message = this.#copyDelivery(words, at);
        this.#events.push(() => this.#listener.returned(message));
        break;
      }
      case RecordType.CONFIRM:
        if ((tag & REFUSED_FLAG) === 0) this.confirmations.confirmed(words[at + 3]!);
        else this.confirmations.refused(words[at + 2]!, words[at + 3]!);
        break;
      default:
        this.#handle(this.#readReply(words, at));
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
      this.#events.push(() => this.#listener.notice(reply));
      return;
    }
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if ('error' in reply) pending?.reject(decodeError(reply.error));
    else pending?.resolve(reply.value);
  }
}
