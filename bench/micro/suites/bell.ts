import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Bell } from '../../../src/memory/bell.js';
import { TIMES } from '../repeated.js';
import { type Step, TimedSuite } from '../timed-suite.js';

/** What it costs to ring when nobody sleeps, and to get ready to sleep when there is something to do. */
export const suite = new TimedSuite('a bell that nobody waits for', 'call', {
  'Bell.ring(), its reader awake': () => onBell(bell => bell.ring()),
  'Bell.announce() and retract()': () =>
    onBell(bell => {
      bell.announce();
      bell.retract();
    }),
  'Bell.wake(), whatever the word says': () => onBell(bell => bell.wake()),
  'MessagePort.postMessage(), the other port not read': post,
});

function onBell(call: (bell: Bell) => void): Step {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const bell = new Bell(words, 0);
  return {
    units: TIMES,
    run() {
      for (let i = 0; i < TIMES; i++) call(bell);
      return Atomics.load(words, 0);
    },
    check: state => state === 0,
  };
}

function post(): Step {
  const { port1, port2 } = new MessageChannel();
  // Neither is started, and so neither keeps the process alive.
  return {
    units: TIMES,
    run() {
      for (let i = 0; i < TIMES; i++) port1.postMessage(i);
      return TIMES;
    },
    check(posted) {
      for (let i = 0; i < posted; i++) if (receiveMessageOnPort(port2)?.message !== i) return false;
      return receiveMessageOnPort(port2) === undefined;
    },
  };
}
