import { InvalidArgumentError, RoutingKeyTooLongError } from '../errors.js';

/** Names and routing keys travel as AMQP short strings: at most this many bytes in UTF-8 (AMQP 0-9-1, 4.2.5.3). */
const MAX_BYTES = 255;

/** UTF-8 takes at most three bytes for a UTF-16 unit, so no string of this length can be too long. */
const SURELY_SHORT = MAX_BYTES / 3;

/** @throws RoutingKeyTooLongError above 255 bytes. */
export function checkRoutingKey(key: string): void {
  if (key.length <= SURELY_SHORT) return;
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_BYTES) throw new RoutingKeyTooLongError(bytes);
}

/** @throws InvalidArgumentError above 255 bytes. */
export function checkExchangeName(name: string): void {
  if (name.length <= SURELY_SHORT) return;
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_BYTES) {
    throw new InvalidArgumentError(
      `The exchange's name has ${bytes} bytes in UTF-8; at most ${MAX_BYTES} are possible ` +
        '(AMQP 0-9-1, short string). Shorten it.',
    );
  }
}
