import type { FieldValue } from '../amqp/field-table.js';
import { LONGEST_EXPIRY } from '../amqp/peek.js';
import type { MessageProperties } from '../amqp/properties.js';
import { InvalidArgumentError } from '../errors.js';
import { SPECIAL_FLAG } from '../records/record.js';
import { show } from './checks.js';

/**
 * SPECIAL_FLAG if the router must read these properties: they say when the message expires, how urgent it is, or where
 * else it goes. Of all others the router reads nothing.
 *
 * @param properties valid ones: propertiesByteLength() has looked at them
 * @throws InvalidArgumentError if CC or BCC is no array of texts (RabbitMQ, "Sender-selected Distribution"), or the
 * message is to live longer than ten years (`check_expiry` in `rabbit_misc`)
 */
export function specialFlag({ expiration, priority, headers }: MessageProperties): number {
  let flag = expiration === undefined && priority === undefined ? 0 : SPECIAL_FLAG;
  // Here, and not by the router: its refusal would end every publisher to this exchange.
  if (expiration !== undefined && Number(expiration) > LONGEST_EXPIRY) {
    throw new InvalidArgumentError(
      `The expiration of the message is ${show(expiration)}. Give milliseconds from 0 to ${LONGEST_EXPIRY} (ten years), ` +
        'or leave it out.',
    );
  }
  if (headers === undefined) return flag;
  for (const name of ['CC', 'BCC']) {
    const keys = headers[name];
    if (keys === undefined) continue;
    if (!isKeys(keys)) {
      throw new InvalidArgumentError(
        `The header ${name} must be an array of routing keys (strings of at most 255 bytes), not ${show(keys)}.`,
      );
    }
    flag = SPECIAL_FLAG;
  }
  return flag;
}

function isKeys(value: FieldValue): boolean {
  return Array.isArray(value) && value.every(key => typeof key === 'string' && Buffer.byteLength(key) <= 255);
}
