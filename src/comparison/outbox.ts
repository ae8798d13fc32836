import { now } from './clock.js';
import {
  contentSum,
  ENVELOPE_BYTES,
  Envelope,
  envelopeSum,
  SAMPLE_EVERY,
  spread,
  weight,
} from './envelope.js';
import { partLength, partStart, type Work } from './work.js';

/** What a publisher says that it sent. */
export interface SentTally {
  messages: number;
  /** Sum of their checksums, spread. */
  sum: number;
}

/**
 * The messages of one publisher: their bodies are made once, and stamped with sequence, time and checksum each time
 * they are sent. Nothing is allocated for a message.
 */
export class Outbox {
  /** Bodies to publish, and where each begins in `words`. */
  readonly bodies: readonly Uint8Array[];
  readonly words: Int32Array;
  readonly starts: Int32Array;
  /** Index of each body's routing key. */
  readonly keys: Int32Array;
  readonly tally: SentTally = { messages: 0, sum: 0 };
  readonly #doubles: Float64Array;
  readonly #sums: Int32Array;
  readonly #publisher: number;
  /** int32s of the content that may be changed. */
  readonly #changing: number;
  #next = 0;
  #sequence = 0;
  /** Messages until the next one that carries the time. */
  #untilSample = 0;

  constructor(work: Work, publisher: number, publishers: number) {
    const { bytes, lengths, keyOf } = work;
    const first = partStart(work.messages, publisher, publishers);
    const count = Math.min(keyOf.length, partLength(work.messages, publisher, publishers, work.messages));
    const contents = Int32Array.from({ length: count }, (_, index) => (first + index) % keyOf.length);
    let size = 0;
    this.starts = contents.map(content => {
      const start = size;
      size += ((ENVELOPE_BYTES + lengths[content]! + 7) & -8) >>> 2;
      return start;
    });
    this.words = new Int32Array(size);
    this.#doubles = new Float64Array(this.words.buffer);
    this.keys = contents.map(content => keyOf[content]!);
    this.bodies = Array.from(contents, (content, index) => {
      const length = lengths[content]!;
      const body = new Uint8Array(this.words.buffer, this.starts[index]! * 4, ENVELOPE_BYTES + length);
      body.set(bytes.subarray(work.starts[content], work.starts[content]! + length), ENVELOPE_BYTES);
      this.words[this.starts[index]! + Envelope.PUBLISHER] = publisher;
      this.words[this.starts[index]! + Envelope.KEY] = this.keys[index]!;
      return body;
    });
    this.#sums = this.starts.map((start, index) => contentSum(this.words, start, this.bodies[index]!.length));
    this.#publisher = publisher;
    this.#changing = work.changing ? lengths[0]! >>> 2 : 0;
  }

  /** Begins a pass: every pass is the same messages, but for their sequence. Its first one carries the time. */
  rewind(): void {
    this.#next = 0;
    this.#untilSample = 0;
  }

  /** Makes the next message ready, and counts it as sent. @returns index of its body */
  stamp(): number {
    const words = this.words;
    const index = this.#next;
    this.#next = index + 1 === this.starts.length ? 0 : index + 1;
    const at = this.starts[index]!;
    const sequence = this.#sequence++;
    const sum = this.#changing > 0 ? this.#change(index, at, sequence) : this.#sums[index]!;
    const sentAt = at + Envelope.SENT_AT;
    if (this.#untilSample === 0) {
      this.#untilSample = SAMPLE_EVERY;
      this.#doubles[sentAt >>> 1] = now();
    } else {
      this.#doubles[sentAt >>> 1] = 0;
    }
    this.#untilSample--;
    const checksum = envelopeSum(
      this.#publisher,
      this.keys[index]!,
      sequence,
      words[sentAt]!,
      words[sentAt + 1]!,
      this.bodies[index]!.length,
      sum,
    );
    words[at + Envelope.SEQUENCE] = sequence;
    words[at + Envelope.CHECKSUM] = checksum;
    this.tally.messages++;
    this.tally.sum = (this.tally.sum + spread(checksum)) | 0;
    return index;
  }

  /** Changes one int32 of the content, so that no two messages are alike. @returns the content's sum */
  #change(index: number, at: number, sequence: number): number {
    const word = Envelope.CONTENT + (sequence % this.#changing);
    const difference = (sequence - this.words[at + word]!) | 0;
    this.words[at + word] = sequence;
    const sum = (this.#sums[index]! + Math.imul(weight(word), difference)) | 0;
    this.#sums[index] = sum;
    return sum;
  }
}
