/** Up to here packing bytes into int32s beats `TypedArray.set` (11 against 40 ns for 32 bytes). */
export const PACK_BYTES = 64;

const encoder = new TextEncoder();

/** The first `length` bytes of `bytes`. */
export function exact(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.length === length ? bytes : bytes.subarray(0, length);
}

/** Writes the first `length` bytes of `bytes` into int32s from `at`, little-endian. */
export function pack(bytes: Uint8Array, length: number, words: Int32Array, at: number): void {
  const whole = length & -4;
  let i = 0;
  for (; i < whole; i += 4) {
    words[at++] = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
  }
  if (i < length) {
    let last = 0;
    for (let shift = 0; i < length; i++, shift += 8) last |= bytes[i]! << shift;
    words[at] = last;
  }
}

/** Short texts are encoded here, so that publishing one allocates nothing. */
const textMemory = Buffer.allocUnsafeSlow(8192);
let textLength = 0;

/** `text` in UTF-8: `textMemory`, of which `textLength` bytes count, or memory of its own if it is long. */
export function textBytes(text: string): Uint8Array {
  if (text.length * 3 > textMemory.length) return encoder.encode(text);
  textLength = text.length <= PACK_BYTES ? writeAscii(text) : NOT_ASCII;
  if (textLength === NOT_ASCII) textLength = textMemory.write(text, 0, 'utf8');
  return textMemory;
}

const NOT_ASCII = -1;

/** A short text that is ASCII: a loop is done before a call of C++ has begun. */
function writeAscii(text: string): number {
  const length = text.length;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return NOT_ASCII;
    textMemory[i] = unit;
  }
  return length;
}

/** How many bytes of what textBytes() returned count. */
export function bytesLength(bytes: Uint8Array): number {
  return bytes === textMemory ? textLength : bytes.length;
}
