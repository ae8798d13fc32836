import type { Message } from '../../src/index.js';
import { below, oncePer, type Random } from './random.js';

/** Bytes of the fields at the beginning: {queue, number, publisher, length}, int32s. */
const FIELD_BYTES = 16;
const LARGE_BYTES = 100_000;
const MIDDLE_BYTES = 5000;
const SMALL_BYTES = 200;
/** Bytes between those that are looked at. */
const STRIDE = 509;

/** Writes bodies of random length, now and then large ones. They share one memory. */
export class BodyWriter {
  readonly #bytes = new Uint8Array(LARGE_BYTES);
  readonly #fields = new Int32Array(this.#bytes.buffer, 0, FIELD_BYTES / 4);
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  write(queue: number, number: number, publisher: number): Uint8Array {
    const length = this.#length();
    const body = this.#bytes.subarray(0, length);
    body.fill(fillOf(number), FIELD_BYTES);
    const fields = this.#fields;
    fields[0] = queue;
    fields[1] = number;
    fields[2] = publisher;
    fields[3] = length;
    return body;
  }

  #length(): number {
    const random = this.#random;
    if (oncePer(random, 200)) return LARGE_BYTES;
    return FIELD_BYTES + below(random, oncePer(random, 50) ? MIDDLE_BYTES : SMALL_BYTES);
  }
}

export interface Fields {
  queue: number;
  number: number;
  publisher: number;
  intact: boolean;
}

export function readBody(message: Message): Fields {
  const { length } = message;
  if (length < FIELD_BYTES) return { queue: -1, number: -1, publisher: -1, intact: false };
  const number = message.int32At(4);
  const fill = fillOf(number);
  let intact = message.int32At(12) === length;
  for (let at = FIELD_BYTES; at < length; at += STRIDE) if (message.uint8At(at) !== fill) intact = false;
  if (length > FIELD_BYTES && message.uint8At(length - 1) !== fill) intact = false;
  return { queue: message.int32At(0), number, publisher: message.int32At(8), intact };
}

function fillOf(number: number): number {
  return (number * 7 + 3) & 0xff;
}
