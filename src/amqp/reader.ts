import { InvalidArgumentError, MalformedDataError } from '../errors.js';

/** The largest number below 2^64 that a double holds. */
const LARGEST_UINT64_DOUBLE = 2 ** 64 - 2 ** 11;

// `fatal`: a character that was replaced silently would change a correlation id. `ignoreBOM`: keep U+FEFF.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Turns 4 or 8 bytes into a floating-point number; shared by all readers, for none calls out while it uses it. */
const float = new DataView(new ArrayBuffer(8));

/**
 * A cursor over bytes in AMQP 0-9-1's encoding (section 4.2.5, "AMQP Data Fields"; integers are big-endian).
 *
 * It reads no byte at or past `end`. What does not fit before `end` throws MalformedDataError with the offset
 * in `source`. The source may lie in a SharedArrayBuffer; all that is returned is copied out of it.
 */
export class Reader {
  readonly source: Uint8Array;
  /** Offset in `source` of the next byte to read. */
  offset: number;
  /** Offset in `source` of the first byte not to read. A nested table lowers it for its own fields. */
  end: number;

  /** @throws InvalidArgumentError unless 0 <= offset <= end <= source.length. */
  constructor(source: Uint8Array, offset: number, end: number) {
    if (
      !Number.isInteger(offset) ||
      !Number.isInteger(end) ||
      offset < 0 ||
      offset > end ||
      end > source.length
    ) {
      throw new InvalidArgumentError(
        `Bytes ${offset} to ${end} do not lie within the ${source.length} bytes of the source. ` +
          'Give integers with 0 <= offset <= end <= source.length.',
      );
    }
    this.source = source;
    this.offset = offset;
    this.end = end;
  }

  /** Makes the error for a fault that begins at byte `at` of the source. */
  malformed(at: number, fault: string): MalformedDataError {
    return new MalformedDataError(
      `Malformed AMQP data at byte ${at}: ${fault}. Mend or update what encoded it.`,
    );
  }

  /** Moves past the next `bytes` bytes and returns the offset of the first of them. */
  skip(bytes: number): number {
    const start = this.offset;
    if (bytes > this.end - start) {
      throw this.malformed(start, `${bytes} bytes should follow, ${this.end - start} do`);
    }
    this.offset = start + bytes;
    return start;
  }

  /** Throws MalformedDataError unless everything before `end` was read. */
  finish(): void {
    if (this.offset !== this.end) {
      throw this.malformed(this.offset, `${this.end - this.offset} bytes too many follow`);
    }
  }

  uint8(): number {
    return this.source[this.skip(1)]!;
  }

  int8(): number {
    return (this.uint8() << 24) >> 24;
  }

  uint16(): number {
    const at = this.skip(2);
    return (this.source[at]! << 8) | this.source[at + 1]!;
  }

  int16(): number {
    return (this.uint16() << 16) >> 16;
  }

  int32(): number {
    const { source } = this;
    const at = this.skip(4);
    return (source[at]! << 24) | (source[at + 1]! << 16) | (source[at + 2]! << 8) | source[at + 3]!;
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  /** A number where it is exact, else a bigint. */
  int64(): number | bigint {
    const at = this.skip(8);
    this.offset = at;
    const high = this.int32();
    const low = this.uint32();
    const value = high * 2 ** 32 + low;
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
  }

  /** Exact up to 2^53, the nearest double above. */
  uint64(): number {
    const at = this.skip(8);
    this.offset = at;
    const high = this.uint32();
    // Rounded to 2^64, the value could not be encoded again.
    return Math.min(high * 2 ** 32 + this.uint32(), LARGEST_UINT64_DOUBLE);
  }

  float32(): number {
    const at = this.skip(4);
    for (let i = 0; i < 4; i++) float.setUint8(i, this.source[at + i]!);
    return float.getFloat32(0);
  }

  float64(): number {
    const at = this.skip(8);
    for (let i = 0; i < 8; i++) float.setUint8(i, this.source[at + i]!);
    return float.getFloat64(0);
  }

  /** A short string: up to 255 bytes of UTF-8 (section 4.2.5.3). */
  shortString(): string {
    const start = this.offset;
    const text = this.#text(this.uint8());
    if (text === undefined) throw this.malformed(start, 'the short string is not UTF-8');
    return text;
  }

  skipShortString(): void {
    this.skip(this.uint8());
  }

  /**
   * A long string (section 4.2.5.3). It may hold any bytes: those that are not UTF-8 come as a Uint8Array,
   * for replacing them would lose data.
   */
  longString(): string | Uint8Array {
    const length = this.uint32();
    const start = this.offset;
    const text = this.#text(length);
    if (text !== undefined) return text;
    this.offset = start;
    return this.#copy(length);
  }

  /** A length of four bytes and as many bytes: RabbitMQ's byte array. */
  byteArray(): Uint8Array {
    return this.#copy(this.uint32());
  }

  #copy(length: number): Uint8Array {
    const start = this.skip(length);
    return new Uint8Array(this.source.subarray(start, start + length));
  }

  /** The next `length` bytes as text, or undefined where they are not UTF-8. */
  #text(length: number): string | undefined {
    const start = this.skip(length);
    if (length === 0) return '';
    try {
      return utf8.decode(this.source.subarray(start, start + length));
    } catch {
      return undefined;
    }
  }
}
