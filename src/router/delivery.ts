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

const encoder = new TextEncoder();

/** A route, with its exchange's name and routing key as a delivery carries them. */
export class AddressedRoute extends Route<MessageQueue> {
  /** Both names in UTF-8, one after the other, padded to a word. */
  readonly names: Int32Array;
  /** Type and lengths of the names: the tag of a delivery, without flags. */
  readonly deliverTag: number;
  /** Version of the topology in which publishing to it was refused, so that the publisher is told once. */
  refusedIn = 0;

  constructor(exchange: string, key: string) {
    super(exchange, key);
    const exchangeName = encoder.encode(exchange);
    const keyBytes = encoder.encode(key);
    this.names = new Int32Array(paddedInt32s(exchangeName.length + keyBytes.length));
    const bytes = new Uint8Array(this.names.buffer);
    bytes.set(exchangeName);
    bytes.set(keyBytes, exchangeName.length);
    this.deliverTag =
      RecordType.DELIVER | (exchangeName.length << ADDRESS_SHIFT) | (keyBytes.length << KEY_SHIFT);
  }

  /** Words of a delivery with `contentBytes` bytes of content. */
  deliveryWords(contentBytes: number): number {
    return (HEADER_INT32S + this.names.length + paddedInt32s(contentBytes)) >>> 1;
  }
}

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
  target[to] = names.length * 4 + contentBytes;
  target[to + 1] = route.deliverTag | (flags & FLAGS_MASK);
  let at = to + HEADER_INT32S;
  for (let i = 0; i < names.length; i += 2) {
    target[at++] = names[i]!;
    target[at++] = names[i + 1]!;
  }
  copyInt32s(source, content, target, at, paddedInt32s(contentBytes));
}

/** Index of the first int32 of a delivery's content. */
export function contentAt(words: Int32Array, record: number): number {
  const tag = words[record + 1]!;
  const names = ((tag >>> ADDRESS_SHIFT) & 0xff) + ((tag >>> KEY_SHIFT) & 0xff);
  return record + HEADER_INT32S + paddedInt32s(names);
}
