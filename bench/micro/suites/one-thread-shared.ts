import { RingBuffer } from 'ringbuf.js';
import { recordWords } from '../../../src/memory/layout.js';
import { BATCH, type Carry, MESSAGES, singlyAndInBatches } from '../carry.js';
import {
  type Ends,
  lockedRing,
  lockFreeRing,
  lockFreeRingOfOneWriter,
  mailbox,
  mailboxOfOneWriter,
  RING_BYTES,
} from '../designs.js';
import { MESSAGE_BYTES, MESSAGE_INT32S, read, write } from '../message.js';
import { TimedSuite } from '../timed-suite.js';

const RECORD_WORDS = recordWords(MESSAGE_BYTES);
/** Words of a slot of the lock-free ring: holds a whole batch, and is a multiple of 16. */
const SLOT_WORDS = 336;
/** int32s of the ring of ringbuf.js: as many as the others have. */
const RING_INT32S = RING_BYTES / 4;
/** int32s that say how long a message is, where the queue does not know by itself; a record's header has as many. */
const HEADER = 2;

/** What crosses threads: the bytes lie in shared memory. Only here, one thread does both sides. */
export const suite = new TimedSuite(
  'a 32-byte message in and out through shared memory, by one thread',
  'message',
  {
    ...singlyAndInBatches('copied in and read, no queue', noQueue),
    ...singlyAndInBatches('mailbox', batch => records(mailbox(), batch)),
    ...singlyAndInBatches('mailbox with one writer', batch => records(mailboxOfOneWriter(), batch)),
    ...singlyAndInBatches('ring under a futex lock', batch => records(lockedRing('futex', batch), batch)),
    ...singlyAndInBatches('lock-free ring', batch => records(lockFreeRing(SLOT_WORDS), batch)),
    ...singlyAndInBatches('lock-free ring with one writer', batch =>
      records(lockFreeRingOfOneWriter(SLOT_WORDS), batch),
    ),
    ...singlyAndInBatches('ringbuf.js, 32 bytes without a length', ringbuf),
    ...singlyAndInBatches('ringbuf.js, a length before each message', ringbufWithLengths),
  },
);

/** The floor: what is left if there is no queue. */
function noQueue(batch: number): Carry {
  const words = new Int32Array(batch * MESSAGE_INT32S);
  return first => {
    let digest = 0;
    for (let number = first; number < first + MESSAGES; number += batch) {
      for (let i = 0; i < batch; i++) write(words, i * MESSAGE_INT32S, number + i);
      for (let i = 0; i < batch; i++) digest = read(digest, words, i * MESSAGE_INT32S);
    }
    return digest;
  };
}

function records({ writer, reader }: Ends, batch: number): Carry {
  return first => {
    let digest = 0;
    for (let number = first; number < first + MESSAGES; number += batch) {
      for (let i = 0; i < batch; i++) {
        const at = writer.reserve(RECORD_WORDS);
        writer.words[at] = MESSAGE_BYTES;
        writer.words[at + 1] = 0;
        write(writer.words, at + 2, number + i);
      }
      writer.flush();
      // More than one frame where the ring ends in the middle of a batch.
      for (let taken = 0; taken < batch && reader.open(); taken += reader.count) {
        const words = reader.words;
        let at = reader.at;
        for (let left = reader.count; left > 0; left--) {
          digest = read(digest, words, at + 2);
          at += recordWords(words[at]!) << 1;
        }
        reader.release();
      }
    }
    return digest;
  };
}

/** One writer, one reader, elements without borders: both sides know that a message is 8 of them. */
function ringbuf(batch: number): Carry {
  const ring = int32Ring();
  const input = new Int32Array(BATCH * MESSAGE_INT32S);
  const output = new Int32Array(BATCH * MESSAGE_INT32S);
  const int32s = batch * MESSAGE_INT32S;
  return first => {
    let digest = 0;
    for (let number = first; number < first + MESSAGES; number += batch) {
      for (let i = 0; i < batch; i++) write(input, i * MESSAGE_INT32S, number + i);
      ring.push(input, int32s);
      ring.pop(output, int32s);
      for (let i = 0; i < batch; i++) digest = read(digest, output, i * MESSAGE_INT32S);
    }
    return digest;
  };
}

/** The same for messages of any length, as a queue of records carries them: a reader learns the length first. */
function ringbufWithLengths(batch: number): Carry {
  const ring = int32Ring();
  const input = new Int32Array(BATCH * (HEADER + MESSAGE_INT32S));
  const output = new Int32Array(BATCH * (HEADER + MESSAGE_INT32S));
  return first => {
    let digest = 0;
    for (let number = first; number < first + MESSAGES; number += batch) {
      let end = 0;
      for (let i = 0; i < batch; i++) {
        input[end] = MESSAGE_BYTES;
        input[end + 1] = 0;
        write(input, end + HEADER, number + i);
        end += HEADER + MESSAGE_INT32S;
      }
      ring.push(input, end);
      let filled = ring.pop(output, batch === 1 ? HEADER : output.length);
      if (batch === 1) filled += ring.pop(output, output[0]! >>> 2, HEADER);
      for (let at = 0; at < filled; at += HEADER + (output[at]! >>> 2))
        digest = read(digest, output, at + HEADER);
    }
    return digest;
  };
}

function int32Ring(): RingBuffer {
  return new RingBuffer(RingBuffer.getStorageForCapacity(RING_INT32S, Int32Array), Int32Array);
}
