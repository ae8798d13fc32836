import type { QueueCounters } from './counters.js';

/**
 * What every queue design of RingMQ has in common: records go in by a writer and come out by a reader.
 *
 * A record is a header word {payload bytes, tag} and the payload, padded to a word. What the tag means is its
 * users' business. Nothing here allocates per record: a writer hands out places in `words`, a reader points at
 * places in `words`, and both are plain typed arrays that the caller indexes itself.
 */

/** Returned by reserve() when the record does not fit now. */
export const NO_ROOM = -1;

export interface RecordWriter {
  /** Where reserved records are written, as int32s and as bytes. Read it after reserve(): it may be replaced. */
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** True once the other side closed the queue: nothing is accepted any more. */
  readonly closed: boolean;
  /** What this thread did through its view of the queue, this writer and whatever else uses that view. */
  readonly counters: QueueCounters;

  /**
   * Room for one record of `words` 8-byte words, header included. Fill it before the next call.
   *
   * @returns index of the record's first int32 in `words`, or NO_ROOM. Nothing was changed then.
   */
  reserve(words: number): number;

  /** Makes every reserved record visible to the reader. False if the queue has no room for them now. */
  flush(): boolean;

  /** Blocks this thread until there may be room, the queue is closed, or `milliseconds` have passed. */
  awaitSpace(milliseconds?: number): void;

  /** The same on an event loop; undefined if there may be room already. Keeps no event loop alive. */
  awaitSpaceAsync(): Promise<unknown> | undefined;
}

export interface RecordReader {
  /** Where opened records lie. Read it after open(): it may be replaced. */
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** Index in `words` of the first int32 of the first record that open() found. */
  readonly at: number;
  /** How many records lie there, one after the other. */
  readonly count: number;
  /** What this thread did through its view of the queue, this reader and whatever else uses that view. */
  readonly counters: QueueCounters;

  /**
   * Finds the next records and points `at` and `count` at them; they stay until release(). False if none are there.
   *
   * @param limit how many at most, where a reader can choose; otherwise they are as many as a writer flushed at once
   */
  open(limit?: number): boolean;

  /** Gives everything opened so far back to the writers. */
  release(): void;

  /** True if open() may find something, or the queue is closed. */
  ready(): boolean;

  /** True if the queue is closed and everything in it was opened. */
  readonly ended: boolean;

  /** Blocks this thread until ready(), or `milliseconds` have passed. */
  await(milliseconds?: number): void;

  /** The same on an event loop; undefined if ready() already. Keeps no event loop alive. */
  awaitAsync(): Promise<unknown> | undefined;
}

/**
 * A writer that also follows how far its readers are: what the router needs to keep a body in shared memory for as
 * long as somebody reads it, and to go on with other work while a queue is full.
 */
export interface TrackedWriter extends RecordWriter {
  /** Position behind everything flushed so far; int32 that wraps, compare by `(a - b) | 0`. */
  readonly position: number;
  /** Position before which every reader has given everything back. */
  readonly released: number;
  /** True if at least half of the queue is free. */
  readonly hasSpace: boolean;
  /** Longest record in words. */
  readonly maxRecordWords: number;
  /** Lets a reader ring this thread's own bell at its next release that leaves half of the queue free. */
  askForBell(): void;
  /** Refuses everything from now on; the readers find what was flushed, and then the end. */
  close(): void;
}
