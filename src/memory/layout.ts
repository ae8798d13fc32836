/**
 * The layout of the shared memory: every offset is named here, once, and nowhere else.
 *
 * Units: an *int32* is 4 bytes, a *word* 8 bytes, a *block* 64 bytes (8 words), a *cell* 128 bytes,
 * a *page* 4,096 bytes.
 *
 * The arena (one SharedArrayBuffer = the broker = its handle):
 *
 *     byte 0
 *     ┌────────────────────┐
 *     │ header             │ one page: magic, version, sizes, state; the words that change lie in cells of
 *     │                    │ their own
 *     ├────────────────────┤
 *     │ page table         │ one int32 a page: FREE, CONTINUED, or the tag of the owner of the run that starts
 *     ├────────────────────┤
 *     │ router's mailbox   │ one writer slot a session
 *     ├────────────────────┤
 *     │ reply mailboxes    │ one a session slot; pages that no session touched take no memory
 *     ├────────────────────┤
 *     │ pages              │ consumer mailboxes, shared rings, bodies too large for a ring
 *     └────────────────────┘
 *
 * A mailbox:
 *
 *     ┌──────┬──────┬────────┬───────┬──────┬───────────────────┬───────────────┬──────────────────────────┐
 *     │ TAIL │ HEAD │ READER │ SPACE │ META │ slot 0 … slot W-1 │ stamps        │ words (the ring)         │
 *     └──────┴──────┴────────┴───────┴──────┴───────────────────┴───────────────┴──────────────────────────┘
 *       one cell each                          one cell each      1 int32 a block  capacity x 8 bytes
 *
 * A frame in the ring starts on a block and never wraps:
 *
 *     ┌─────────────────────────────┬──────────┬──────────┬─────┬─────────────────┐
 *     │ words │ count | writer << 16 │ record 0 │ record 1 │  …  │ rest of a block │
 *     └─────────────────────────────┴──────────┴──────────┴─────┴─────────────────┘
 *       one word                      each: one word {payload bytes, tag}, then the payload, padded to a word
 */

/** First int32 of the arena: "RGMQ" read as little-endian ASCII. */
export const MAGIC = 0x514d4752;
/** Changes whenever anything in this file does. */
export const LAYOUT_VERSION = 3;

/** Bytes of a word, the unit in which positions count. */
export const WORD_BYTES = 8;
/** Words of a block. Frames start on blocks, so two writers never store to one cache line. */
export const BLOCK_WORDS = 8;
/** log2 of BLOCK_WORDS: turns a word index into the index of its stamp. */
export const BLOCK_SHIFT = 3;
/**
 * int32s of a cell. 128 bytes and not 64: processors fetch cache lines in pairs (Intel's spatial
 * prefetcher), and Apple's cores have lines of 128 bytes.
 */
export const CELL = 32;
export const PAGE_BYTES = 4096;

/** Indices of int32s in the arena's header. */
export const Header = {
  MAGIC: 0,
  VERSION: 1,
  /** Pages of the whole arena. */
  PAGES: 2,
  /** First page that the allocator may hand out. */
  FIRST_PAGE: 3,
  /** Session slots. */
  SESSIONS: 4,
  /** Words of the router's ring. */
  INBOX_WORDS: 5,
  /** Words of each session's reply ring. */
  REPLY_WORDS: 6,
  /** Largest body in bytes. */
  MAX_BODY: 7,
  /** RUNNING, CLOSED or DIED. */
  STATE: CELL,
  /** Grows with every writer that is marked dead. */
  DEATHS: 2 * CELL,
  /** Odd while a writer waits for pages to be given back; every wake-up makes it another number. */
  MEMORY_WAITERS: 3 * CELL,
  /** One more than the highest page ever handed out. */
  HIGH_WATER: 4 * CELL,
  /** Threads with a session, plus the router: decides whether spinning has a core to spin on. */
  THREADS: 5 * CELL,
  /** Where a search for free pages starts: the lowest page that was freed, or behind the last run handed out. */
  SEARCH_FROM: 6 * CELL,
  /** Number of OWNERS. Constant, as they are. */
  OWNERS_LENGTH: 7 * CELL,
  /** The thread that started the broker, and before it those that created it: the router dies with any of them. */
  OWNERS: 7 * CELL + 1,
  /** 1 while publishers are held, because too much waits in the queues. */
  MEMORY_ALARM: 8 * CELL,
} as const;

