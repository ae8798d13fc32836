import type { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/layout.js';
import { MailboxMemory } from '../memory/mailbox.js';
import { MailboxReader } from '../memory/mailbox-reader.js';
import type { RecordReader } from '../memory/record-queue.js';
import { recordsEnd } from '../memory/untaken.js';
import { type SharedDispatch, sharedRingReader } from '../queues/shared-rings.js';
import { HEADER_INT32S, paddedInt32s } from '../records/record.js';
import type { Abandoned, ConsumerPlace } from '../records/request.js';
import type { Codec } from './codec.js';
import { DeliveryMemory, Message } from './message.js';
import { brokerClosed } from './outgoing.js';

/** The reader of what the router sends to a consumer. */
export function consumerReader(arena: Arena, place: ConsumerPlace, spins: () => number): RecordReader {
  const options = { spaceBell: arena.inbox.bell, spins, exclusive: true };
  return place.dispatch === 'queue-per-consumer'
    ? new MailboxReader(MailboxMemory.attach(arena.buffer, place.page * PAGE_BYTES), options)
    : sharedRingReader(
        place.dispatch as SharedDispatch,
        arena.buffer,
        place.page * PAGE_BYTES,
        place.readerSlot,
        options,
      );
}

export interface DeliverySourceOptions<T> {
  codec: Codec<T> | undefined;
  /** True: one Message that moves over the ring. False: a Message for each, over a copy of the frame. */
  inPlace: boolean;
  /** True if other consumers read the same ring. */
  shared: boolean;
}

/** Turns the frames of a consumer's ring into messages. */
export class DeliverySource<T> {
  readonly #arena: Arena;
  readonly #reader: RecordReader;
  readonly #codec: Codec<T> | undefined;
  readonly #inPlace: boolean;
  readonly #shared: boolean;
  readonly #cursor: Message<T>;
  /** Where the records of the open frame lie: the ring, or a copy of them. */
  #memory: DeliveryMemory;
  #at = 0;
  /** Records of the open frame that were not received. */
  #left = 0;

  constructor(arena: Arena, reader: RecordReader, options: DeliverySourceOptions<T>) {
    this.#arena = arena;
    this.#reader = reader;
    this.#codec = options.codec;
    this.#inPlace = options.inPlace;
    this.#shared = options.shared;
    this.#memory = new DeliveryMemory(reader.words);
    this.#cursor = new Message(this.#memory, this.#codec);
  }

  /** True once everything was received and nothing will come any more. */
  get ended(): boolean {
    return this.#left === 0 && this.#reader.ended;
  }

  /** The next message if one is there. @throws BrokerClosedError if the router died */
  next(): Message<T> | undefined {
    if (this.#left === 0 && !this.#open()) return undefined;
    this.#left--;
    const memory = this.#memory;
    const at = this.#at;
    this.#at = at + HEADER_INT32S + paddedInt32s(memory.words[at]!);
    if (this.#inPlace) return this.#cursor.point(memory, at, this.#arena, false);
    return new Message(memory, this.#codec).point(memory, at, this.#arena, true);
  }

  /** Goes to the next frame. Whoever asks for it is done with the one before. */
  #open(): boolean {
    const reader = this.#reader;
    reader.release();
    if (!reader.open()) {
      if (reader.ended && this.#arena.died) throw brokerClosed(this.#arena);
      return false;
    }
    this.#left = reader.count;
    this.#at = reader.at;
    if (!this.#inPlace) this.#copyFrame();
    else if (this.#memory.words !== reader.words) this.#memory = new DeliveryMemory(reader.words);
    return true;
  }

  /** Copies the records of the frame at once: a copy a message would cost more than the message. */
  #copyFrame(): void {
    const { words, at, count } = this.#reader;
    this.#memory = new DeliveryMemory(new Int32Array(words.subarray(at, recordsEnd(words, at, count))));
    this.#at = 0;
  }

  /** Stops reading, and says what the router must know to put back what was not received. */
  abandon(): Omit<Abandoned, 'consumer'> {
    const left = this.#left;
    this.#left = 0;
    // In a mailbox the frame stays as it is, and the router takes the rest of it from there.
    if (left > 0 && !this.#shared) return { taken: this.#reader.count - left, left: undefined };
    const { words } = this.#memory;
    const rest = left > 0 ? words.slice(this.#at, recordsEnd(words, this.#at, left)) : undefined;
    // Otherwise the note that this reader holds the frame stays until the router has the rest, and its bodies with it.
    if (left === 0) this.#reader.release();
    return { taken: 0, left: rest && new Uint8Array(rest.buffer) };
  }
}
