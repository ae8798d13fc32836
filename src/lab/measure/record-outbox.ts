import { NO_ROOM, type RecordWriter } from '../../memory/record-queue.js';
import { MessagePortWriter } from '../../queues/message-port-writer.js';
import type { Outbox } from './outbox.js';
import { fillerOf } from './tally.js';
import type { WebLock } from './web-lock.js';

/** Writes records to one queue, or to several in turn: a frame each. */
export class RecordOutbox implements Outbox {
  readonly counters;
  readonly #writers: readonly RecordWriter[];
  readonly #producer: number;
  readonly #bytes: number;
  readonly #tag: number;
  readonly #lock: WebLock | undefined;
  #next = 0;
  #writer: RecordWriter;
  /** The writer's memory as float64s, and the int32s that it is made for. */
  #floats: Float64Array;
  #viewed: Int32Array;

  /**
   * @param bytes of a body
   * @param tag of a record, for whoever reads it
   * @param lock that is to be held while records are sent
   */
  constructor(
    writers: readonly RecordWriter[],
    producer: number,
    bytes: number,
    tag: number,
    lock: WebLock | undefined,
  ) {
    this.#writers = writers;
    this.#producer = producer;
    this.#bytes = bytes;
    this.#tag = tag;
    this.#lock = lock;
    this.#next = producer % writers.length; // so that not all begin with the same consumer
    this.#writer = writers[this.#next]!;
    this.#viewed = this.#writer.words;
    this.#floats = floatsOf(this.#viewed);
    this.counters = writers.map(writer => writer.counters);
  }

  put(sequence: number, time: number): void {
    const bytes = this.#bytes;
    const at = this.#reserve(1 + (bytes >>> 3));
    const words = this.#writer.words;
    if (words !== this.#viewed) this.#view(words);
    words[at] = bytes;
    words[at + 1] = this.#tag;
    words[at + 2] = sequence;
    words[at + 3] = this.#producer;
    this.#floats[(at >>> 1) + 2] = time;
    const filler = fillerOf(this.#producer, sequence);
    const end = at + 2 + (bytes >>> 2);
    for (let i = at + 6; i < end; i++) words[i] = filler;
  }

  #view(words: Int32Array): void {
    this.#viewed = words;
    this.#floats = floatsOf(words);
  }

  #reserve(words: number): number {
    for (;;) {
      const at = this.#writer.reserve(words);
      if (at !== NO_ROOM) return at;
      this.#awaitSpace();
    }
  }

  #awaitSpace(): void {
    if (this.#writer.closed) throw new Error('The queue was closed while messages were sent.');
    this.#writer.awaitSpace();
  }

  flush(): Promise<void> | undefined {
    if (this.#lock !== undefined) return this.#flushWith(this.#lock);
    while (!this.#writer.flush()) this.#awaitSpace();
    if (++this.#next === this.#writers.length) this.#next = 0;
    this.#writer = this.#writers[this.#next]!;
    return undefined;
  }

  async #flushWith(lock: WebLock): Promise<void> {
    while (!(await lock.with(() => this.#writer.flush()))) this.#awaitSpace();
  }

  close(): void {
    // Each port is one producer's. What producers share is closed when all of them are done.
    for (const writer of this.#writers) if (writer instanceof MessagePortWriter) writer.close();
  }
}

function floatsOf(words: Int32Array): Float64Array {
  return new Float64Array(words.buffer, words.byteOffset, words.length >>> 1);
}
