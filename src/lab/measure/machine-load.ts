import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { Run } from '../results.js';

/** Ticks in a second, the unit of `/proc/stat` on every Linux that Node runs on. */
const TICKS = 100;

/** How busy the machine is besides a run: a look before it, and one after. Null where the system does not say. */
export class MachineLoad {
  readonly #average = loadavg()[0]!;
  readonly #before = processorTimes();
  readonly #own = process.cpuUsage();

  /** The load average before; since then, the parts of all processors' time that the hypervisor and other processes took. */
  since(): Run['load'] {
    if (process.platform === 'win32') return null; // loadavg() is 0 there
    const after = processorTimes();
    const { user, system } = process.cpuUsage(this.#own);
    const all = (after?.all ?? 0) - (this.#before?.all ?? 0);
    if (this.#before === undefined || after === undefined || all <= 0) {
      return { average: this.#average, steal: null, others: null };
    }
    const part = (ticks: number) => Math.min(1, Math.max(0, ticks / all));
    return {
      average: this.#average,
      steal: part(after.steal - this.#before.steal),
      others: part(after.busy - this.#before.busy - ((user + system) / 1e6) * TICKS),
    };
  }
}

/** From the first line of `/proc/stat` (proc(5)), in ticks. */
function processorTimes(): { all: number; busy: number; steal: number } | undefined {
  try {
    const [line] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
    const [user, nice, system, idle, iowait, irq, softirq, steal] = line!
      .split(/\s+/)
      .slice(1, 9)
      .map(Number);
    const busy = user! + nice! + system! + irq! + softirq!;
    return { all: busy + idle! + iowait! + steal!, busy, steal: steal! };
  } catch {
    return undefined;
  }
}
