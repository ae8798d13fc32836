import type { ModelledMemory } from './modelled-memory.js';
import { KIND_NAMES, type Kind } from './step-kinds.js';
import type { ThreadState } from './thread-state.js';

/** The steps of an execution, as far as searches look at them: one array a property, because there are many steps. */
export class Trace {
  length = 0;
  readonly threads: number[] = [];
  readonly kinds: Kind[] = [];
  /** Location of the access, or -1. */
  readonly locations: number[] = [];
  readonly modes: number[] = [];
  /** Location whose list of waiting threads the step changed, or -1. */
  readonly waiters: number[] = [];
  /** Threads that were woken by the step, and those of them that could have gone on without it: a bit each. */
  readonly woken: number[] = [];
  readonly wokeTimed: number[] = [];
  /** The thread whose end the step saw, or -1. */
  readonly joined: number[] = [];

  /** Adds a step, and returns its index. */
  add(thread: number, kind: Kind, location: number, mode: number, waiters: number, joined: number): number {
    const step = this.length++;
    this.threads[step] = thread;
    this.kinds[step] = kind;
    this.locations[step] = location;
    this.modes[step] = mode;
    this.waiters[step] = waiters;
    this.woken[step] = 0;
    this.wokeTimed[step] = 0;
    this.joined[step] = joined;
    return step;
  }

  /** The last step woke `thread`. */
  wake(thread: ThreadState): void {
    const bit = 1 << thread.index;
    this.woken[this.length - 1]! |= bit;
    if (thread.mayExpire) this.wokeTimed[this.length - 1]! |= bit;
  }

  /** What is wrong with two steps that race. */
  describeRace(
    earlier: number,
    later: number,
    threads: readonly ThreadState[],
    memory: ModelledMemory,
  ): string {
    const location = memory.locations[this.locations[later]!]!;
    const name = (step: number) =>
      `the ${KIND_NAMES[this.kinds[step]!]} of ${threads[this.threads[step]!]!.name} (step ${step + 1})`;
    return (
      `${name(later)} and ${name(earlier)} access byte ${location.byteOffset} of buffer ${location.buffer}, and nothing ` +
      'orders them. Make both atomic, or let one happen before the other.'
    );
  }
}
