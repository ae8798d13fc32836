/** The message that every queue carries here: 32 bytes. The first int32 is its number. */
export const MESSAGE_BYTES = 32;
export const MESSAGE_INT32S = 8;

/** Different contents for 64 messages in a row. */
const CONTENTS = Int32Array.from({ length: 64 * MESSAGE_INT32S }, (_, i) => Math.imul(i + 1, 0x9e3779b1));

/** Copies message `number` into `words`. */
export function write(words: Int32Array, at: number, number: number): void {
  const from = (number & 63) * MESSAGE_INT32S;
  words[at] = number;
  words[at + 1] = CONTENTS[from + 1]!;
  words[at + 2] = CONTENTS[from + 2]!;
  words[at + 3] = CONTENTS[from + 3]!;
  words[at + 4] = CONTENTS[from + 4]!;
  words[at + 5] = CONTENTS[from + 5]!;
  words[at + 6] = CONTENTS[from + 6]!;
  words[at + 7] = CONTENTS[from + 7]!;
}

/** Reads all of a message into a digest of what was read before. Odd factors: every bit counts, and so does the order. */
export function read(digest: number, words: Int32Array, at: number): number {
  const left = (words[at]! + Math.imul(words[at + 1]!, 3) + Math.imul(words[at + 2]!, 5)) | 0;
  const right =
    (Math.imul(words[at + 3]!, 7) + Math.imul(words[at + 4]!, 9) + Math.imul(words[at + 5]!, 11)) | 0;
  const rest = (Math.imul(words[at + 6]!, 13) + Math.imul(words[at + 7]!, 15)) | 0;
  return (Math.imul(digest, 31) + left + right + rest) | 0;
}

const scratch = new Int32Array(MESSAGE_INT32S);

/** The digest of `count` messages from number `first` on. */
export function digestOf(first: number, count: number): number {
  let digest = 0;
  for (let i = 0; i < count; i++) {
    write(scratch, 0, first + i);
    digest = read(digest, scratch, 0);
  }
  return digest;
}
