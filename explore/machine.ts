import { sameElement } from './elements.js';
import { ExploreError } from './errors.js';
import { HappensBefore } from './happens-before.js';
import { perform } from './modelled-atomics.js';
import type { Element, ModelledMemory, ModelledView } from './modelled-memory.js';
import type { Operation, Step, ViolationKind } from './scenario.js';
import type { Death } from './schedule.js';
import { callerLine } from './source-lines.js';
import { Kind, MODES, READS, WRITES } from './step-kinds.js';
import { describeStep } from './step-recorder.js';
import { SUSPENDED, ThreadState } from './thread-state.js';
import { Trace } from './trace.js';
import { WriteJournal } from './write-journal.js';

/** Decides the order of steps. */
export interface Strategy {
  /** The thread that makes the next step, of those in `enabled` (a bit a thread); -1 ends the execution. */
  choose(enabled: number): number;
  /** A step was made: the last one of the trace. */
  stepped(): void;
}

/** What a machine runs: the names and functions of the threads. */
export interface Program {
  readonly names: readonly string[];
  readonly bodies: readonly (() => unknown)[];
  /** True if calls are steps: their real-time order matters. */
  readonly callsAreSteps: boolean;
}

/** See SearchOptions. */
export interface Limits {
  readonly steps: number;
  readonly rounds: number;
  readonly timeouts: number;
}

export interface Fault {
  readonly kind: ViolationKind;
  readonly message: string;
}

const ASK = -2;
const NOBODY: readonly ThreadState[] = [];

let running: Machine | undefined;

/** The machine of the exploration that is running. */
export function machine(): Machine {
  if (running === undefined) {
    throw new Error('A modelled array is used outside of the exploration that made it');
  }
  return running;
}

/** The same, or undefined: also code that is not being explored may call operation() and its likes. */
export function runningMachine(): Machine | undefined {
  return running;
}

/**
 * Runs one execution after the other: the threads of a program, one step at a time.
 *
 * A thread is suspended by a throw out of its next access, and goes on by being run again from its beginning with the
 * results that its accesses had (its log). As long as it is its turn it just goes on: so what an execution costs grows
 * with the number of switches, not with the number of steps.
 *
 * Between two steps, every thread that has not ended stands before its next step, which is therefore known: `pending`.
 */
export class Machine {
  readonly trace = new Trace();
  readonly threads: ThreadState[];
  readonly reached = new Set<string>();
  history: Operation[] = [];
  fault: Fault | undefined;
  /** The steps with their values and source lines, if asked for. */
  recording: Step[] | undefined;

  readonly #program: Program;
  readonly #memory: ModelledMemory;
  #strategy!: Strategy;
  readonly #limits: Limits;
  readonly #happensBefore: HappensBefore;
  /** How often each location was written in this execution. */
  readonly #versions: number[] = [];
  readonly #written: number[] = [];
  /** Threads asleep, by location, in the order in which they fell asleep. */
  readonly #asleep = new Map<number, ThreadState[]>();
  readonly #journal = new WriteJournal();
  #current: ThreadState | undefined;
  /** The thread that may make one step without asking; -1: none. */
  #granted = -1;
  /** The thread whose turn it is after the current one was suspended; -1: nobody's; ASK: not asked yet. */
  #next = ASK;
  /** True while threads are brought before their first step, and not further. */
  #settling = false;

  constructor(program: Program, memory: ModelledMemory, limits: Limits) {
    this.#program = program;
    this.#memory = memory;
    this.#limits = limits;
    this.threads = program.bodies.map(
      (body, i) => new ThreadState(i, program.names[i]!, body, limits.rounds),
    );
    this.#happensBefore = new HappensBefore(program.bodies.length);
  }

  /** Runs `body` as the code that sets up, or checks: its accesses happen at once. */
  alone<T>(body: () => T): T {
    const before = running;
    running = this;
    this.#current = undefined;
    try {
      return body();
    } finally {
      running = before;
    }
  }

  /** Keeps what memory holds now as what each execution begins with. */
  keepMemory(): void {
    this.#journal.clear();
  }

  /** Puts the memory back to where executions begin. */
  restoreMemory(): void {
    this.#journal.undo();
  }

