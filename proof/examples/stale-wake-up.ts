import type { Scenario } from '../../explore/index.js';

/*
 * A wake-up that comes too late ends the wrong wait. esbuild's author describes it in issue 590 of github.com/evanw/esbuild:
 * he saw it while he planned synchronous calls into a worker thread, in code of a library that did so already.
 *
 * The caller notes the signal, posts its request, waits until the signal is no longer what it was, and takes the answer,
 * which has to be there. The worker posts the answer, adds 1 to the signal, and notifies.
 *
 * After the worker's add, and before its notify, the first call can end: the signal has changed, so that there is nothing to
 * wait for. The second call begins, and sleeps. Now the notify of the first call comes, and wakes it. It takes an answer, and
 * there is none yet.
 *
 * What was overlooked: `ok` does not say that the value has changed. It says that somebody called notify for that word.
 *
 * The mend is esbuild's: each call has a signal of its own (a new SharedArrayBuffer there; here a word for each call). Who
 * keeps one word must look again after a wake-up, and sleep again if the value is the old one.
 */

const CALLS = 2;
/** The two directions of a message port: how many messages were posted. */
const REQUESTS = 0;
const ANSWERS = 1;
const SIGNALS = 2;

/** @param signal the word that tells of the answer */
function call(words: Int32Array, number: number, signal: number): void {
  const before = Atomics.load(words, signal);
  Atomics.store(words, REQUESTS, number);
  Atomics.notify(words, REQUESTS);
  Atomics.wait(words, signal, before);
  if (Atomics.load(words, ANSWERS) < number) throw new Error(`Call ${number} has no answer`);
}

function answer(words: Int32Array, number: number, signal: number): void {
  for (let requests = 0; requests < number; requests = Atomics.load(words, REQUESTS)) {
    Atomics.wait(words, REQUESTS, number - 1);
  }
  Atomics.store(words, ANSWERS, number);
  Atomics.add(words, signal, 1);
  Atomics.notify(words, signal);
}

function scenario(name: string, signalOf: (number: number) => number): Scenario<Int32Array> {
  return {
    name,
    setup: () => new Int32Array(new SharedArrayBuffer(4 * (SIGNALS + CALLS))),
    threads: {
      caller: words => {
        for (let number = 1; number <= CALLS; number++) call(words, number, signalOf(number));
      },
      worker: words => {
        for (let number = 1; number <= CALLS; number++) answer(words, number, signalOf(number));
      },
    },
  };
}

export const broken = scenario('all calls share a signal', () => SIGNALS);

export const mended = scenario('each call has its own signal', number => SIGNALS + number - 1);
