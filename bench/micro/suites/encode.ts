import { isDeepStrictEqual } from 'node:util';
import {
  decodeHeaders,
  decodeProperties,
  encodeProperties,
  propertiesByteLength,
} from '../../../src/amqp/properties.js';
import { type Step, TimedSuite } from '../timed-suite.js';

const MESSAGES = 64;
/** Room for the properties of one message. */
const ROOM = 128;

/** A message's properties in AMQP's encoding. Each message of a sample has its own. */
export const suite = new TimedSuite('properties: a message id, persistent, three headers', 'message', {
  size: () => summing(i => propertiesByteLength(PROPERTIES[i]!), ENCODED_BYTES),
  encode,
  decode: () =>
    summing(i => {
      const { messageId, headers } = decodeProperties(ENCODED, i * ROOM, ENDS[i]!);
      return messageId!.length + (headers!['shard'] as number);
    }, ID_LENGTHS + SHARDS),
  'decode the headers only': () =>
    summing(i => decodeHeaders(ENCODED, i * ROOM, ENDS[i]!)!['shard'] as number, SHARDS),
});

const PROPERTIES = Array.from({ length: MESSAGES }, (_, i) => ({
  messageId: `order-${4711 + i}`,
  persistent: true,
  headers: { shard: i, region: 'eu', retry: false },
}));
const ENCODED = new Uint8Array(MESSAGES * ROOM);
const ENDS = PROPERTIES.map((properties, i) => encodeProperties(properties, ENCODED, i * ROOM));

const ENCODED_BYTES = ENDS.reduce((sum, end, i) => sum + end - i * ROOM, 0);
const ID_LENGTHS = PROPERTIES.reduce((sum, { messageId }) => sum + messageId.length, 0);
const SHARDS = PROPERTIES.reduce((sum, { headers }) => sum + headers.shard, 0);

function summing(message: (i: number) => number, expected: number): Step {
  return {
    units: MESSAGES,
    run() {
      let sum = 0;
      for (let i = 0; i < MESSAGES; i++) sum += message(i);
      return sum;
    },
    check: sum => sum === expected,
  };
}

function encode(): Step {
  const target = new Uint8Array(MESSAGES * ROOM);
  return {
    ...summing(i => encodeProperties(PROPERTIES[i]!, target, i * ROOM) - i * ROOM, ENCODED_BYTES),
    prepare: () => void target.fill(0),
    check: sum =>
      sum === ENCODED_BYTES &&
      [0, MESSAGES - 1].every(i =>
        isDeepStrictEqual(decodeProperties(target, i * ROOM, ENDS[i]!), PROPERTIES[i]),
      ),
  };
}