  /**
   * Runs the threads until none can go on, the strategy stops them, or a fault is found.
   *
   * @param death the thread that is terminated, and before which of its accesses
   */
  run(strategy: Strategy, death: Death | undefined): void {
    running = this;
    this.#strategy = strategy;
    try {
      this.#begin(death);
      let next = this.#choose();
      while (next >= 0) {
        const thread = this.threads[next]!;
        this.#next = ASK;
        if (thread.asleep) {
          this.#expire(thread);
          if (thread.died) {
            next = this.#choose();
            continue;
          }
        } else {
          this.#granted = next;
        }
        this.#resume(thread);
        next = this.#next === ASK ? this.#choose() : this.#next;
      }
    } finally {
      running = undefined;
      this.#current = undefined;
    }
  }

  #begin(death: Death | undefined): void {
    this.trace.length = 0;
    this.history = [];
    this.fault = undefined;
    for (const location of this.#written) this.#versions[location] = 0;
    this.#written.length = 0;
    this.#asleep.clear();
    this.#happensBefore.begin();
    this.#granted = -1;
    this.#settling = true;
    for (const thread of this.threads)
      thread.begin(death?.thread === thread.index ? death.access : -1, this.#limits.timeouts);
    for (const thread of this.threads) this.#resume(thread);
    this.#settling = false;
  }

  /** Runs a thread from its beginning up to where it is suspended again, or ends. */
  #resume(thread: ThreadState): void {
    const before = this.#current;
    this.#current = thread;
    thread.rewind();
    try {
      const result = thread.body();
      if (typeof (result as PromiseLike<unknown>)?.then === 'function') thread.isAsynchronous(result);
      if (!thread.suspended) this.#ended(thread, result);
    } catch (error) {
      if (error instanceof ExploreError) throw error;
      if (error !== SUSPENDED && !thread.suspended) {
        if (thread.expected) thread.differs(`the error ${error}`);
        thread.ended = true;
        this.#fail('failure', `${thread.name} threw ${describe(error)}`);
      }
    } finally {
      this.#current = before;
    }
  }

