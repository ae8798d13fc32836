import { MessageFifo } from './message-fifo.js';
import { ReturnedMessages } from './returned-messages.js';
import type { SegmentPool } from './segment-pool.js';
import { levelOf } from './stored-message.js';

/** The messages of one priority level. One that came back is older than any that was never taken. */
class Level {
  readonly number: number;
  readonly untaken: MessageFifo;
  readonly returned: ReturnedMessages;
  /** Begins with the level's oldest message. Only while the level is not empty. */
  front: MessageFifo;

  constructor(number: number, pool: SegmentPool) {
    this.number = number;
    this.untaken = new MessageFifo(pool);
    this.returned = new ReturnedMessages(pool);
    this.front = this.untaken;
  }

  get length(): number {
    return this.untaken.length + this.returned.length;
  }

  add(words: Int32Array, at: number): number {
    const int32s = this.returned.add(words, at);
    this.front = this.returned.front;
    return int32s;
  }

  shift(): number {
    const returned = this.returned;
    if (returned.length === 0) return this.untaken.shift();
    const int32s = returned.shift();
    this.front = returned.length > 0 ? returned.front : this.untaken;
    return int32s;
  }

  clear(): void {
    this.untaken.clear();
    this.returned.clear();
    this.front = this.untaken;
  }
}

/**
 * The messages of a queue that wait for a consumer. The highest priority level that has any goes first, and within it
 * the message that came to the queue first, whether or not it was with a consumer in between.
 *
 *     level 2   returned │ untaken
 *     level 1   returned │ untaken    ◀── top, if level 2 is empty
 *     level 0   returned │ untaken
 */
export class ReadyMessages {
  length = 0;
  readonly #pool: SegmentPool;
  /** By number; a level is made for its first message. */
  readonly #levels: (Level | undefined)[];
  /** The highest level that has messages; the lowest if none has. */
  #top: Level;
  #reserved: MessageFifo;
  #int32s = 0;

  /** @param levels priority levels: numbers from 0 up to `levels` - 1 */
  constructor(pool: SegmentPool, levels: number) {
    this.#pool = pool;
    this.#levels = new Array(levels).fill(undefined);
    this.#top = this.#level(0);
    this.#reserved = this.#top.untaken;
  }

  /** Bytes of the stored messages. */
  get bytes(): number {
    return this.#int32s * 4;
  }

  /** Memory of the message that goes next. Only while length > 0. */
  get head(): Int32Array {
    return this.#top.front.head;
  }

  /** Index in `head` of the message that goes next. Only while length > 0. */
  get headAt(): number {
    return this.#top.front.headAt;
  }

  /** Where `reserve` found room. */
  get words(): Int32Array {
    return this.#reserved.words;
  }

  /**
   * Room for a new message, behind all others of its level; index in `words`. The caller writes the message there at
   * once. Its sequence is above that of every message of the level, and they all are less than 2^31 apart.
   */
  reserve(level: number, int32s: number): number {
    const to = this.#level(level);
    if (level > this.#top.number) this.#top = to;
    this.#reserved = to.untaken;
    this.length++;
    this.#int32s += int32s;
    return to.untaken.reserve(int32s);
  }

  /** Copies the message stored at `at`, which was taken from here, back to its place. */
  putBack(words: Int32Array, at: number): void {
    const level = this.#level(levelOf(words, at));
    if (level.number > this.#top.number) this.#top = level;
    this.length++;
    this.#int32s += level.add(words, at);
  }

  /** Removes the message at the head. Only while length > 0. */
  shift(): void {
    const top = this.#top;
    this.length--;
    this.#int32s -= top.shift();
    if (top.length === 0) this.#descend();
  }

  /** Drops every message, in O(segments). What large bodies refer to is the caller's to release first. */
  clear(): void {
    for (const level of this.#levels) level?.clear();
    this.length = 0;
    this.#int32s = 0;
    this.#descend();
  }

  #descend(): void {
    let number = this.#top.number;
    while (number > 0 && (this.#levels[number]?.length ?? 0) === 0) number--;
    this.#top = this.#level(number);
  }

  #level(number: number): Level {
    let level = this.#levels[number];
    if (level === undefined) {
      level = new Level(number, this.#pool);
      this.#levels[number] = level;
    }
    return level;
  }
}
