import type { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/layout.js';
import { MailboxMemory } from '../memory/mailbox.js';
import { MailboxReader } from '../memory/mailbox-reader.js';
import type { RecordReader } from '../memory/record-queue.js';
import { recordsEnd } from '../memory/untaken.js';
import { type SharedDispatch, sharedRingReader } from '../queues/shared-rings.js';
import { HEADER_INT32S, LARGE_FLAG, paddedInt32s } from '../records/record.js';
import type { Abandoned, ConsumerPlace } from '../records/request.js';
import type { Acknowledgements } from './acknowledgements.js';
import type { Codec } from './codec.js';
import { addHandling, removeHandling } from './handling.js';
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
  /** Where messages are settled; undefined: they need not be. */
  acknowledgements: Acknowledgements | undefined;
  /** Messages that may be unsettled; 0: any number. */
  prefetch: number;
  codec: Codec<T> | undefined;
  /** True: one Message that moves over the ring. False: a Message for each, over a copy of the frame. */
  inPlace: boolean;
  /** True if other consumers read the same ring. */
  shared: boolean;
  /**
   * With a shared ring and acknowledgements: looks whether the broker ended the consumer. What it takes after that is
   * another's.
   */
  mayTake: (() => boolean) | undefined;
}

/** Turns the frames of a consumer's ring into messages. */
export class DeliverySource<T> {
  readonly #arena: Arena;
  readonly #reader: RecordReader;
  readonly #codec: Codec<T> | undefined;
  readonly #inPlace: boolean;
  readonly #shared: boolean;
  readonly #acknowledgements: Acknowledgements | undefined;
  readonly #prefetch: number;
  readonly #mayTake: (() => boolean) | undefined;
  /** True from a message until the next one is asked for and not there. */
  #given = false;
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
    this.#acknowledgements = options.acknowledgements;
    this.#prefetch = options.acknowledgements === undefined ? 0 : options.prefetch;
    this.#mayTake = options.mayTake;
    addHandling(this);
    this.#memory = new DeliveryMemory(reader.words);
    this.#cursor = new Message(this.#memory, this.#codec);
  }

  /** True once everything was received and nothing will come any more. */
  get ended(): boolean {
    // What it takes it says: once the router does not hear of it any more, it takes nothing.
    return (
      (this.#left === 0 && this.#reader.ended) || (this.#mayTake !== undefined && this.#arena.inbox.closed)
    );
  }

  /** True while a message was received that is not settled, or that is just being handled. */
  get handling(): boolean {
    return this.#given || (this.#acknowledgements !== undefined && this.#acknowledgements.unsettled > 0);
  }

  /** The next message if one is there. @throws BrokerClosedError if the router died */
  next(): Message<T> | undefined {
    if (this.#left === 0 ? !this.#open() : this.#shared && this.outOfCredit) {
      this.#given = false;
      return undefined;
    }
    this.#given = true;
    this.#left--;
    const memory = this.#memory;
    const at = this.#at;
    this.#at = at + HEADER_INT32S + paddedInt32s(memory.words[at]!);
    const message = this.#inPlace ? this.#cursor : new Message(memory, this.#codec);
    const acknowledgements = this.#acknowledgements;
    if (acknowledgements !== undefined) {
      acknowledgements.received = (acknowledgements.received + 1) | 0;
      message.trackedBy(acknowledgements, acknowledgements.received);
    }
    return message.point(memory, at, this.#arena, !this.#inPlace);
  }

  /** True if nothing comes before a message is settled. */
  get outOfCredit(): boolean {
    return this.#credit <= 0;
  }

  /** Messages that it may have beside those that are not settled. */
  get #credit(): number {
    return this.#prefetch === 0
      ? Number.POSITIVE_INFINITY
      : this.#prefetch - this.#acknowledgements!.unsettled;
  }

  /** Goes to the next frame. Whoever asks for it is done with the one before. */
  #open(): boolean {
    const reader = this.#reader;
    reader.release();
    if (this.#mayTake === undefined ? !reader.open() : !this.#openForTaking(this.#mayTake)) {
      if (this.ended && this.#arena.died) throw brokerClosed(this.#arena);
      return false;
    }
    this.#left = reader.count;
    this.#at = reader.at;
    if (!this.#inPlace) this.#copyFrame();
    else if (this.#memory.words !== reader.words) this.#memory = new DeliveryMemory(reader.words);
    return true;
  }

  /**
   * Takes a frame out of the shared ring and says so, if there is credit. A frame of the lock-free ring is taken as a
   * whole: what there is no credit for waits here.
   */
  #openForTaking(mayTake: () => boolean): boolean {
    if (this.outOfCredit || this.#arena.inbox.closed || !mayTake()) return false;
    const reader = this.#reader;
    if (!reader.open(this.#credit)) return false;
    this.#acknowledgements!.take(reader.words[reader.at + HEADER_INT32S]!, reader.count);
    return true;
  }

  /**
   * Copies the records of the frame at once: a copy a message would cost more than the message. Others read a shared
   * ring: it has the frame back before a slow handler begins, unless bodies in pages are still to be copied.
   */
  #copyFrame(): void {
    const { words, at, count } = this.#reader;
    const records = new Int32Array(words.subarray(at, recordsEnd(words, at, count)));
    this.#memory = new DeliveryMemory(records);
    this.#at = 0;
    if (this.#shared && !anyLarge(records)) this.#reader.release();
  }

  /** Stops reading, and says what the router must know to put back what was not received. */
  abandon(): Omit<Abandoned, 'consumer'> {
    const left = this.#left;
    this.#left = 0;
    removeHandling(this);
    if (this.#acknowledgements !== undefined) {
      if (this.#shared) this.#reader.release();
      return { taken: 0, left: undefined, received: this.#acknowledgements.received };
    }
    // In a mailbox the frame stays as it is, and the router takes the rest of it from there.
    if (left > 0 && !this.#shared) return { taken: this.#reader.count - left, left: undefined, received: 0 };
    const { words } = this.#memory;
    const rest = left > 0 ? words.slice(this.#at, recordsEnd(words, this.#at, left)) : undefined;
    // Otherwise the note that this reader holds the frame stays until the router has the rest, and its bodies with it.
    if (left === 0) this.#reader.release();
    return { taken: 0, left: rest && new Uint8Array(rest.buffer), received: 0 };
  }
}

/** True if one of the records refers to pages. */
function anyLarge(records: Int32Array): boolean {
  for (let at = 0; at < records.length; at += HEADER_INT32S + paddedInt32s(records[at]!)) {
    if ((records[at + 1]! & LARGE_FLAG) !== 0) return true;
  }
  return false;
}
