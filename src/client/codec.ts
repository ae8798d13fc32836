/**
 * Turns values into message bodies and back. Give the same codec to publishers and consumers.
 */
export interface Codec<T> {
  /** Said to the receiver in the property `contentType`, if the publisher sets none. */
  readonly contentType?: string;
  encode(value: T): Uint8Array | string;
  /** `body` may lie in memory that is reused: copy what the value is to keep. */
  decode(body: Uint8Array): T;
}

const decoder = new TextDecoder();

/** Values as JSON. */
export const json: Codec<unknown> = {
  contentType: 'application/json',
  encode: value => JSON.stringify(value),
  decode: body => JSON.parse(decoder.decode(body)),
};
