import { now } from '../../comparison/clock.js';
import type { RecordReader } from '../../memory/record-queue.js';
import { contentAt } from '../../records/record.js';
import { type Cell, ENVELOPE_BYTES } from '../cell.js';
import { busy } from './busy.js';
import type { Observer } from './observer.js';
import { isWoken, pauseOf } from './pauses.js';
import { Phase } from './phases.js';
import { fillerOf, type Tally } from './tally.js';
import type { WebLock } from './web-lock.js';

/**
 * Receives from a queue until it is closed and empty.
 *
 * @param stays false: it leaves the rest to others when the producers stop
 * @param onFirst called when the first message is there
 */
export async function consumeRecords(
  cell: Cell,
  reader: RecordReader,
  tally: Tally,
  observer: Observer,
  workRounds: number,
  lock: WebLock | undefined,
  stays: boolean,
  onFirst: () => void,
): Promise<void> {
  const frames = new Frames(cell, reader, tally, workRounds);
  const pause = pauseOf(cell.wait, reader);
  const woken = isWoken(cell.wait);
  const pulls = cell.wait === 'pull';
  for (;;) {
    const opened =
      lock === undefined ? reader.open() : reader.ready() && (await lock.with(() => reader.open()));
    if (opened) {
      if (tally.received === 0) onFirst();
      // Before the frame is counted: what came after the window closed does not belong to it.
      if (cell.rate !== null) observer.look(tally.received);
      else observer.lookAfter(reader.count, tally.received);
      frames.take();
      reader.release();
    } else if (reader.ended) {
      return;
    }
    if (!stays && observer.phase === Phase.STOP) return;
    if (opened && !pulls) continue;
    const pausing = pause();
    if (pausing !== undefined) await pausing;
    observer.lookSoon();
    if (woken && !reader.ready()) observer.spuriousWakes++;
  }
}

/** Takes the messages of opened frames. */
class Frames {
  readonly #reader: RecordReader;
  readonly #tally: Tally;
  /** int32s from a body's start to its last one; 0 if there is nothing behind the envelope. */
  readonly #last: number;
  readonly #routed: boolean;
  readonly #timed: boolean;
  readonly #workRounds: number;
  #state = 1;
  #viewed: Int32Array;
  #floats: Float64Array;

  constructor({ body, routed, rate }: Cell, reader: RecordReader, tally: Tally, workRounds: number) {
    this.#reader = reader;
    this.#tally = tally;
    this.#last = body === ENVELOPE_BYTES ? 0 : (body >>> 2) - 1;
    this.#routed = routed;
    this.#timed = rate !== null;
    this.#workRounds = workRounds;
    this.#viewed = reader.words;
    this.#floats = floatsOf(reader.words);
  }

  take(): void {
    const reader = this.#reader;
    const tally = this.#tally;
    const words = reader.words;
    const timed = this.#timed && tally.measuring;
    if (timed && words !== this.#viewed) {
      this.#viewed = words;
      this.#floats = floatsOf(words);
    }
    let time = timed ? now() : 0;
    let at = reader.at;
    for (let left = reader.count; left > 0; left--) {
      const body = this.#routed ? contentAt(words, at) : at + 2;
      const sequence = words[body]!;
      const producer = words[body + 1]!;
      tally.take(
        producer,
        sequence,
        this.#last === 0 ? fillerOf(producer, sequence) : words[body + this.#last]!,
      );
      if (timed) tally.recordLatency(time - this.#floats[(body >>> 1) + 1]!);
      if (this.#workRounds > 0) {
        this.#state = busy(this.#workRounds, this.#state);
        if (timed) time = now(); // the next message is received only now
      }
      at += 2 + (((words[at]! + 7) >>> 3) << 1);
    }
  }
}

function floatsOf(words: Int32Array): Float64Array {
  return new Float64Array(words.buffer, words.byteOffset, words.length >>> 1);
}
