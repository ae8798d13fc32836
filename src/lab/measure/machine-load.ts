import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { Run } from '../results.js';

/** How busy the machine is besides a run: a look before it, and one after. Null where the system does not say. */
export class MachineLoad {
  readonly #average = loadavg()[0]!;
  readonly #before = processorTimes();

  /** The load average before, and the part of all processors' time since that the hypervisor took. */
  since(): Run['load'] {
    if (process.platform === 'win32') return null; // loadavg() is 0 there
    const after = processorTimes();
    if (this.#before === undefined || after === undefined) return { average: this.#average, steal: null };
    const all = after.all - this.#before.all;
    const steal = all <= 0 ? null : Math.min(1, Math.max(0, (after.steal - this.#before.steal) / all));
    return { average: this.#average, steal };
  }
}

/** From the first line of `/proc/stat` (proc(5)): user, nice, system, idle, iowait, irq, softirq, steal, … */
function processorTimes(): { all: number; steal: number } | undefined {
  try {
    const [line] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
    const times = line!.split(/\s+/).slice(1, 9).map(Number);
    return { all: times.reduce((sum, time) => sum + time, 0), steal: times[7] ?? 0 };
  } catch {
    return undefined;
  }
}
