import { joinThread, reachable, type Scenario } from '../../../explore/index.js';
import { AWAKE } from '../../../src/memory/layout.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { onIdleEventLoop } from './event-loop.js';
import { expect } from './messages.js';

/** The words of these scenarios: the bell, and what its sleeper waits for. */
const BELL = 0;
const NEWS = 1;

type Words = Int32Array;
type Sleep = (bell: InstanceType<CodeUnderTest['Bell']>) => void;

const blocking: Sleep = bell => bell.sleep();
const impatient: Sleep = bell => bell.sleep(10);
const onEventLoop: Sleep = bell => void onIdleEventLoop(() => bell.sleepAsync());

function bellEntry(
  name: string,
  shows: string,
  program: (code: CodeUnderTest) => Omit<Scenario<Words>, 'name' | 'setup'>,
): ProofEntry {
  return {
    name,
    shows,
    search: {},
    make: code =>
      ({ ...program(code), name, setup: () => new Int32Array(new SharedArrayBuffer(8)) }) as Scenario,
  };
}

/** Sleeps until `NEWS` is at least `count`, as the readers of queues do. Throws if it does not sleep but spins. */
function sleeper(code: CodeUnderTest, count: number, sleep: Sleep): (words: Words) => void {
  return words => {
    const bell = new code.Bell(words, BELL);
    const news = (): boolean => Atomics.load(words, NEWS) >= count;
    while (!news()) {
      bell.announce();
      if (!news()) {
        sleep(bell);
        reachable('slept');
      }
      bell.retract();
    }
  };
}

function ringer(code: CodeUnderTest): (words: Words) => void {
  return words => {
    Atomics.add(words, NEWS, 1);
    new code.Bell(words, BELL).ring();
  };
}

function expectAwake({ shared: words }: { shared: Words }): void {
  expect(words[BELL] === AWAKE, 'The bell says that somebody sleeps');
}

export const bellEntries: readonly ProofEntry[] = [
  bellEntry('bell/2-ringers', 'whoever waits for two threads hears of both', code => ({
    threads: { ringer1: ringer(code), ringer2: ringer(code), sleeper: sleeper(code, 2, blocking) },
    check: expectAwake,
    reachable: ['slept'],
  })),
  bellEntry('bell/event-loop', 'the same on an event loop', code => ({
    threads: { ringer1: ringer(code), ringer2: ringer(code), sleeper: sleeper(code, 2, onEventLoop) },
    check: expectAwake,
    reachable: ['slept'],
  })),
  bellEntry('bell/timeout', 'a wait that was given up does not swallow the wake-up of the next', code => ({
    threads: { ringer1: ringer(code), ringer2: ringer(code), sleeper: sleeper(code, 2, impatient) },
    check: expectAwake,
    reachable: ['slept'],
  })),
  bellEntry('bell/ringer-dies', 'wake() wakes the sleeper whose ringer died between its two steps', code => ({
    threads: {
      ringer: ringer(code),
      witness(words) {
        if (!joinThread('ringer')) return;
        Atomics.store(words, NEWS, 1);
        new code.Bell(words, BELL).wake();
      },
      sleeper: sleeper(code, 1, blocking),
    },
    mayDie: ['ringer'],
    check: expectAwake,
    reachable: ['slept'],
  })),
];
