import type { Scenario } from '../../explore/index.js';

/*
 * The lost wake-up. A consumer that finds nothing to do goes to sleep, and says so in a flag; a producer that has put
 * something there wakes it, if the flag is set. (Without the flag, the producer would pay for a notify each time.)
 *
 * The consumer looks: nothing. Now the producer comes, puts its item down, looks at the flag, which is not set yet, and goes
 * away. The consumer sets the flag and sleeps, beside an item, until the next item comes. If none comes, for ever.
 *
 * The mend: set the flag first, and then look a second time. Now whoever is second sees the first: either the producer sees
 * the flag, or the consumer sees the item. And so that a ring between that look and the wait is not lost either, the wait
 * compares the bell with what it was before the look.
 */

const ITEMS = 0;
const SLEEPING = 1;
const BELL = 2;

function put(words: Int32Array): void {
  Atomics.add(words, ITEMS, 1);
  if (Atomics.load(words, SLEEPING) === 1) {
    Atomics.add(words, BELL, 1);
    Atomics.notify(words, BELL);
  }
}

/** Waits for an item. */
function take(words: Int32Array): void {
  while (Atomics.load(words, ITEMS) === 0) {
    const rung = Atomics.load(words, BELL);
    Atomics.store(words, SLEEPING, 1);
    Atomics.wait(words, BELL, rung);
    Atomics.store(words, SLEEPING, 0);
  }
  Atomics.sub(words, ITEMS, 1);
}

function mendedTake(words: Int32Array): void {
  while (Atomics.load(words, ITEMS) === 0) {
    const rung = Atomics.load(words, BELL);
    Atomics.store(words, SLEEPING, 1);
    if (Atomics.load(words, ITEMS) === 0) Atomics.wait(words, BELL, rung);
    Atomics.store(words, SLEEPING, 0);
  }
  Atomics.sub(words, ITEMS, 1);
}

function scenario(name: string, wait: typeof take): Scenario<Int32Array> {
  return {
    name,
    setup: () => new Int32Array(new SharedArrayBuffer(12)),
    threads: {
      producer: words => {
        put(words);
        put(words);
      },
      consumer: words => {
        wait(words);
        wait(words);
      },
    },
    check({ shared }) {
      if (shared[ITEMS] !== 0) throw new Error(`${shared[ITEMS]} items are left`);
    },
  };
}

export const broken = scenario('a consumer parks without a second look', take);

export const mended = scenario('a consumer looks a second time before it parks', mendedTake);
