import type { RecordReader, RecordWriter } from '../../../src/memory/record-queue.js';

/** Records of the rings' scenarios: 8 bytes of payload, a number and its complement. */

const PAYLOAD_BYTES = 8;
/** Words of a record, and its int32s. */
const RECORD_WORDS = 2;
const RECORD_INT32S = 2 * RECORD_WORDS;
const TAG = 7;

/** Writes one record into the writer's batch. False if there is no room. */
export function put(writer: RecordWriter, number: number): boolean {
  const at = writer.reserve(RECORD_WORDS);
  if (at < 0) return false;
  const { words } = writer;
  words[at] = PAYLOAD_BYTES;
  words[at + 1] = TAG;
  words[at + 2] = number;
  words[at + 3] = ~number;
  return true;
}

/** Writes one record and makes it visible. False if the ring is full or closed; the record waits in the batch then. */
export function send(writer: RecordWriter, number: number): boolean {
  return put(writer, number) && writer.flush();
}

/** The same, and waits for space until it is sent. False if the ring was closed. */
export function sendOnceThereIsSpace(writer: RecordWriter, number: number, onFull: () => void): boolean {
  while (!put(writer, number)) if (!waits(writer, onFull)) return false;
  while (!writer.flush()) if (!waits(writer, onFull)) return false;
  return true;
}

function waits(writer: RecordWriter, onFull: () => void): boolean {
  if (writer.closed) return false;
  onFull();
  writer.awaitSpace();
  return true;
}

/** Where records lie that open() found. */
export type OpenedRecords = Pick<RecordReader, 'words' | 'at' | 'count'>;

/** The numbers of the records that open() found. @throws Error if one is torn */
export function opened(reader: OpenedRecords): number[] {
  const { words } = reader;
  const numbers: number[] = [];
  let { at } = reader;
  if (reader.count === 0) throw new Error('open() found a frame without records');
  for (let i = 0; i < reader.count; i++, at += RECORD_INT32S) {
    const number = words[at + 2]!;
    if (words[at] !== PAYLOAD_BYTES || words[at + 1] !== TAG || words[at + 3] !== ~number) {
      throw new Error(`torn record: ${[0, 1, 2, 3].map(word => words[at + word]).join(', ')}`);
    }
    numbers.push(number);
  }
  return numbers;
}

/** Looks until something is there, reads it and gives it back. */
export function poll(reader: RecordReader): number[] {
  while (!reader.open());
  const numbers = opened(reader);
  reader.release();
  return numbers;
}

/** Polls until `count` records came. */
export function pollFor(reader: RecordReader, count: number): number[] {
  const numbers: number[] = [];
  while (numbers.length < count) numbers.push(...poll(reader));
  return numbers;
}

/**
 * Reads until `count` records came, or the ring is closed and empty, and sleeps whenever nothing is there.
 *
 * @param limit how many it takes at once, where it can choose
 */
export function readAsleep(
  reader: RecordReader,
  onSleep: () => void,
  count = Number.POSITIVE_INFINITY,
  limit?: number,
): number[] {
  const numbers: number[] = [];
  while (numbers.length < count && !reader.ended) {
    if (reader.open(limit)) {
      numbers.push(...opened(reader));
      reader.release();
    } else {
      onSleep();
      reader.await();
    }
  }
  return numbers;
}

/** @throws Error unless `numbers` are `expected`, in any order, each once */
export function expectEachOnce(numbers: readonly number[], expected: readonly number[]): void {
  const sorted = [...numbers].sort((a, b) => a - b);
  if (sorted.join() !== [...expected].sort((a, b) => a - b).join()) {
    throw new Error(`records ${numbers.join(', ')}, where each of ${expected.join(', ')} should be once`);
  }
}

/**
 * @throws Error if the records of one writer (numbers with the same tens) are not in its order
 */
export function expectWritersOrder(numbers: readonly number[]): void {
  for (let i = 1; i < numbers.length; i++) {
    for (let j = 0; j < i; j++) {
      if (writerOf(numbers[i]!) === writerOf(numbers[j]!) && numbers[i]! < numbers[j]!) {
        throw new Error(`records ${numbers.join(', ')} are not in their writers' order`);
      }
    }
  }
}

function writerOf(number: number): number {
  return Math.floor(number / 10);
}

/** Reads what is there. */
export function readAll(reader: RecordReader): number[] {
  const numbers: number[] = [];
  while (reader.open()) {
    numbers.push(...opened(reader));
    reader.release();
  }
  return numbers;
}
