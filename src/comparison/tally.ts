import type { RecordableHistogram } from 'node:perf_hooks';
import type { Message } from '../client/message.js';
import { now } from './clock.js';
import { checksumOfMessage, checksumOfWords, Envelope, spread } from './envelope.js';

/** What one consumer received. */
export interface TallyReport {
  /** Index of its queue. */
  queue: number;
  /** Of each publisher: messages, and the sum of their checksums, spread. */
  messages: number[];
  sums: number[];
  /** Of each binding. */
  perBinding: number[];
  /** Messages whose checksum is not theirs; they count nowhere else. */
  corrupt: number;
  /** Messages that came after a later one of the same publisher, or a second time. */
  disordered: number;
  /** Messages of a binding of another queue. */
  misrouted: number;
  /** Sampled messages that were delivered with another routing key than they were published with. */
  wrongKey: number;
}

/** What a tally must know of the work. */
export interface TallyWork {
  readonly queue: number;
  readonly publishers: number;
  readonly keys: readonly string[];
  readonly bindingOfKey: Int32Array;
  readonly bindings: readonly { readonly queue: number }[];
}

/** Checks and counts what one consumer receives: every message completely, and of a sample how long it took. */
export class Tally {
  readonly #work: TallyWork;
  readonly #latency: RecordableHistogram;
  readonly #queueOfKey: Int32Array;
  readonly #messages: Float64Array;
  readonly #sums: Int32Array;
  /** Last sequence of each publisher. */
  readonly #last: Int32Array;
  readonly #perKey: Float64Array;
  #corrupt = 0;
  #disordered = 0;
  #misrouted = 0;
  #wrongKey = 0;

  /** @param latency takes nanoseconds */
  constructor(work: TallyWork, latency: RecordableHistogram) {
    this.#work = work;
    this.#latency = latency;
    this.#queueOfKey = work.bindingOfKey.map(binding => work.bindings[binding]!.queue);
    this.#messages = new Float64Array(work.publishers);
    this.#sums = new Int32Array(work.publishers);
    this.#last = new Int32Array(work.publishers).fill(-1);
    this.#perKey = new Float64Array(work.keys.length);
  }

  /** Takes a message of the broker, where it lies. */
  takeMessage(message: Message): void {
    if (message.length < Envelope.CONTENT * 4) {
      this.#corrupt++;
      return;
    }
    const checksum = message.int32At(Envelope.CHECKSUM * 4);
    const key = message.int32At(Envelope.KEY * 4);
    const taken = this.#take(
      checksum === checksumOfMessage(message),
      message.int32At(Envelope.PUBLISHER * 4),
      key,
      message.int32At(Envelope.SEQUENCE * 4),
      checksum,
    );
    const sentAt = message.float64At(Envelope.SENT_AT * 4);
    if (sentAt !== 0 && taken) this.takeSample(sentAt, key, message.routingKey);
  }

  /** Takes a body of `bytes` bytes at `words[at]`. True if it is a sample: then call takeSample(). */
  takeWords(words: Int32Array, at: number, bytes: number): boolean {
    if (bytes < Envelope.CONTENT * 4) {
      this.#corrupt++;
      return false;
    }
    const checksum = words[at + Envelope.CHECKSUM]!;
    const taken = this.#take(
      checksum === checksumOfWords(words, at, bytes),
      words[at + Envelope.PUBLISHER]!,
      words[at + Envelope.KEY]!,
      words[at + Envelope.SEQUENCE]!,
      checksum,
    );
    return taken && (words[at + Envelope.SENT_AT]! | words[at + Envelope.SENT_AT + 1]!) !== 0;
  }

  /** False if the message is not what any publisher sent. */
  #take(intact: boolean, publisher: number, key: number, sequence: number, checksum: number): boolean {
    if (!intact || publisher >>> 0 >= this.#last.length || key >>> 0 >= this.#perKey.length) {
      this.#corrupt++;
      return false;
    }
    if (sequence > this.#last[publisher]!) this.#last[publisher] = sequence;
    else this.#disordered++;
    this.#messages[publisher] = this.#messages[publisher]! + 1;
    this.#sums[publisher] = (this.#sums[publisher]! + spread(checksum)) | 0;
    this.#perKey[key] = this.#perKey[key]! + 1;
    if (this.#queueOfKey[key] !== this.#work.queue) this.#misrouted++;
    return true;
  }

  /** @param sentAt from the message, in milliseconds of the clock that all threads share */
  takeSample(sentAt: number, key: number, routingKey: string): void {
    this.#latency.record(Math.max(1, Math.round((now() - sentAt) * 1e6)));
    if (routingKey !== this.#work.keys[key]) this.#wrongKey++;
  }

  report(): TallyReport {
    const { queue, bindings, bindingOfKey } = this.#work;
    const perBinding = bindings.map(() => 0);
    for (const [key, count] of this.#perKey.entries()) {
      perBinding[bindingOfKey[key]!] = perBinding[bindingOfKey[key]!]! + count;
    }
    return {
      queue,
      messages: [...this.#messages],
      sums: [...this.#sums],
      perBinding,
      corrupt: this.#corrupt,
      disordered: this.#disordered,
      misrouted: this.#misrouted,
      wrongKey: this.#wrongKey,
    };
  }
}
