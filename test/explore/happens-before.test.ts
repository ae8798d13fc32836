import { describe, expect, it } from 'vitest';
import { explore } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

const MESSAGE = 0;
const READY = 1;
const NEXT = 2;

function send(words: Int32Array): void {
  words[MESSAGE] = 7;
  Atomics.store(words, READY, 1);
}

function violationOf(threads: Record<string, (words: Int32Array) => unknown>) {
  return explore(scenarioOf(threads)).violation?.kind;
}

describe('a plain write is ordered before a plain read', () => {
  it('by a store and the load that reads it', () => {
    const result = explore(
      scenarioOf({
        sender: send,
        receiver: words => {
          while (Atomics.load(words, READY) === 0);
          return words[MESSAGE];
        },
      }),
    );
    expect(result.violation).toBeUndefined();
    expect([...result.outcomes.keys()]).toEqual(['{"sender":null,"receiver":7}']);
  });

  it('by a chain through a third thread', () => {
    const relay = (words: Int32Array) => {
      while (Atomics.load(words, READY) === 0);
      Atomics.store(words, NEXT, 1);
    };
    const receiver = (words: Int32Array) => {
      while (Atomics.load(words, NEXT) === 0);
      return words[MESSAGE];
    };
    expect(violationOf({ send, relay, receiver })).toBeUndefined();
  });

  it('by a notify and the wait that it ends', () => {
    const sender = (words: Int32Array) => {
      words[MESSAGE] = 7;
      Atomics.notify(words, READY);
    };
    const receiver = (words: Int32Array) =>
      Atomics.wait(words, READY, 0, 10) === 'ok' ? words[MESSAGE] : undefined;
    expect(violationOf({ sender, receiver })).toBeUndefined();
  });

  it('by a wait that finds the stored value', () => {
    const receiver = (words: Int32Array) =>
      Atomics.wait(words, READY, 0, 10) === 'not-equal' ? words[MESSAGE] : undefined;
    expect(violationOf({ send, receiver })).toBeUndefined();
  });

  it('by a read-modify-write, which takes part on both sides', () => {
    const relay = (words: Int32Array) => Atomics.add(words, READY, 1);
    const receiver = (words: Int32Array) => (Atomics.load(words, READY) === 2 ? words[MESSAGE] : undefined);
    const sender = (words: Int32Array) => {
      words[MESSAGE] = 7;
      Atomics.add(words, READY, 1);
    };
    expect(violationOf({ sender, relay, receiver })).toBeUndefined();
  });
});

describe('it is not ordered', () => {
  it('by a load that reads a later store of somebody else', () => {
    // ECMAScript, Memory Model, synchronizes-with: a read synchronises with the write that it reads, and with no other.
    const overwriter = (words: Int32Array) => Atomics.store(words, READY, 2);
    const receiver = (words: Int32Array) => (Atomics.load(words, READY) === 2 ? words[MESSAGE] : undefined);
    expect(violationOf({ send, overwriter, receiver })).toBe('race');
  });

  it('by a wait that times out', () => {
    const receiver = (words: Int32Array) =>
      Atomics.wait(words, NEXT, 0, 10) === 'timed-out' ? words[MESSAGE] : undefined;
    expect(violationOf({ send, receiver })).toBe('race');
  });

  it('by a notify that wakes nobody', () => {
    const sender = (words: Int32Array) => {
      words[MESSAGE] = 7;
      return Atomics.notify(words, READY);
    };
    const receiver = (words: Int32Array) => {
      Atomics.notify(words, READY);
      return words[MESSAGE];
    };
    expect(violationOf({ sender, receiver })).toBe('race');
  });

  it('by the store of another word', () => {
    const receiver = (words: Int32Array) => (Atomics.load(words, NEXT) === 0 ? words[MESSAGE] : undefined);
    expect(violationOf({ send, receiver })).toBe('race');
  });
});
