import {
  ADDRESS_SHIFT,
  copyInt32s,
  FLAGS_MASK,
  HEADER_INT32S,
  KEY_SHIFT,
  paddedInt32s,
  RecordType,
} from '../records/record.js';
import { Route } from '../routing/route-cache.js';
import type { MessageQueue } from './message-queue.js';
import { META_INT32S, writeMeta } from './stored-message.js';

/** A route, with its exchange's name and routing key as a delivery carries them. */
export class AddressedRoute extends Route<MessageQueue> {
  /** Both names in UTF-8, one after the other, padded to a word; `namesInt32s` of it are in use. */
  names = new Int32Array(0);
  namesInt32s = 0;
  /** Type and lengths of the names: the tag of a delivery, without flags. */
  deliverTag = 0;
  /** Version of the topology in which publishing to it was refused, so that the publisher is told once. */
  refusedIn = 0;

  constructor() {
    super('', '');
  }

  /**
   * Takes over the address in a session's record.
   *
   * @param at index in `words` of {exchange's bytes, routing key's bytes}; both names in UTF-8 follow
   * @param text the same memory as `words`
   */
  read(words: Int32Array, at: number, text: Buffer): void {
    const exchangeBytes = words[at]!;
    const keyBytes = words[at + 1]!;
    const int32s = paddedInt32s(exchangeBytes + keyBytes);
    if (int32s > this.names.length) this.names = new Int32Array(int32s);
    const names = this.names;
    let bits = 0;
    for (let i = 0; i < int32s; i++) {
      const four = words[at + HEADER_INT32S + i]!;
      names[i] = four;
      bits |= four;
    }
    this.namesInt32s = int32s;
    this.deliverTag = RecordType.DELIVER | (exchangeBytes << ADDRESS_SHIFT) | (keyBytes << KEY_SHIFT);
    this.refusedIn = 0;
    // Most names are ASCII, and those are read three times faster as Latin-1.
    const encoding = (bits & NOT_ASCII) === 0 ? 'latin1' : 'utf8';
    const start = (at + HEADER_INT32S) * 4;
    const keyAt = start + exchangeBytes;
    this.readdress(text.toString(encoding, start, keyAt), text.toString(encoding, keyAt, keyAt + keyBytes));
  }

  /** The route of a message that the router itself publishes. */
  static of(exchange: string, key: string): AddressedRoute {
    const route = new AddressedRoute();
    const exchangeBytes = Buffer.byteLength(exchange);
    const keyBytes = Buffer.byteLength(key);
    const names = Buffer.alloc(paddedInt32s(exchangeBytes + keyBytes) * 4);
    names.write(exchange + key);
    route.names = new Int32Array(names.buffer, names.byteOffset, names.length / 4);
    route.namesInt32s = route.names.length;
    route.deliverTag = RecordType.DELIVER | (exchangeBytes << ADDRESS_SHIFT) | (keyBytes << KEY_SHIFT);
    route.readdress(exchange, key);
    return route;
  }

  /** A route of its own to the same address. */
  copy(): AddressedRoute {
    return AddressedRoute.of(this.exchange, this.key);
  }

  /** Words of a delivery with `contentBytes` bytes of content. */
  deliveryWords(contentBytes: number): number {
    return (HEADER_INT32S + this.namesInt32s + paddedInt32s(contentBytes)) >>> 1;
  }
}

/** Set in an int32 that holds a byte which is not ASCII. */
const NOT_ASCII = 0x80808080 | 0;

/**
 * Writes a delivery to `target` at `to`.
 *
 * @param content index in `source` of the content's first int32
 * @param flags tag of the record that the content comes from
 */
export function writeDelivery(
  target: Int32Array,
  to: number,
  route: AddressedRoute,
  source: Int32Array,
  content: number,
  contentBytes: number,
  flags: number,
): void {
  const names = route.names;
  const namesInt32s = route.namesInt32s;
  target[to] = namesInt32s * 4 + contentBytes;
  target[to + 1] = route.deliverTag | (flags & FLAGS_MASK);
  let at = to + HEADER_INT32S;
  for (let i = 0; i < namesInt32s; i += 2) {
    target[at++] = names[i]!;
    target[at++] = names[i + 1]!;
  }
  copyInt32s(source, content, target, at, paddedInt32s(contentBytes));
}

/** Writes a message as a queue keeps it (stored-message.ts) to `target` at `to`. */
export function writeStored(
  target: Int32Array,
  to: number,
  sequence: number,
  level: number,
  expiresAt: number,
  route: AddressedRoute,
  source: Int32Array,
  content: number,
  contentBytes: number,
  flags: number,
): void {
  writeMeta(target, to, sequence, level, expiresAt);
  writeDelivery(target, to + META_INT32S, route, source, content, contentBytes, flags);
}
