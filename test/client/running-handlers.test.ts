import { describe, expect, test } from 'vitest';
import { RunningHandlers } from '#src/client/running-handlers.js';

function handler() {
  let resolve: (value?: unknown) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise((a, b) => {
    resolve = a;
    reject = b;
  });
  return { promise, resolve, reject };
}

describe('running handlers', () => {
  test('there is room until the limit, and again when one ended', async () => {
    const running = new RunningHandlers(2);
    const first = handler();
    running.add(first.promise);
    expect(running.full).toBe(false);
    running.add(handler().promise);
    expect(running.full).toBe(true);
    const room = running.room();
    first.resolve();
    await room;
    expect(running.full).toBe(false);
  });

  test('done when all have ended', async () => {
    const running = new RunningHandlers(3);
    const all = [handler(), handler(), handler()];
    for (const { promise } of all) running.add(promise);
    let done = false;
    const waiting = running.done().then(() => {
      done = true;
    });
    all[1]?.resolve();
    all[0]?.resolve();
    await new Promise(setImmediate);
    expect(done).toBe(false);
    all[2]?.resolve();
    await waiting;
  });

  test.each(['room', 'done'] as const)('%s() rejects with the first failure', async wait => {
    const running = new RunningHandlers(2);
    const [first, second] = [handler(), handler()];
    running.add(first.promise);
    running.add(second.promise);
    const waiting = running[wait]();
    second.reject(new Error('second'));
    await expect(waiting).rejects.toThrow('second');
    first.reject(new Error('first, but later'));
    await new Promise(setImmediate);
    expect(() => running.check()).toThrow('second');
    await expect(running.done()).rejects.toThrow('second');
  });

  test('a wait for something else ends with it, or with a failure', async () => {
    const running = new RunningHandlers(2);
    const slow = handler();
    running.add(slow.promise);
    await running.during(undefined);
    await running.during(Promise.resolve());
    await expect(running.during(Promise.reject(new Error('the wait')))).rejects.toThrow('the wait');
    const waiting = running.during(new Promise(() => {}));
    slow.reject(new Error('the handler'));
    await expect(waiting).rejects.toThrow('the handler');
  });
});
