import { expect, test } from 'vitest';
import { DeliveryMemory, Message } from '#src/client/message.js';
import { checksumOfMessage, checksumOfWords, ENVELOPE_BYTES, Envelope } from '#src/comparison/envelope.js';
import { generatedWork } from '#src/comparison/generated-work.js';
import { Outbox } from '#src/comparison/outbox.js';
import { HEADER_INT32S, RecordType } from '#src/records/record.js';

/** The next message of a publisher, as it lies in memory, with garbage behind it. */
function delivered(bodyBytes: number): { words: Int32Array; message: Message } {
  const outbox = new Outbox(generatedWork(1000, bodyBytes), 0, 1);
  outbox.stamp();
  const body = outbox.bodies[outbox.stamp()]!;
  const words = new Int32Array(HEADER_INT32S + ((bodyBytes + 15) >>> 3) * 2).fill(-1);
  words[0] = bodyBytes;
  words[1] = RecordType.DELIVER;
  new Uint8Array(words.buffer).set(body, HEADER_INT32S * 4);
  const memory = new DeliveryMemory(words);
  return { words, message: new Pointed(memory, undefined).point(memory, 0, undefined, false) };
}

/** What the published types leave out: how a consumer makes a message. */
const Pointed = Message as unknown as new (
  memory: DeliveryMemory,
  codec: undefined,
) => { point(memory: DeliveryMemory, at: number, arena: undefined, copyLarge: boolean): Message };

test.each([24, 25, 26, 27, 28, 32, 63, 256, 257, 260, 4099])(
  'a body of %d bytes carries its checksum, however it is read',
  bodyBytes => {
    const { words, message } = delivered(bodyBytes);
    const carried = words[HEADER_INT32S + Envelope.CHECKSUM]!;
    expect(checksumOfWords(words, HEADER_INT32S, bodyBytes)).toBe(carried);
    expect(checksumOfMessage(message)).toBe(carried);
  },
);

test.each([24, 30, 32, 300])('any changed bit of %d bytes shows', bodyBytes => {
  const { words, message } = delivered(bodyBytes);
  const bytes = new Uint8Array(words.buffer, HEADER_INT32S * 4, bodyBytes);
  for (let bit = 0; bit < bodyBytes * 8; bit++) {
    bytes[bit >>> 3]! ^= 1 << (bit & 7);
    expect(checksumOfMessage(message)).not.toBe(message.int32At(Envelope.CHECKSUM * 4));
    bytes[bit >>> 3]! ^= 1 << (bit & 7);
  }
});

test('words that changed places show, and a body that was cut off', () => {
  const { words } = delivered(64);
  const carried = words[HEADER_INT32S + Envelope.CHECKSUM]!;
  expect(checksumOfWords(words, HEADER_INT32S, 60)).not.toBe(carried);
  const at = HEADER_INT32S + ENVELOPE_BYTES / 4;
  [words[at], words[at + 1]] = [words[at + 1]!, words[at]!];
  expect(checksumOfWords(words, HEADER_INT32S, 64)).not.toBe(carried);
});
