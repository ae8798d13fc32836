import {
  type DecodedProperties,
  decodeProperties,
  encodeProperties,
  type MessageProperties,
  propertiesByteLength,
} from '../amqp/properties.js';
import type { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/layout.js';
import {
  bodyLength,
  contentAt,
  HEADER_INT32S,
  LARGE_BYTES,
  LARGE_FLAG,
  PROPERTIES_FLAG,
  paddedInt32s,
  wordAligned,
} from '../records/record.js';
import { allocatePages } from './consumer-pages.js';

/** Where the encoded properties of a message lie. */
export interface PropertiesPlace {
  source: Uint8Array;
  start: number;
  end: number;
}

/**
 * Finds the properties in a content; undefined if it has none.
 *
 * @param bytes the same memory as `words`
 * @param arena all bytes of the arena
 */
export function propertiesPlace(
  words: Int32Array,
  bytes: Uint8Array,
  content: number,
  tag: number,
  arena: Uint8Array,
): PropertiesPlace | undefined {
  if ((tag & PROPERTIES_FLAG) === 0) return undefined;
  if ((tag & LARGE_FLAG) === 0) {
    const start = (content + HEADER_INT32S) * 4;
    return { source: bytes, start, end: start + words[content]! };
  }
  const own = words[content + 3]!;
  if (own > 0) {
    const start = content * 4 + LARGE_BYTES;
    return { source: bytes, start, end: start + own };
  }
  const start = words[content]! * PAGE_BYTES;
  return { source: arena, start, end: start + words[content + 1]! };
}

export function decodePlace(place: PropertiesPlace | undefined): DecodedProperties {
  return place === undefined ? {} : decodeProperties(place.source, place.start, place.end);
}

/** The same for the message in a DELIVER record. */
export function deliveredPropertiesPlace(
  words: Int32Array,
  record: number,
  arena: Uint8Array,
): PropertiesPlace | undefined {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return propertiesPlace(words, bytes, contentAt(words, record), words[record + 1]!, arena);
}

/** A message in the router's hands. */
export interface MessageInHand {
  words: Int32Array;
  /** The same memory as `words`. */
  bytes: Uint8Array;
  /** Index in `words` of its content. */
  content: number;
  contentBytes: number;
  /** Flags of the record that it comes from. */
  tag: number;
}

/** The same message with other properties. A large body stays where it is: the properties travel in the record. */
export function withProperties(
  words: Int32Array,
  bytes: Uint8Array,
  content: number,
  contentBytes: number,
  tag: number,
  properties: MessageProperties,
): MessageInHand {
  const own = propertiesByteLength(properties);
  const large = (tag & LARGE_FLAG) !== 0;
  const propertiesAt = large ? LARGE_BYTES : HEADER_INT32S * 4;
  const body = large ? 0 : bodyLength(words, content, contentBytes, tag);
  const bodyAt = propertiesAt + wordAligned(own);
  const target = new Int32Array(paddedInt32s(bodyAt + body));
  const targetBytes = new Uint8Array(target.buffer);
  if (large) {
    target.set(words.subarray(content, content + 3));
    target[3] = own;
  } else {
    target[0] = own;
    const from = content * 4 + contentBytes - body;
    targetBytes.set(bytes.subarray(from, from + body), bodyAt);
  }
  encodeProperties(properties, targetBytes, propertiesAt);
  return {
    words: target,
    bytes: targetBytes,
    content: 0,
    contentBytes: bodyAt + body,
    tag: tag | PROPERTIES_FLAG,
  };
}

/**
 * The message that withProperties() made, in pages.
 *
 * @throws OutOfMemoryError
 */
export function inPages({ words, bytes, contentBytes, tag }: MessageInHand, arena: Arena): MessageInHand {
  const large = (tag & LARGE_FLAG) !== 0;
  const own = words[large ? 3 : 0]!;
  const propertiesAt = large ? LARGE_BYTES : HEADER_INT32S * 4;
  const length = bodyLength(words, 0, contentBytes, tag);
  const body = large ? words[0]! * PAGE_BYTES + wordAligned(words[1]!) : propertiesAt + wordAligned(own);
  const page = allocatePages(arena, wordAligned(own) + length);
  const start = page * PAGE_BYTES;
  arena.bytes.set(bytes.subarray(propertiesAt, propertiesAt + own), start);
  const source = large ? arena.bytes : bytes;
  arena.bytes.set(source.subarray(body, body + length), start + wordAligned(own));
  const place = new Int32Array([page, own, length, 0]);
  return {
    words: place,
    bytes: new Uint8Array(place.buffer),
    content: 0,
    contentBytes: LARGE_BYTES,
    tag: tag | LARGE_FLAG,
  };
}
