import { reachable } from '../../../explore/index.js';
import type { MailboxMemory } from '../../../src/memory/mailbox.js';
import type { MailboxWriter } from '../../../src/memory/mailbox-writer.js';
import { NO_ROOM, type RecordReader, type RecordWriter } from '../../../src/memory/record-queue.js';

/**
 * What the threads of these scenarios send each other: records that carry a number, and by which it shows when they are
 * torn. The number says who sent it, and the how manieth of its sender it is: 21 is the first one of the writer in slot 1.
 */
export const RECORD_WORDS = 2;

/** Puts a record of `words` words into the batch or the open frame of `writer`. False if there is no room for it now. */
export function put(writer: RecordWriter, id: number, words = RECORD_WORDS): boolean {
  const at = writer.reserve(words);
  if (at === NO_ROOM) return false;
  const ring = writer.words;
  ring[at] = (words - 1) * 8;
  ring[at + 1] = id << 4;
  for (let i = 2; i < 2 * words; i += 2) {
    ring[at + i] = id;
    ring[at + i + 1] = ~id;
  }
  return true;
}

/** Sends records as one frame. False if the mailbox is full or closed; then nothing was sent. */
export function send(writer: MailboxWriter, ...ids: readonly number[]): boolean {
  for (const id of ids) if (!put(writer, id)) throw new Error(`The batch has no room for record ${id}`);
  if (writer.flush()) return true;
  writer.discard();
  return false;
}

/** Sends frames, one after the other. Says of each whether it was accepted. */
export function sendAll(writer: MailboxWriter, frames: readonly (readonly number[])[]): boolean[] {
  return frames.map(ids => send(writer, ...ids));
}

/** The records of the frames that were accepted, by what sendAll() said. */
export function accepted(frames: readonly (readonly number[])[], answers: unknown): number[] {
  return frames.filter((_, i) => (answers as boolean[])[i]).flat();
}

/** The numbers of the records that open() found. Throws if one is torn. */
export function opened(reader: RecordReader): number[] {
  const { words } = reader;
  const ids: number[] = [];
  let at = reader.at;
  for (let left = reader.count; left > 0; left--) {
    const bytes = words[at]!;
    const id = words[at + 1]! >> 4;
    const end = at + 2 + bytes / 4;
    for (at += 2; at < end; at += 2) {
      if (words[at] !== id || words[at + 1] !== ~id) throw new Error(`Record ${id} is torn at int32 ${at}`);
    }
    ids.push(id);
  }
  return ids;
}

/** Opens one frame, and gives it back. Undefined if there is none. */
export function take(reader: RecordReader): number[] | undefined {
  if (!reader.open()) return undefined;
  const ids = opened(reader);
  reader.release();
  return ids;
}

/** Takes frames until there were `count` records, without sleeping. */
export function poll(reader: RecordReader, count: number): number[] {
  const ids: number[] = [];
  while (ids.length < count) ids.push(...(take(reader) ?? []));
  return ids;
}

/** Takes frames until there were `count` records, and sleeps where there is none. */
export function park(reader: RecordReader, count: number): number[] {
  const ids: number[] = [];
  while (ids.length < count) {
    const found = take(reader);
    if (found === undefined) {
      reader.await();
      reachable('slept');
    } else ids.push(...found);
  }
  return ids;
}

/** Takes what is there. */
export function drain(reader: RecordReader): number[] {
  const ids: number[] = [];
  for (let found = take(reader); found !== undefined; found = take(reader)) ids.push(...found);
  return ids;
}

/** Takes frames until the mailbox is closed and empty; does `rest` where there is none. */
export function untilEnded(reader: RecordReader, rest: () => void = () => {}): number[] {
  const ids: number[] = [];
  while (!reader.ended) {
    const found = take(reader);
    if (found === undefined) rest();
    else ids.push(...found);
  }
  return ids;
}

/** Throws unless `received` is what was sent: nothing lost, doubled, or before what its writer had sent before. */
export function expectDelivery(received: unknown, ...sent: readonly (readonly number[])[]): void {
  const ids = received as number[];
  const all = sent.flat();
  if (ids.length !== all.length) throw new Error(`[${ids}] was received of [${all}]`);
  for (const own of sent) {
    const got = ids.filter(id => own.includes(id));
    if (String(got) !== String(own)) throw new Error(`[${own}] was sent, and received as [${got}]`);
  }
}

/** Throws unless every frame that was committed was also opened. */
export function expectEmpty(memory: MailboxMemory): void {
  const standing = memory.stamps.findIndex(stamp => stamp !== 0);
  if (standing >= 0) throw new Error(`The committed frame at block ${standing} was not opened`);
}

export function expect(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}
