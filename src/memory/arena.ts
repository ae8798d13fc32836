import { InvalidArgumentError, InvalidHandleError, LayoutVersionError } from '../errors.js';
import {
  BrokerState,
  Header,
  LAYOUT_VERSION,
  MAGIC,
  Mailbox,
  mailboxShape,
  PAGE_BYTES,
  Page,
  Slot,
} from './layout.js';
import { MailboxMemory } from './mailbox.js';
import { PageAllocator } from './page-allocator.js';

/** Sizes of an arena; all are fixed when it is made. */
export interface ArenaSizes {
  /** Bytes of the whole arena. Pages that nobody touches take no memory. */
  readonly bytes: number;
  readonly sessions: number;
  /** Words of the router's ring, a power of two. */
  readonly inboxWords: number;
  /** Words of each session's reply ring, a power of two. */
  readonly replyWords: number;
  /** Largest body in bytes. */
  readonly maxBody: number;
}

const HEADER_INT32S = PAGE_BYTES / 4;

/** One SharedArrayBuffer that is the whole broker, seen from one thread. */
export class Arena {
  readonly buffer: SharedArrayBuffer;
  readonly pages: PageAllocator;
  readonly inbox: MailboxMemory;
  readonly sessions: number;
  readonly maxBody: number;
  /** All bytes of the arena, for bodies in pages. */
  readonly bytes: Uint8Array;
  readonly #header: Int32Array;
  readonly #replyWords: number;
  readonly #inboxAt: number;

