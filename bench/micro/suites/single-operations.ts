import { repeated, TIMES } from '../repeated.js';
import { type Step, TimedSuite } from '../timed-suite.js';

const AT = 0;

/** The clock, the loop around every other step, and the operations that those consist of. */
export const suite = new TimedSuite('the loop itself, and single operations on a shared int32', 'operation', {
  'nothing but the clock, read twice a sample': () => ({ units: 1, run: () => 1, check: one => one === 1 }),
  'an empty loop': repeated(() => true),
  'plain load': repeated(words => words[AT] === 0),
  'plain store': plainStore,
  'Atomics.load': repeated(words => Atomics.load(words, AT) === 0),
  'Atomics.store': repeated((words, i) => Atomics.store(words, AT, i) === i),
  'Atomics.add': repeated(words => Atomics.add(words, AT, 1) !== -1),
  'Atomics.exchange': repeated(words => Atomics.exchange(words, AT, 1) >= 0),
  'Atomics.compareExchange': repeated(words => Atomics.compareExchange(words, AT, 0, 0) === 0),
  'Atomics.notify, nobody waits': repeated(words => Atomics.notify(words, AT) === 0),
});

/** To a new place each time: of several stores to one, V8 keeps the last. */
function plainStore(): Step {
  const words = new Int32Array(new SharedArrayBuffer(TIMES * 4));
  let value = 0;
  return {
    units: TIMES,
    prepare() {
      value++;
    },
    run() {
      for (let i = 0; i < TIMES; i++) words[i] = value;
      return words[TIMES - 1]!;
    },
    check: () => words.every(word => word === value),
  };
}
