import { Bench } from 'tinybench';
import {
  decodeHeaders,
  decodeProperties,
  encodeProperties,
  propertiesByteLength,
} from '../../src/amqp/properties.js';

/** A message's properties in AMQP's encoding. */
export function properties(): Bench {
  const bench = new Bench({ name: 'properties with a message id and three headers', time: 300 });
  const value = {
    messageId: 'order-4711',
    persistent: true,
    headers: { shard: 7, region: 'eu', retry: false },
  };
  const target = new Uint8Array(256);
  const end = encodeProperties(value, target, 0);
  bench.add('size', () => {
    propertiesByteLength(value);
  });
  bench.add('encode', () => {
    encodeProperties(value, target, 0);
  });
  bench.add('decode', () => {
    decodeProperties(target, 0, end);
  });
  bench.add('decode the headers only', () => {
    decodeHeaders(target, 0, end);
  });
  return bench;
}