/** Values of Header.STATE. */
export const BrokerState = { STARTING: 0, RUNNING: 1, CLOSED: 2, DIED: 3 } as const;

/** Values of an entry of the page table; a positive value is the tag of the run's owner. */
export const Page = {
  FREE: 0,
  /** The page belongs to the run that starts before it. */
  CONTINUED: -1,
  /** Tag of the router. A session's tag is its slot + SESSION_TAG. */
  ROUTER_TAG: 1,
  /** Tag of a mailbox or ring, so that whoever closes the broker finds every thread that waits. */
  MAILBOX_TAG: 2,
  /** Tags of the rings that several consumers share. */
  LOCKED_TAG: 3,
  LOCK_FREE_TAG: 4,
  SESSION_TAG: 16,
} as const;

/** Cells of a mailbox's control area, as int32 indices. */
export const Mailbox = {
  /** Where the next frame is claimed. Positions are multiples of 8, so bit 0 can say CLOSED. */
  TAIL: 0,
  /** Everything before it was given back by the reader. */
  HEAD: CELL,
  /** PARKED while the reader sleeps. */
  READER: 2 * CELL,
  /** Bits SPACE_WRITER, SPACE_BELL: who wants to know that space was given back. */
  SPACE: 3 * CELL,
  /** Capacity in words, then the number of writer slots. Constant once the mailbox exists. */
  CAPACITY: 4 * CELL,
  WRITERS: 4 * CELL + 1,
  /** The first writer slot. */
  SLOTS: 5 * CELL,
} as const;

/** Bit of TAIL: no claim succeeds any more. */
export const CLOSED_BIT = 1;

/** Values of Mailbox.READER. */
export const AWAKE = 0;
export const PARKED = 1;

/** Bits of Mailbox.SPACE: a writer sleeps on the word; somebody else's bell is to be rung. */
export const SPACE_WRITER = 1;
export const SPACE_BELL = 2;

/** int32s of a writer slot, relative to the slot's cell. */
export const Slot = {
  /** Stamp (position + 1) of the claim that the writer is about to make or has made; 0: none. */
  NOTE: 0,
  /** Words of that claim. Written before NOTE, read only for a writer known to be dead. */
  NOTE_WORDS: 1,
  /** 0: free; n > 0: thread n - 1 writes through this slot; n < 0: thread -n - 1 did, and died. */
  OWNER: 2,
  /** Number of LINEAGE entries. */
  LINEAGE_LENGTH: 3,
  /** The threads that created the owner's thread, oldest first. */
  LINEAGE: 4,
} as const;
/** Value of a NOTE (no stamp: stamps are odd): nothing is noted, and the HEAD this writer remembers is old. */
export const STALE_NOTE = 2;
/** How many ancestors a slot has room for. */
export const MAX_LINEAGE = CELL - Slot.LINEAGE;

/** Second int32 of the header of a frame that holds nothing. */
export const PADDING = -1;
/** Most records of one frame: the count has 16 bits, and PADDING must stay distinct. */
export const MAX_FRAME_RECORDS = 0xfff0;
/** Words of a record's header, and of a frame's. */
export const RECORD_HEADER_WORDS = 1;

/** Words that a record with `length` bytes of payload takes, its header included. */
export function recordWords(length: number): number {
  return RECORD_HEADER_WORDS + ((length + 7) >>> 3);
}

/** `words`, rounded up to whole blocks. */
export function blockAligned(words: number): number {
  return (words + BLOCK_WORDS - 1) & -BLOCK_WORDS;
}

/** Byte offsets of a mailbox's parts from its start, and its size. */
export interface MailboxShape {
  readonly capacity: number;
  readonly writers: number;
  readonly stampsAt: number;
  readonly wordsAt: number;
  readonly bytes: number;
}

/**
 * The parts of a mailbox with a ring of `capacity` words (a power of two, at least 64) and `writers` slots.
 */
export function mailboxShape(capacity: number, writers: number): MailboxShape {
  const stampsAt = (Mailbox.SLOTS + writers * CELL) * 4;
  const stampsBytes = Math.max(CELL * 4, (capacity / BLOCK_WORDS) * 4);
  const wordsAt = stampsAt + stampsBytes;
  return { capacity, writers, stampsAt, wordsAt, bytes: wordsAt + capacity * WORD_BYTES };
}