  #ended(thread: ThreadState, result: unknown): void {
    if (thread.expected) thread.differs('the end of the thread');
    thread.ended = true;
    // Terminated after its last access: others see that it died, and nothing else differs.
    if (thread.dies) thread.died = true;
    else thread.result = result;
  }

  /** An access of modelled memory by whoever runs now. */
  access(
    kind: Kind,
    view: ModelledView,
    index: number,
    a: Element | undefined,
    b: Element | undefined,
  ): unknown {
    const thread = this.#current;
    if (thread === undefined) return this.#alone(kind, view, index, a, b);
    const location = view.locationOf(index);
    if (thread.pc < thread.length) return thread.replay(kind, location, a);
    thread.pend(kind, location, MODES[kind]!, view, index, a, b);
    return this.#turn(thread);
  }

  #alone(
    kind: Kind,
    view: ModelledView,
    index: number,
    a: Element | undefined,
    b: Element | undefined,
  ): unknown {
    if (kind === Kind.WAIT)
      throw new Error('setup() and check() are alone: nobody would end an Atomics.wait');
    if (kind === Kind.NOTIFY) return 0;
    if ((MODES[kind]! & WRITES) !== 0) this.#journal.note(view, index);
    return perform(kind, view.target, index, a, b);
  }

  /** joinThread(): waits until another thread has ended. True if it died. */
  join(name: string): boolean {
    const thread = this.#current;
    const target = this.threads.find(other => other.name === name);
    if (thread === undefined || target === undefined || target === thread) {
      throw new RangeError(
        `joinThread('${name}') is for another thread of the scenario, called by a thread of it`,
      );
    }
    if (thread.pc < thread.length) return thread.replay(Kind.JOIN, target.index, undefined) as boolean;
    thread.pend(Kind.JOIN, target.index, 0, undefined, -1, undefined, undefined);
    return this.#turn(thread) as boolean;
  }

  /** operation(): a call whose result, and place among the others, a specification is asked about. */
  operation<T>(name: string, parameters: readonly unknown[], call: () => T): T {
    const thread = this.#current;
    if (thread === undefined) return call();
    const operation = thread.operation(name, parameters);
    this.#mark(thread, Kind.INVOKE);
    if (Number.isNaN(operation.invoked)) {
      operation.invoked = this.trace.length - 1;
      this.history.push(operation);
    }
    const result = call();
    operation.result = result;
    this.#mark(thread, Kind.RETURN);
    if (operation.returned === Number.POSITIVE_INFINITY) operation.returned = this.trace.length - 1;
    return result;
  }

  #mark(thread: ThreadState, kind: Kind): void {
    if (!this.#program.callsAreSteps) return;
    if (thread.pc < thread.length) {
      thread.replay(kind, -1, undefined);
      return;
    }
    thread.pend(kind, -1, 0, undefined, -1, undefined, undefined);
    this.#turn(thread);
  }

  /** A buffer made by a thread: the same one each time the thread runs again. */
  allocate(byteLength: number): SharedArrayBuffer {
    const create = () => this.#memory.create(byteLength, RealSharedArrayBuffer);
    return this.#current === undefined ? create() : this.#current.buffer(byteLength, create);
  }

  /** Waits until it is the turn of `thread`, and makes its pending step. */
  #turn(thread: ThreadState): unknown {
    if (thread.suspended) throw SUSPENDED;
    if (this.recording !== undefined) thread.source = callerLine();
    if (this.#granted === thread.index) {
      this.#granted = -1;
    } else if (this.#settling || !this.#goesOn(thread)) {
      thread.standsBefore = true;
      thread.suspend();
    }
    return this.#step(thread);
  }

  /** Asks whose turn it is. */
  #goesOn(thread: ThreadState): boolean {
    const next = this.#choose();
    if (next === thread.index) return true;
    this.#next = next;
    return false;
  }

  #choose(): number {
    if (this.fault !== undefined) return -1;
    if (this.trace.length >= this.#limits.steps) {
      this.#fail('livelock', `The threads had not ended after ${this.#limits.steps} steps`);
      return -1;
    }
    const enabled = this.#enabled() || this.#overdue();
    return enabled === 0 ? -1 : this.#strategy.choose(enabled);
  }

  /** The threads that can make a step, a bit each. */
  #enabled(): number {
    let enabled = 0;
    for (const thread of this.threads) if (this.#canGoOn(thread)) enabled |= 1 << thread.index;
    return enabled;
  }

  /**
   * The threads whose waits have a time limit, where no thread can go on otherwise. In truth they would time out, however
   * often they have; without that they would be taken for a deadlock.
   */
  #overdue(): number {
    let overdue = 0;
    if (this.#limits.timeouts === 0) return overdue;
    for (const thread of this.threads) if (thread.hasTimeLimit) overdue |= 1 << thread.index;
    return overdue;
  }

  #canGoOn(thread: ThreadState): boolean {
    if (thread.ended) return false;
    if (thread.asleep) return thread.mayExpire;
    if (thread.dies) return true;
    if (thread.kind === Kind.JOIN) return this.threads[thread.location]!.ended;
    return !this.spins(thread);
  }

  /** True if the pending step would begin one more round of a loop that waits. */
  spins(thread: ThreadState): boolean {
    const { kind, view } = thread;
    if (thread.asleep || thread.spinning.empty) return false;
    const reads =
      kind === Kind.READ ||
      kind === Kind.LOAD ||
      kind === Kind.INVOKE ||
      kind === Kind.RETURN ||
      (kind === Kind.COMPARE_EXCHANGE && !sameElement(view!, view!.target[thread.at]!, thread.a));
    return reads && thread.spinning.waits(thread.location, this.#versions);
  }

  /** Makes the pending step of `thread`. */
  #step(thread: ThreadState): unknown {
    thread.standsBefore = false;
    if (thread.dies) return this.#die(thread);
    const { kind, view, at } = thread;
    if (kind === Kind.WAIT) return this.#wait(thread);
    if (kind === Kind.NOTIFY) return this.#notify(thread);
    let result: unknown;
    let mode = thread.mode;
    if (view !== undefined) {
      if ((mode & WRITES) !== 0) this.#journal.note(view, at);
      result = perform(kind, view.target, at, thread.a, thread.b);
      if (kind === Kind.COMPARE_EXCHANGE && !sameElement(view, result, thread.a)) mode = READS;
    } else if (kind === Kind.JOIN) {
      const target = this.threads[thread.location]!;
      this.#happensBefore.order(target.index, thread.index);
      result = target.died;
    }
    thread.keep(kind, result);
    this.#record(thread, kind, mode, -1, result);
    return result;
  }

  #die(thread: ThreadState): never {
    thread.died = true;
    thread.ended = true;
    this.#record(thread, Kind.DEATH, 0, -1, undefined);
    this.#next = this.#choose();
    return thread.suspend();
  }

  #wait(thread: ThreadState): unknown {
    const view = thread.view!;
    if (!sameElement(view, view.target[thread.at]!, thread.a)) {
      thread.keep(Kind.WAIT, 'not-equal');
      this.#record(thread, Kind.WAIT, READS, -1, 'not-equal');
      return 'not-equal';
    }
    thread.keep(Kind.WAIT, undefined);
    thread.asleep = true;
    const queue = this.#asleep.get(thread.location);
    if (queue === undefined) this.#asleep.set(thread.location, [thread]);
    else queue.push(thread);
    this.#record(thread, Kind.WAIT, READS, thread.location, 'asleep');
    this.#next = this.#choose();
    return thread.suspend();
  }

  /** A sleeping thread goes on without having been notified: its time is up, or it dies. */
  #expire(thread: ThreadState): void {
    const location = thread.locationOfLast;
    const queue = this.#asleep.get(location)!;
    queue.splice(queue.indexOf(thread), 1);
    thread.asleep = false;
    if (thread.dies) {
      thread.died = true;
      thread.ended = true;
      this.#record(thread, Kind.DEATH, 0, location, undefined);
    } else {
      thread.timeouts--;
      thread.answer('timed-out');
      this.#record(thread, Kind.TIMEOUT, 0, location, undefined);
    }
  }

  #notify(thread: ThreadState): number {
    const { location } = thread;
    const queue = this.#asleep.get(location) ?? [];
    const limit = Math.max(0, Math.trunc(Number(thread.a)));
    const woken = queue.splice(0, Math.min(limit, queue.length));
    thread.keep(Kind.NOTIFY, woken.length);
    this.#record(thread, Kind.NOTIFY, 0, location, woken.length, woken);
    for (const sleeper of woken) {
      sleeper.asleep = false;
      sleeper.answer('ok');
      this.#settle(sleeper);
    }
    return woken.length;
  }

  /** Brings a thread that was woken before its next step. */
  #settle(thread: ThreadState): void {
    const before = this.#settling;
    this.#settling = true;
    this.#resume(thread);
    this.#settling = before;
  }

  #record(
    thread: ThreadState,
    kind: Kind,
    mode: number,
    waiters: number,
    result: unknown,
    woken: readonly ThreadState[] = NOBODY,
  ): void {
    const location = mode === 0 ? -1 : thread.location;
    const joined = kind === Kind.JOIN ? thread.location : -1;
    const step = this.trace.add(thread.index, kind, location, mode, waiters, joined);
    for (const sleeper of woken) {
      this.trace.wake(sleeper);
      this.#happensBefore.order(thread.index, sleeper.index);
    }
    if (this.recording !== undefined)
      this.recording.push(describeStep(thread, kind, result, this.#memory, this.threads));
    if (location >= 0) {
      const race = this.#happensBefore.access(thread.index, step, location, mode, kind > Kind.WRITE);
      if (race >= 0) this.#fail('race', this.trace.describeRace(race, step, this.threads, this.#memory));
    }
    this.#strategy.stepped();
    if ((mode & WRITES) !== 0) {
      const version = this.#versions[location] ?? 0;
      if (version === 0) this.#written.push(location);
      this.#versions[location] = version + 1;
      thread.spinning.progress();
    } else if (location >= 0) {
      thread.spinning.read(location, this.#versions[location] ?? 0, kind !== Kind.READ);
    } else if (kind === Kind.INVOKE || kind === Kind.RETURN) {
      thread.spinning.read(-1, 0, false);
    } else if (kind !== Kind.TIMEOUT) {
      thread.spinning.progress();
    }
  }

  #fail(kind: ViolationKind, message: string): void {
    this.fault ??= { kind, message };
  }
}

const RealSharedArrayBuffer = SharedArrayBuffer;

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
}
