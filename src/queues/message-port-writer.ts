import type { MessagePort } from 'node:worker_threads';
import { Bell } from '../memory/bell.js';
import { QueueCounters } from '../memory/counters.js';
import { CELL, SPACE_BELL, SPACE_WRITER } from '../memory/layout.js';
import { NO_ROOM, type TrackedWriter } from '../memory/record-queue.js';
import { type MessagePortWriterHandle, Port, PortCell } from './message-port.js';
import { SpaceWaiters } from './space-waiters.js';

/** Records of a packed message. */
const BATCH = 64;
/** Words of a packed message; a longer record still goes, alone. */
const BATCH_WORDS = 2048;

/** Up to here an array of exactly the length is kept, and copied by structured clone: 1.5 times as fast as a transfer. */
const EXACT_BYTES = 4096;

/**
 * Posts records. A posted array is copied by structured clone if it is short, or exactly as long as its memory, else
 * cut to length and transferred. Million records of 32 bytes a second, packed, on 2 cores: memory of the right length and
 * clone 12-16, cut and transfer 12-13, cut and clone 8. One record a message: 0.4-0.7, whatever one does.
 */
export class MessagePortWriter implements TrackedWriter {
  words: Int32Array;
  bytes: Uint8Array;
  closed = false;
  /** Records that wait for flush(). */
  count = 0;
  readonly maxRecordWords: number;
  readonly counters = new QueueCounters();

  readonly #port: MessagePort;
  readonly #control: Int32Array;
  readonly #cell: number;
  readonly #bell: Bell;
  readonly #space: SpaceWaiters;
  readonly #capacity: number;
  readonly #maxRecords: number;
  /** Words in front of the records: the count, if packed. */
  readonly #header: number;
  /** Words in use, the header included. */
  #fill: number;
  #lastFill = 0;
  /** Arrays of exactly so many words, made when first needed. */
  readonly #exact: Uint8Array[] = [];
  #position = 0;
  #released = 0;

  constructor(handle: MessagePortWriterHandle) {
    this.#port = handle.port;
    this.#control = new Int32Array(handle.control);
    this.#cell = Port.WRITERS + handle.slot * CELL;
    this.#bell = new Bell(this.#control, Port.READER, this.counters);
    this.#space = new SpaceWaiters(this.#control, this.#cell + PortCell.SPACE, this.counters);
    this.#capacity = handle.capacity;
    this.#maxRecords = handle.packed ? BATCH : 1;
    this.#header = handle.packed ? 1 : 0;
    this.#fill = this.#header;
    this.maxRecordWords = (handle.capacity >>> 1) - this.#header;
    this.words = new Int32Array(16);
    this.bytes = new Uint8Array(this.words.buffer);
  }

  reserve(words: number): number {
    if (this.count > 0 && (this.count === this.#maxRecords || this.#fill + words > this.#batchWords)) {
      if (words > this.maxRecordWords) this.#tooLong(words);
      if (!this.flush()) return NO_ROOM;
    }
    if ((this.#fill + words) << 1 > this.words.length) this.#grow(this.#fill + words);
    const at = this.#fill << 1;
    this.#fill += words;
    this.count++;
    return at;
  }

  get #batchWords(): number {
    return Math.min(BATCH_WORDS, this.#capacity >>> 1);
  }

  #tooLong(words: number): never {
    throw new RangeError(
      `A record of ${words} words does not fit a channel with credit for ${this.#capacity} words`,
    );
  }

  #grow(words: number): void {
    if (words > this.maxRecordWords + this.#header) this.#tooLong(words - this.#header);
    const double = Math.min(this.words.length * 2, this.#batchWords * 2);
    this.#resize(Math.max(words * 2, this.#maxRecords === 1 ? 0 : double));
  }

  #resize(int32s: number): void {
    const words = new Int32Array(int32s);
    words.set(this.words.subarray(0, this.#fill << 1));
    this.words = words;
    this.bytes = new Uint8Array(words.buffer);
  }

  /** Takes back every record reserved since the last flush. */
  discard(): void {
    this.#fill = this.#header;
    this.count = 0;
  }

  flush(): boolean {
    if (this.count === 0) return true;
    const fill = this.#fill;
    // pairs with the store in MessagePortReader.close()
    if (this.closed || Atomics.load(this.#control, Port.CLOSED) !== 0) {
      this.closed = true;
      return false;
    }
    if (!this.#hasCredit()) return false;
    if (this.#header > 0) this.words[1] = this.count;
    this.#position = (this.#position + fill) | 0;
    Atomics.store(this.#control, this.#cell + PortCell.POSTED, this.#position); // pairs with the load in release()
    this.#post(fill << 3);
    this.#fill = this.#header;
    this.count = 0;
    this.#bell.ring(); // after the message is in the port's queue
    return true;
  }

  #post(bytes: number): void {
    if (bytes === this.bytes.length) {
      this.#port.postMessage(this.bytes);
    } else if (bytes <= EXACT_BYTES) {
      const words = bytes >>> 3;
      this.#exact[words] ??= new Uint8Array(bytes);
      const exact = this.#exact[words];
      exact.set(this.bytes.subarray(0, bytes));
      this.#port.postMessage(exact);
    } else {
      const cut = this.bytes.slice(0, bytes);
      this.#port.postMessage(cut, [cut.buffer]);
      // Twice the same length: the next one will be it too.
      if (bytes === this.#lastFill) this.#resizeTo(bytes);
      this.#lastFill = bytes;
    }
  }

  #resizeTo(bytes: number): void {
    this.words = new Int32Array(bytes >>> 2);
    this.bytes = new Uint8Array(this.words.buffer);
  }

  #hasCredit(): boolean {
    if (((this.#position + this.#fill - this.#released) | 0) <= this.#capacity) return true;
    this.#released = this.released;
    return ((this.#position + this.#fill - this.#released) | 0) <= this.#capacity;
  }

  close(): void {
    if (this.closed) return;
    this.flush();
    this.closed = true;
    this.#port.postMessage(null);
    this.#bell.ring();
    this.#space.announce();
  }

  get position(): number {
    return this.#position;
  }

  get released(): number {
    // pairs with the store in MessagePortReader.release()
    return Atomics.load(this.#control, this.#cell + PortCell.RELEASED);
  }

  get hasSpace(): boolean {
    return ((this.#position - this.released) | 0) <= this.#capacity >>> 1;
  }

  #mayFit(): boolean {
    return this.#hasCredit() || Atomics.load(this.#control, Port.CLOSED) !== 0; // pairs with MessagePortReader.close()
  }

  askForBell(): void {
    this.#space.request(SPACE_BELL);
  }

  awaitSpace(milliseconds = Number.POSITIVE_INFINITY): void {
    const value = this.#space.request(SPACE_WRITER);
    if (!this.#mayFit()) this.#space.sleep(value, milliseconds);
  }

  awaitSpaceAsync(): Promise<unknown> | undefined {
    const value = this.#space.request(SPACE_WRITER);
    return this.#mayFit() ? undefined : this.#space.sleepAsync(value);
  }
}
