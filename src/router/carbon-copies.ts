import type { FieldValue } from '../amqp/field-table.js';
import type { DecodedProperties } from '../amqp/properties.js';

/** Further routing keys of a message, and its properties. */
export interface CarbonCopies {
  readonly properties: DecodedProperties;
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  /** True if there is a header BCC, even an empty one. */
  readonly hasBcc: boolean;
  /** The properties as consumers may see them. */
  withoutBcc(): DecodedProperties;
}

/**
 * The routing keys in the headers CC and BCC (RabbitMQ, "Sender-selected Distribution"); undefined if there are none.
 * What is not an array of texts is no list of keys: publishers are told so before they send it.
 */
export function carbonCopies(properties: DecodedProperties): CarbonCopies | undefined {
  const { headers } = properties;
  if (headers === undefined) return undefined;
  const cc = texts(headers['CC']);
  const bcc = texts(headers['BCC']);
  const hasBcc = headers['BCC'] !== undefined;
  if (cc.length === 0 && !hasBcc) return undefined;
  return {
    properties,
    cc,
    bcc,
    hasBcc,
    withoutBcc: () => {
      const { BCC: _, ...visible } = headers;
      return { ...properties, headers: visible };
    },
  };
}

function texts(value: FieldValue | undefined): string[] {
  return Array.isArray(value) ? value.filter(entry => typeof entry === 'string') : [];
}
