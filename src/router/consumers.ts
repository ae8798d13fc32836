import type { Arena } from '../memory/arena.js';
import { ExclusiveWriter } from '../memory/exclusive-writer.js';
import { mailboxShape, PAGE_BYTES, Page } from '../memory/layout.js';
import { MailboxMemory } from '../memory/mailbox.js';
import { type Records, untaken } from '../memory/untaken.js';
import { HEADER_INT32S, paddedInt32s } from '../records/record.js';
import type { Abandoned, ConsumerPlace } from '../records/request.js';
import { allocatePages } from './consumer-pages.js';
import type { LargeBodies } from './large-bodies.js';
import type { MessageQueue } from './message-queue.js';
import { Outlet, type OutletWork } from './outlet.js';
import type { SharedRing } from './shared-ring.js';

/** One consumer, as the router sees it. */
export interface RouterConsumer {
  readonly queue: MessageQueue;
  readonly place: ConsumerPlace;
  /** Ends it from the router's side: its reader finds what was sent, then the end. */
  close(): void;
  /**
   * Frees its memory; its reader will not look again. What it did not take goes back to the queue.
   *
   * @param abandoned what the reader says it took; undefined if it died
   */
  leave(abandoned?: Abandoned): void;
}

/** A consumer with a mailbox of its own: the router writes, it reads, nobody contends. */
export class MailboxConsumer implements RouterConsumer {
  readonly queue: MessageQueue;
  readonly place: ConsumerPlace;
  readonly #arena: Arena;
  readonly #memory: MailboxMemory;
  readonly #outlet: Outlet;

  constructor(
    id: number,
    queue: MessageQueue,
    ringWords: number,
    arena: Arena,
    work: OutletWork,
    bodies: LargeBodies,
  ) {
    const page = allocatePages(arena, mailboxShape(ringWords, 1).bytes);
    this.queue = queue;
    this.place = { consumer: id, dispatch: queue.dispatch, page, readerSlot: 0 };
    this.#arena = arena;
    this.#memory = MailboxMemory.create(arena.buffer, page * PAGE_BYTES, ringWords, 1);
    arena.pages.transfer(page, Page.MAILBOX_TAG);
    this.#outlet = new Outlet(new ExclusiveWriter(this.#memory), queue, work, bodies);
    queue.consumers++;
    queue.addOutlet(this.#outlet);
  }

  close(): void {
    this.queue.removeOutlet(this.#outlet);
    this.#outlet.close();
  }

  leave(abandoned?: Abandoned): void {
    this.queue.removeOutlet(this.#outlet);
    this.queue.consumers--;
    this.#outlet.close(); // its reader may sleep on it, although it will not read any more
    this.queue.putBack(untaken(this.#memory, abandoned?.taken ?? 0));
    this.#outlet.drop();
    this.#arena.pages.free(this.place.page);
  }
}

/** A consumer that shares one ring with all others of its queue. */
export class RingConsumer implements RouterConsumer {
  readonly queue: MessageQueue;
  readonly place: ConsumerPlace;
  readonly #ring: SharedRing;

  constructor(id: number, session: number, queue: MessageQueue, ring: SharedRing) {
    this.queue = queue;
    this.#ring = ring;
    this.place = {
      consumer: id,
      dispatch: queue.dispatch,
      page: ring.page,
      readerSlot: ring.addReader(session),
    };
    queue.consumers++;
  }

  close(): void {
    this.#ring.close();
  }

  leave(abandoned?: Abandoned): void {
    this.queue.consumers--;
    const left = abandoned?.left;
    this.#ring.removeReader(this.place.readerSlot, left === undefined ? NO_RECORDS : recordsIn(left));
  }
}

const NO_RECORDS: Records = { words: new Int32Array(0), records: 0 };

function recordsIn(bytes: Uint8Array): Records {
  const words = new Int32Array(new Uint8Array(bytes).buffer);
  let records = 0;
  for (let at = 0; at < words.length; at += HEADER_INT32S + paddedInt32s(words[at]!)) records++;
  return { words, records };
}
