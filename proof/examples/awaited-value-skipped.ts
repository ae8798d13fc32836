import type { Scenario } from '../../explore/index.js';

/*
 * Waiting for exactly one value of a counter that jumps. This happened in thread-stream, which pino logs through: issues 245
 * and 250 of github.com/pinojs/thread-stream, two reports of it; processes never ended, with all output written. Pull
 * requests 246 and 251 mended it.
 *
 * A parent writes into a buffer and advances `write index`. A worker reads everything that is there at once and sets `read
 * index` to where it has come: from 0 to 2 in one step, if two writes were waiting. At the start the parent wants to know
 * when what it has written so far is read. It notes the write index and waits until the read index *equals* that.
 *
 * But the parent goes on writing meanwhile. Between its note and the worker's look, the write index grows; the worker jumps
 * over the value that was noted; it is never seen. (There the parent polled for ever: its wait had a time limit, after which
 * it began again. Here it sleeps for ever.)
 *
 * The mend: wait until the read index has *reached* the value.
 *
 * In thread-stream the wait is asynchronous, so that one thread both waits and writes. Here these are two threads: that has
 * every order that there was, and more.
 */

const WRITE_INDEX = 0;
const READ_INDEX = 1;
const WRITES = 2;

function write(words: Int32Array): void {
  Atomics.add(words, WRITE_INDEX, 1);
  Atomics.notify(words, WRITE_INDEX);
}

function readAll(words: Int32Array): void {
  for (let read = 0; read < WRITES; ) {
    const end = Atomics.load(words, WRITE_INDEX);
    if (end === read) {
      Atomics.wait(words, WRITE_INDEX, end);
      continue;
    }
    read = end;
    Atomics.store(words, READ_INDEX, end);
    Atomics.notify(words, READ_INDEX);
  }
}

/** Waits until what is written now has been read. */
function flush(words: Int32Array, isRead: (read: number, target: number) => boolean): void {
  const target = Atomics.load(words, WRITE_INDEX);
  for (;;) {
    const read = Atomics.load(words, READ_INDEX);
    if (isRead(read, target)) return;
    Atomics.wait(words, READ_INDEX, read);
  }
}

function scenario(name: string, isRead: (read: number, target: number) => boolean): Scenario<Int32Array> {
  return {
    name,
    setup: () => new Int32Array(new SharedArrayBuffer(8)),
    threads: {
      parent: words => {
        for (let i = 0; i < WRITES; i++) write(words);
      },
      'waiting parent': words => flush(words, isRead),
      worker: readAll,
    },
  };
}

export const broken = scenario('waits until a counter equals a value', (read, target) => read === target);

export const mended = scenario('waits until a counter has reached a value', (read, target) => read >= target);
