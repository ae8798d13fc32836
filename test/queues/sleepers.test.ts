import { expect, test } from 'vitest';
import { CELL, PARKED } from '#src/memory/layout.js';
import { Sleepers } from '#src/queues/sleepers.js';

function sleepers(count: number) {
  const words = new Int32Array(new SharedArrayBuffer((count + 1) * CELL * 4));
  return { words, all: new Sleepers(words, 0, CELL, count) };
}

/** How many of these promises have resolved by the time that one more has. */
async function resolved(waits: (Promise<unknown> | undefined)[]): Promise<boolean[]> {
  const done = waits.map(() => false);
  waits.forEach((wait, i) => {
    void wait?.then(() => {
      done[i] = true;
    });
  });
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
  return done;
}

test('one wake-up wakes one of several, and the next one the next', async () => {
  const { all } = sleepers(3);
  const waits = [0, 1, 2].map(slot => {
    all.announce(slot);
    return all.sleepAsync(slot);
  });
  all.wakeOne();
  expect((await resolved(waits)).filter(Boolean)).toHaveLength(1);
  all.wakeOne();
  all.wakeOne();
  expect(await resolved(waits)).toEqual([true, true, true]);
  expect(all.any).toBe(false);
});

test('every one of 64 readers can be reached, also those that share a hint', async () => {
  const { all } = sleepers(64);
  const waits = Array.from({ length: 64 }, (_, slot) => {
    all.announce(slot);
    return all.sleepAsync(slot);
  });
  for (let i = 0; i < 64; i++) all.wakeOne();
  expect(await resolved(waits)).toEqual(new Array(64).fill(true));
});

test('a reader that died asleep does not swallow a wake-up', async () => {
  const { words, all } = sleepers(2);
  all.announce(0); // and there its thread ended: nobody waits on its word
  all.announce(1);
  const wait = all.sleepAsync(1);
  all.wakeOne();
  expect(await resolved([wait])).toEqual([true]);
  expect(words[CELL]).not.toBe(PARKED);
});

test('a reader that was woken before it fell asleep does not fall asleep', () => {
  const { all } = sleepers(1);
  all.announce(0);
  all.wakeOne();
  expect(all.sleepAsync(0)).toBeUndefined();
  all.sleep(0, Number.POSITIVE_INFINITY);
});

test('wakeAll reaches a reader whose waker died between its two steps', async () => {
  const { words, all } = sleepers(2);
  all.announce(1);
  const wait = all.sleepAsync(1);
  Atomics.store(words, 0, 0);
  Atomics.store(words, 2 * CELL, 0); // the waker took the hint and the word, and ended before its notify
  all.wakeAll();
  expect(await resolved([wait])).toEqual([true]);
});