  private constructor(buffer: SharedArrayBuffer, inbox: (at: number) => MailboxMemory) {
    this.buffer = buffer;
    this.#header = new Int32Array(buffer, 0, HEADER_INT32S);
    const pages = this.#header[Header.PAGES]!;
    this.pages = new PageAllocator(this.#header, new Int32Array(buffer, PAGE_BYTES, pages));
    this.sessions = this.#header[Header.SESSIONS]!;
    this.maxBody = this.#header[Header.MAX_BODY]!;
    this.#replyWords = this.#header[Header.REPLY_WORDS]!;
    this.#inboxAt = PAGE_BYTES + pageAligned(pages * 4);
    this.bytes = new Uint8Array(buffer);
    this.inbox = inbox(this.#inboxAt);
  }

  /**
   * Makes an arena in which nobody has a session yet.
   *
   * @param owners the threads that the broker's router depends on: this one, and before it those that created it
   */
  static create(sizes: ArenaSizes, ...owners: number[]): Arena {
    const pages = Math.floor(sizes.bytes / PAGE_BYTES);
    const fixed =
      PAGE_BYTES +
      pageAligned(pages * 4) +
      pageAligned(mailboxShape(sizes.inboxWords, sizes.sessions).bytes) +
      sizes.sessions * replyBytes(sizes.replyWords);
    const firstPage = fixed / PAGE_BYTES;
    if (firstPage >= pages) {
      throw new InvalidArgumentError(
        `A shared memory of ${sizes.bytes} bytes is too small: ${sizes.sessions} sessions and the router's mailbox ` +
          `take ${fixed} bytes. Raise \`memory\`, or lower \`maxSessions\` or \`inboxBytes\`.`,
      );
    }
    const buffer = new SharedArrayBuffer(pages * PAGE_BYTES);
    // Plain stores: no other thread has the buffer yet, and it travels by a synchronising message.
    const header = new Int32Array(buffer, 0, HEADER_INT32S);
    header[Header.MAGIC] = MAGIC;
    header[Header.VERSION] = LAYOUT_VERSION;
    header[Header.PAGES] = pages;
    header[Header.FIRST_PAGE] = firstPage;
    header[Header.SESSIONS] = sizes.sessions;
    header[Header.INBOX_WORDS] = sizes.inboxWords;
    header[Header.REPLY_WORDS] = sizes.replyWords;
    header[Header.MAX_BODY] = sizes.maxBody;
    header[Header.OWNERS_LENGTH] = owners.length;
    header.set(owners, Header.OWNERS);
    header[Header.HIGH_WATER] = firstPage;
    header[Header.SEARCH_FROM] = firstPage;
    header[Header.THREADS] = 1;
    return new Arena(buffer, at => MailboxMemory.create(buffer, at, sizes.inboxWords, sizes.sessions));
  }

  /**
   * The arena behind a broker's handle.
   *
   * @throws InvalidHandleError if it is not one, LayoutVersionError if another version of RingMQ made it
   */
  static open(handle: unknown): Arena {
    if (!(handle instanceof SharedArrayBuffer) || handle.byteLength < PAGE_BYTES) {
      throw new InvalidHandleError(
        `A broker's handle is the SharedArrayBuffer \`broker.handle\`, not ${describe(handle)}. ` +
          'Pass it to the thread in workerData.',
      );
    }
    const header = new Int32Array(handle, 0, HEADER_INT32S);
    if (header[Header.MAGIC] !== MAGIC) {
      throw new InvalidHandleError(
        'This SharedArrayBuffer is not the memory of a broker. Pass `broker.handle`.',
      );
    }
    if (header[Header.VERSION] !== LAYOUT_VERSION) {
      throw new LayoutVersionError(header[Header.VERSION]!, LAYOUT_VERSION);
    }
    return new Arena(handle, at => MailboxMemory.attach(handle, at));
  }

  /** The thread that started the broker. */
  get starter(): number {
    return this.#header[Header.OWNERS + this.#header[Header.OWNERS_LENGTH]! - 1]!;
  }

  /** True if the router dies when `thread` does: that thread started the broker, or the thread that did. */
  dependsOn(thread: number): boolean {
    const owners = this.#header.subarray(Header.OWNERS, Header.OWNERS + this.#header[Header.OWNERS_LENGTH]!);
    return owners.includes(thread);
  }

  get state(): number {
    return Atomics.load(this.#header, Header.STATE); // pairs with setState()
  }

  /** True if the router ended without having been asked to. */
  get died(): boolean {
    return this.state === BrokerState.DIED;
  }

  /** Moves on to `state`, unless the broker is closed or dead already; true if that changed it. */
  setState(state: number): boolean {
    for (;;) {
      const now = Atomics.load(this.#header, Header.STATE); // pairs with the compareExchange below
      if (now >= state || now >= BrokerState.CLOSED) return false;
      // pairs with the load in state
      if (Atomics.compareExchange(this.#header, Header.STATE, now, state) === now) return true;
    }
  }

  /** Grows with every session that is marked dead. */
  get deaths(): number {
    return Atomics.load(this.#header, Header.DEATHS); // pairs with the add in reportDeath()
  }

  /** Marks the sessions of a thread that ended, and of all threads it had created, and tells the router. */
  reportDeath(thread: number): void {
    this.inbox.markDead(thread);
    // Even if none was marked: whoever marked them before may have died before it said so.
    Atomics.add(this.#header, Header.DEATHS, 1); // pairs with the load in deaths
    this.inbox.bell.wake();
  }

  /** Where the reply mailbox of session `slot` lies. */
  #replyAt(slot: number): number {
    const replies = this.#inboxAt + pageAligned(mailboxShape(this.inbox.capacity, this.sessions).bytes);
    return replies + slot * replyBytes(this.#replyWords);
  }

  /** An empty reply mailbox for a session that is just being attached. */
  createReplies(slot: number): MailboxMemory {
    return MailboxMemory.create(this.buffer, this.#replyAt(slot), this.#replyWords, 1);
  }

  attachReplies(slot: number): MailboxMemory {
    return MailboxMemory.attach(this.buffer, this.#replyAt(slot));
  }

  /** Threads that may be runnable: those with a session, and the router, which alone sets it. */
  get threads(): number {
    return Atomics.load(this.#header, Header.THREADS); // pairs with the setter
  }

  set threads(count: number) {
    Atomics.store(this.#header, Header.THREADS, count); // pairs with the getter
  }

  /** True while publishers are held. */
  get memoryAlarm(): boolean {
    return Atomics.load(this.#header, Header.MEMORY_ALARM) !== 0; // pairs with the setter
  }

  /** Only the router sets it, and whoever closes the broker clears it. */
  set memoryAlarm(on: boolean) {
    Atomics.store(this.#header, Header.MEMORY_ALARM, on ? 1 : 0); // pairs with the getter, and with the waits
    if (!on) Atomics.notify(this.#header, Header.MEMORY_ALARM); // pairs with the waits for the alarm's end
  }

  /** Blocks this thread while the memory alarm is on. Returns when it may be over: look again. */
  awaitMemoryAlarm(): void {
    Atomics.wait(this.#header, Header.MEMORY_ALARM, 1); // pairs with the notify in the setter
  }

  /** The same on an event loop; undefined if the alarm is off. */
  awaitMemoryAlarmAsync(): Promise<unknown> | undefined {
    const wait = Atomics.waitAsync(this.#header, Header.MEMORY_ALARM, 1); // pairs with the notify in the setter
    return wait.async ? wait.value : undefined;
  }

  /** Frees the pages that session `slot` had allocated and not handed over. */
  sweepSession(slot: number): void {
    this.pages.sweep(slot + Page.SESSION_TAG);
  }

  /**
   * Closes every mailbox and wakes whoever sleeps on one. For a broker whose router can no longer do it.
   *
   * @param closeRing closes the shared ring that starts at byte `offset`, and has this tag
   */
  closeAll(closeRing: (tag: number, offset: number) => void): void {
    this.inbox.close();
    for (let slot = 0; slot < this.sessions; slot++) {
      // pairs with attachWriter(); a session that attaches later finds the inbox closed
      const owner = Atomics.load(this.inbox.control, this.inbox.slotAt(slot) + Slot.OWNER);
      if (owner !== 0 && this.#replyExists(slot)) this.attachReplies(slot).close();
    }
    for (const { start, tag } of this.pages.runs()) {
      if (tag === Page.MAILBOX_TAG) MailboxMemory.attach(this.buffer, start * PAGE_BYTES).close();
      else if (tag === Page.LOCKED_TAG || tag === Page.LOCK_FREE_TAG) closeRing(tag, start * PAGE_BYTES);
    }
    this.pages.wakeWaiters();
    this.memoryAlarm = false;
  }

  #replyExists(slot: number): boolean {
    const control = new Int32Array(this.buffer, this.#replyAt(slot), Mailbox.SLOTS);
    return Atomics.load(control, Mailbox.CAPACITY) === this.#replyWords; // pairs with createReplies()
  }
}

function pageAligned(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}

function replyBytes(words: number): number {
  return pageAligned(mailboxShape(words, 1).bytes);
}

function describe(value: unknown): string {
  if (value instanceof SharedArrayBuffer) return `a SharedArrayBuffer of ${value.byteLength} bytes`;
  if (value === null) return 'null';
  return typeof value === 'object'
    ? `an object (${value.constructor?.name ?? 'no class'})`
    : `a ${typeof value}`;
}
