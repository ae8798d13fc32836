import { runningMachine } from './machine.js';

/**
 * A call on the object under test, whose result a scenario's specification judges. It begins and ends at steps of their
 * own, so that the calls of all threads have a real-time order. Calls do not nest.
 */
export function operation<T>(name: string, parameters: readonly unknown[], call: () => T): T {
  const machine = runningMachine();
  return machine === undefined ? call() : machine.operation(name, parameters, call);
}

/** Says that an execution has come here; see `Scenario.reachable`. */
export function reachable(label: string): void {
  runningMachine()?.reached.add(label);
}

/**
 * Blocks this thread until the thread `name` of the scenario has ended, and synchronises with its end, as a Worker's `exit`
 * event does. True if it was terminated.
 */
export function joinThread(name: string): boolean {
  const machine = runningMachine();
  if (machine === undefined) throw new Error('joinThread() is for threads of a scenario');
  return machine.join(name);
}
