import { expect, test } from 'vitest';
import { Bell } from '#src/memory/bell.js';
import { AWAKE, PARKED } from '#src/memory/layout.js';

function bell() {
  const words = new Int32Array(new SharedArrayBuffer(8));
  return { words, bell: new Bell(words, 1) };
}

async function settled(promise: Promise<unknown> | undefined): Promise<boolean> {
  let done = false;
  void promise?.then(() => {
    done = true;
  });
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
  return done;
}

test('ringing a bell on which nobody sleeps does nothing', () => {
  const { words, bell: one } = bell();
  one.ring();
  expect([...words]).toEqual([0, AWAKE]);
});

test('a sleeper that announced itself is woken', async () => {
  const { words, bell: one } = bell();
  one.announce();
  expect(words[1]).toBe(PARKED);
  const sleep = one.sleepAsync();
  expect(await settled(sleep)).toBe(false);
  one.ring();
  expect(await settled(sleep)).toBe(true);
  expect(words[1]).toBe(AWAKE);
});

test('a bell that rings between the announcement and the sleep is not missed', () => {
  const { bell: one } = bell();
  one.announce();
  one.ring();
  expect(one.sleepAsync()).toBeUndefined();
  one.sleep();
});

test('after retract() a ring wakes nobody and changes nothing', () => {
  const { words, bell: one } = bell();
  one.announce();
  one.retract();
  one.ring();
  expect(words[1]).toBe(AWAKE);
});

test('a sleep ends after its time', () => {
  const { bell: one } = bell();
  one.announce();
  one.sleep(1);
});
