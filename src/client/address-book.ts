import type { RingMQError } from '../errors.js';
import { NO_ROOM } from '../memory/record-queue.js';
import { ADDRESS_SHIFT, HEADER_INT32S, paddedInt32s, RecordType } from '../records/record.js';
import type { Outgoing } from './outgoing.js';

/** Who uses an address: told when its number is given to another. */
export interface AddressUser {
  readonly exchange: string;
  forgetKey(routingKey: string): void;
  fail(error: RingMQError): void;
}

/** Addresses that a session and the router remember at a time: the table is bounded on both sides. */
const CAPACITY = 4096;

/**
 * The numbers by which a session's messages name their exchange and routing key. A pair is sent to the router once
 * and named by its number from then on, so that a hot route is one array read there. When all numbers are in use,
 * the oldest is given away: it travels in the same mailbox as the messages, so the router always knows which is meant.
 */
export class AddressBook {
  readonly #outgoing: Outgoing;
  readonly #users: (AddressUser | undefined)[] = [];
  readonly #keys: string[] = [];
  #next = 0;

  constructor(outgoing: Outgoing) {
    this.#outgoing = outgoing;
  }

  /** Gives `user`'s exchange with `routingKey` a number and tells the router; NO_ROOM if its mailbox is full. */
  add(user: AddressUser, routingKey: string, blocking: boolean): number {
    const outgoing = this.#outgoing;
    const exchangeBytes = utf8Length(user.exchange);
    const keyBytes = utf8Length(routingKey);
    const length = 8 + exchangeBytes + keyBytes;
    const size = (HEADER_INT32S + paddedInt32s(length)) >>> 1;
    const at = blocking ? outgoing.reserveBlocking(size) : outgoing.reserve(size);
    if (at === NO_ROOM) return NO_ROOM;

    const address = this.#next;
    this.#next = address + 1 < CAPACITY ? address + 1 : 0;
    this.#users[address]?.forgetKey(this.#keys[address]!);
    this.#users[address] = user;
    this.#keys[address] = routingKey;

    const { words, bytes } = outgoing.writer;
    words[at] = length;
    words[at + 1] = RecordType.ADDRESS | (address << ADDRESS_SHIFT);
    words[at + 2] = exchangeBytes;
    words[at + 3] = keyBytes;
    // The router compares nothing and copies whole words: the padding must not look like text.
    const start = (at + 2 * HEADER_INT32S) * 4;
    const end = start + exchangeBytes + keyBytes;
    for (let i = end; (i & 7) !== 0; i++) bytes[i] = 0;
    writeUtf8(bytes, start, user.exchange, exchangeBytes);
    writeUtf8(bytes, start + exchangeBytes, routingKey, keyBytes);
    return address;
  }

  /** The router refused a message to `exchange`: tells everybody who publishes there. */
  refused(exchange: string, error: RingMQError): void {
    for (const user of this.#users) if (user?.exchange === exchange) user.fail(error);
  }
}

const encoder = new TextEncoder();

/** Bytes of `text` in UTF-8. Short texts are mostly ASCII, which a loop finds out faster than a call of C++ would. */
function utf8Length(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return Buffer.byteLength(text);
  return text.length;
}

function writeUtf8(target: Uint8Array, at: number, text: string, bytes: number): void {
  if (bytes === text.length) {
    for (let i = 0; i < bytes; i++) target[at + i] = text.charCodeAt(i);
  } else {
    encoder.encodeInto(text, target.subarray(at, at + bytes));
  }
}
