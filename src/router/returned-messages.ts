import { copyInt32s } from '../records/record.js';
import { MessageFifo } from './message-fifo.js';
import type { SegmentPool } from './segment-pool.js';
import { isOlder, sequenceOf, storedInt32s } from './stored-message.js';

/** Runs up to which none are merged. Consumers that die one after the other give each one run. */
const FEW_RUNS = 8;

/** Messages in ascending sequence. */
class Run {
  readonly messages: MessageFifo;
  /** Sequence of the last message. */
  newest = 0;

  constructor(pool: SegmentPool) {
    this.messages = new MessageFifo(pool);
  }
}

/**
 * Messages that came back to their queue, in any order, and leave in ascending sequence.
 *
 *     runs   3 7 8 20     each ascending, that with the newest last message first;
 *            2 9 11       a message goes to the first run whose last message is older, or begins a run;
 *            1 5          where there are many runs, short ones are merged
 *
 * In ascending order each message is appended to the first run. In any other order the runs are those of a
 * log-structured merge: a message that is copied in a merge comes into a run at least half as long again as its own,
 * so it is copied O(log n) times.
 */
export class ReturnedMessages {
  length = 0;
  /** Begins with the oldest message of all. Only while length > 0. */
  front: MessageFifo;
  readonly #pool: SegmentPool;
  /** None is empty, but the only one may be. */
  #runs: Run[];

  constructor(pool: SegmentPool) {
    this.#pool = pool;
    const run = new Run(pool);
    this.#runs = [run];
    this.front = run.messages;
  }

  /** Copies the stored message at `at`; returns its int32s. */
  add(words: Int32Array, at: number): number {
    const sequence = sequenceOf(words, at);
    const int32s = storedInt32s(words, at);
    const run = this.#runFor(sequence);
    append(run, words, at, int32s);
    const front = this.front;
    if (isOlder(sequence, sequenceOf(front.head, front.headAt))) this.front = run.messages;
    this.length++;
    return int32s;
  }

  #runFor(sequence: number): Run {
    if (this.length === 0) return this.#runs[0]!;
    for (const run of this.#runs) {
      if (isOlder(run.newest, sequence)) return run;
    }
    if (this.#runs.length >= FEW_RUNS) this.#mergeShort();
    const run = new Run(this.#pool);
    this.#runs.push(run);
    return run;
  }

  /** Removes the oldest message; returns its int32s. */
  shift(): number {
    const front = this.front;
    const int32s = front.shift();
    this.length--;
    if (this.#runs.length > 1) {
      if (front.length === 0) this.#runs = this.#runs.filter(run => run.messages !== front);
      this.front = oldest(this.#runs).messages;
    }
    return int32s;
  }

  /**
   * Merges the shortest runs, so many that each that is left is more than twice as long as all shorter ones together.
   * So at most log3(n) are left, and even the longest that is merged grows by half.
   */
  #mergeShort(): void {
    const runs = this.#runs.sort((a, b) => a.messages.int32s - b.messages.int32s);
    let shorter = 0;
    let count = 0;
    for (let i = 0; i < runs.length; i++) {
      const int32s = runs[i]!.messages.int32s;
      if (int32s <= 2 * shorter) count = i + 1;
      shorter += int32s;
    }
    if (count > 0) runs.push(this.#merge(runs.splice(0, count)));
    runs.sort((a, b) => (b.newest - a.newest) | 0);
    this.front = oldest(runs).messages;
  }

  #merge(runs: Run[]): Run {
    const merged = new Run(this.#pool);
    while (runs.length > 0) {
      const run = oldest(runs);
      const { messages } = run;
      append(merged, messages.head, messages.headAt, storedInt32s(messages.head, messages.headAt));
      messages.shift();
      if (messages.length === 0) runs.splice(runs.indexOf(run), 1);
    }
    return merged;
  }

  /** Removes everything, in O(segments). */
  clear(): void {
    for (const run of this.#runs) run.messages.clear();
    this.#runs.length = 1;
    this.front = this.#runs[0]!.messages;
    this.length = 0;
  }
}

function append(run: Run, words: Int32Array, at: number, int32s: number): void {
  const to = run.messages.reserve(int32s);
  copyInt32s(words, at, run.messages.words, to, int32s);
  run.newest = sequenceOf(words, at);
}

/** The run that begins with the oldest message. */
function oldest(runs: Run[]): Run {
  let found = runs[0]!;
  let sequence = sequenceOf(found.messages.head, found.messages.headAt);
  for (let i = 1; i < runs.length; i++) {
    const run = runs[i]!;
    const other = sequenceOf(run.messages.head, run.messages.headAt);
    if (isOlder(other, sequence)) {
      found = run;
      sequence = other;
    }
  }
  return found;
}
