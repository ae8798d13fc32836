import type { DoneRun } from '#src/lab/journal.js';
import { type Instruments, runPlan, type Standing } from '#src/lab/laboratory.js';
import type { Order } from '#src/lab/measure/order.js';
import type { Plan } from '#src/lab/plan.js';
import type { Run } from '#src/lab/results.js';

/** What a run measured that went well, at the rate that was asked for or at 1,000,000 messages a second. */
export function goodRun({ cell, round }: Pick<Order, 'cell' | 'round'>, others: Partial<Run> = {}): Run {
  return {
    cell,
    round,
    startedAt: '2026-01-02T03:04:05.678Z',
    verified: true,
    faults: [],
    sent: 1000,
    received: 1000,
    throughput: cell.rate ?? 1_000_000,
    latency: null,
    fairness: 1,
    threads: [],
    timeline: null,
    load: null,
    ...others,
  };
}

/** Runs plans in no time: its clock is moved by what the runs claim to take. */
export class FakeLab {
  readonly orders: Order[] = [];
  readonly done: DoneRun[] = [];
  readonly standings: Standing[] = [];
  readonly interruption = new AbortController();
  now = 0;
  /** Seconds of a run besides its own. */
  overhead: (order: Order) => number = () => 0.5;
  measure: (order: Order) => Run = goodRun;

  run(plan: Plan, past: readonly DoneRun[] = []) {
    const instruments: Instruments = {
      run: async order => {
        this.interruption.signal.throwIfAborted();
        this.orders.push(order);
        this.now += order.warmUpSeconds + order.seconds + this.overhead(order);
        return this.measure(order);
      },
      clock: () => this.now,
      signal: this.interruption.signal,
      onTurn: standing => void this.standings.push(standing),
      onDone: done => void this.done.push(done),
    };
    return runPlan(plan, past, instruments);
  }
}
